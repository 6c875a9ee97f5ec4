import { byCodeUnit } from '../../api/order.ts'
import type { Link } from '../../client/link.ts'
import { createPodsByClaim } from '../../client/podsByClaim.ts'

/** Which pods that have no node yet use a claim. */
export interface WaitingPods {
  /** Their names, by code unit; `claim` is `namespace/name`. */
  of(claim: string, api: Link): readonly string[]
  forget(): void
}

/** Mirrors findNonScheduledPodsByPVC. */
export function createWaitingPods(): WaitingPods {
  const { of, forget } = createPodsByClaim(({ metadata, spec }) => (spec.nodeName ? undefined : metadata.name))
  return { of: (claim, api) => [...of(claim, api)].sort(byCodeUnit), forget }
}
