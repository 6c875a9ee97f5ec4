/** Of which claims those who let them grow hear: of none that asks for no more. */
import type { KubeObject } from '../../api/meta.ts'
import { compareQuantities } from '../../api/quantity.ts'
import type { PersistentVolumeClaim as Claim } from '../../api/types/core.ts'
import { resizeStatus, sizeReached, wantsMore } from '../../api/volumes/growth.ts'
import { sizeAsked } from '../../api/volumes/matching.ts'
import { STORAGE_RESIZER } from '../../api/volumes/names.ts'
import { keyOf, type LoopWatch } from '../../client/controller.ts'
import { CLAIMS } from './keys.ts'

const none: readonly string[] = Object.freeze([])

/** Claims that ask for more room than they have, or have just got some. */
export const raisedClaims: LoopWatch = watchOf('claimsRaised', isRaised)

/** The same, and those that have come a step further or ask for less. Mirrors updatePVC of external-resizer's pkg/controller. */
export const growingClaims: LoopWatch = watchOf(
  'claimsGrowing',
  (before, after) =>
    isRaised(before, after) ||
    compareQuantities(sizeAsked(before), sizeAsked(after)) !== 0 ||
    resizeStatus(before) !== resizeStatus(after) ||
    before.metadata.annotations?.[STORAGE_RESIZER] !== after.metadata.annotations?.[STORAGE_RESIZER],
)

/** Bound claims that are seen for the first time, and those with news. One that is just bound has not grown. */
function watchOf(name: string, isNews: (before: Claim, after: Claim) => boolean): LoopWatch {
  const concerns = (before: Claim | undefined, after: Claim): boolean => {
    if (after.status.phase !== 'Bound') return false
    if (before === undefined) return true
    return before.status.phase === 'Bound' ? isNews(before, after) : wantsMore(after)
  }
  return Object.freeze({
    kind: CLAIMS,
    keys: ({ type, object, previous }) =>
      type !== 'DELETED' && concerns(previous as Claim | undefined, object as Claim) ? [keyOf(object)] : none,
    predicate: Object.freeze({
      name,
      holds: (before: KubeObject, after: KubeObject) => concerns(before as Claim, after as Claim),
      of: (claim: KubeObject, isDeleted: boolean) => !isDeleted && concerns(undefined, claim as Claim),
    }),
  } satisfies LoopWatch)
}

/** Mirrors the handlers of pkg/controller/volume/expand. */
function isRaised(before: Claim, after: Claim): boolean {
  return (
    compareQuantities(sizeAsked(before), sizeAsked(after)) < 0 ||
    compareQuantities(sizeReached(before), sizeReached(after)) < 0
  )
}
