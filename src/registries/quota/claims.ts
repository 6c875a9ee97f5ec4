/** What quotas count of claims. Mirrors pkg/quota/v1/evaluator/core/persistent_volume_claims.go. */
import { compareQuantities, parseQuantity, type Quantity } from '../../api/quantity.ts'
import type { PersistentVolumeClaim } from '../../api/types/core.ts'
import { classOf } from '../../api/volumes/names.ts'
import { type Evaluator, type Scope, type Usage, roundedUp, whole } from './evaluator.ts'
import { selects } from './pods.ts'

const CLAIMS = 'persistentvolumeclaims'
const STORAGE = 'requests.storage'
const OF_CLASS = '.storageclass.storage.k8s.io/'
const NAMES: ReadonlySet<string> = new Set([`count/${CLAIMS}`, CLAIMS, STORAGE])

export const claimEvaluator: Evaluator<PersistentVolumeClaim> = Object.freeze<Evaluator<PersistentVolumeClaim>>({
  counts: (name) => NAMES.has(name) || name.endsWith(OF_CLASS + CLAIMS) || name.endsWith(OF_CLASS + STORAGE),
  isAsked: (_next, _previous, subresource) => subresource === undefined,
  isIn,
  usage: usageOf,
})

function usageOf(claim: PersistentVolumeClaim): Usage {
  const usage = new Map([CLAIMS, `count/${CLAIMS}`].map((name) => [name, whole(1)]))
  const storageClass = classOf(claim)
  if (storageClass !== '') usage.set(`${storageClass}${OF_CLASS}${CLAIMS}`, whole(1))
  const size = sizeOf(claim)
  if (size === undefined) return usage
  usage.set(STORAGE, size)
  if (storageClass !== '') usage.set(`${storageClass}${OF_CLASS}${STORAGE}`, size)
  return usage
}

/** What is asked for; more, where growth that has been taken back is under way still. */
function sizeOf({ spec, status }: PersistentVolumeClaim): Quantity | undefined {
  const asked = parseQuantity(spec.resources?.requests?.['storage'] ?? '')
  if (asked === undefined) return undefined
  const allocated = parseQuantity(status.allocatedResources?.['storage'] ?? '')
  return roundedUp(allocated !== undefined && compareQuantities(allocated, asked) > 0 ? allocated : asked)
}

function isIn(claim: PersistentVolumeClaim, scope: Scope): boolean {
  if (scope.scopeName !== 'VolumeAttributesClass') return false
  const names = attributesClasses(claim)
  return names.length === 0 ? selects(scope, undefined) : names.some((name) => selects(scope, name))
}

/** The classes of attributes that a claim has, is to have, or is being given. */
export function attributesClasses({ spec, status }: PersistentVolumeClaim): readonly string[] {
  return [
    spec.volumeAttributesClassName,
    status.currentVolumeAttributesClassName,
    status.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name) => name !== undefined && name !== '') as string[]
}
