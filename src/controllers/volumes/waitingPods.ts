import { byCodeUnit } from '../../api/order.ts'
import type { Pod } from '../../api/types/core.ts'
import { claimsOf, hasClaims } from '../../api/volumes/claims.ts'
import type { Link } from '../../client/link.ts'

/** Which pods that have no node yet use a claim. */
export interface WaitingPods {
  /** Their names, by code unit; `claim` is `namespace/name`. */
  of(claim: string, api: Link): readonly string[]
  forget(): void
}

const none: readonly string[] = Object.freeze([])

/** Mirrors findNonScheduledPodsByPVC; one pass over the pods is for all claims that ask until a pod changes. A cache. */
export function createWaitingPods(): WaitingPods {
  let known: { readonly byClaim: ReadonlyMap<string, readonly string[]>; revision: number } | undefined
  return {
    of(claim, api) {
      const isStale = known === undefined || api.hasChanged<Pod>('pods', known.revision, concerns)
      if (isStale) known = { byClaim: gather(api), revision: api.revision }
      else known!.revision = api.revision
      return known!.byClaim.get(claim) ?? none
    },
    forget: () => void (known = undefined),
  }
}

function concerns(before: Pod | undefined, now: Pod | undefined): boolean {
  const pod = now ?? before
  return pod !== undefined && hasClaims(pod.spec)
}

function gather(api: Link): ReadonlyMap<string, readonly string[]> {
  const byClaim = new Map<string, string[]>()
  api.visit<Pod>('pods', ({ metadata, spec }) => {
    if (spec.nodeName) return
    for (const { claimName } of claimsOf(spec)) {
      const key = `${metadata.namespace!}/${claimName(metadata.name)}`
      const names = byClaim.get(key)
      if (names === undefined) byClaim.set(key, [metadata.name])
      else names.push(metadata.name)
    }
  })
  for (const names of byClaim.values()) names.sort(byCodeUnit)
  return byClaim
}
