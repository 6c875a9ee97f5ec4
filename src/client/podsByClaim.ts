import type { Pod } from '../api/types/core.ts'
import { claimKeysOf, hasClaims } from '../api/volumes/claims.ts'
import type { Link } from './link.ts'

/** What is to be known of the pods that use a claim. */
export interface PodsByClaim<T> {
  /** In no order; `claim` is `namespace/name`. */
  of(claim: string, api: Link): readonly T[]
  forget(): void
}

/** `take`: what is kept of a pod; undefined leaves it out. One pass over the pods is for all claims until a pod changes. A cache. */
export function createPodsByClaim<T>(take: (pod: Pod) => T | undefined): PodsByClaim<T> {
  let known: { readonly byClaim: ReadonlyMap<string, readonly T[]>; revision: number } | undefined
  return {
    of(claim, api) {
      const isStale = known === undefined || api.hasChanged<Pod>('pods', known.revision, concerns)
      if (isStale) known = { byClaim: gather(api, take), revision: api.revision }
      else known!.revision = api.revision
      return known!.byClaim.get(claim) ?? []
    },
    forget: () => void (known = undefined),
  }
}

function concerns(before: Pod | undefined, now: Pod | undefined): boolean {
  const pod = now ?? before
  return pod !== undefined && hasClaims(pod.spec)
}

function gather<T>(api: Link, take: (pod: Pod) => T | undefined): ReadonlyMap<string, readonly T[]> {
  const byClaim = new Map<string, T[]>()
  api.visit<Pod>('pods', (pod) => {
    const kept = hasClaims(pod.spec) ? take(pod) : undefined
    if (kept === undefined) return
    for (const key of claimKeysOf(pod)) {
      const others = byClaim.get(key)
      if (others === undefined) byClaim.set(key, [kept])
      else others.push(kept)
    }
  })
  return byClaim
}
