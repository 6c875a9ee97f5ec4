/** The claims of a StatefulSet's pods. Mirrors pkg/controller/statefulset/stateful_pod_control.go. */
import { isStatusError } from '../../api/errors.ts'
import type { StatefulSet } from '../../api/types/apps.ts'
import type { PersistentVolumeClaim } from '../../api/types/core.ts'
import { claimName, ordinalOf } from './identity.ts'
import {
  goWhenScaled,
  hasWantedOwners,
  type Holder,
  isControlledElsewhere,
  isOfFormerPod,
  withWantedOwners,
} from './retention.ts'
import { CLAIMS } from '../volumes/keys.ts'
import { findClaim, type Turn, writing } from './turn.ts'

/** What the claims of a pod were refused with. */
export class ClaimsRefused extends Error {}

/** Makes the claims of a pod that are not there. Throws when one cannot be made, or is on its way out. */
export function createClaims(turn: Turn, pod: string): void {
  const faults: string[] = []
  for (const template of turn.set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(template, turn.set, ordinalOf(pod))
    const claim = findClaim(turn, name)
    const fault = claim === undefined ? createClaim(turn, pod, name, template) : leaving(claim)
    if (fault !== undefined) faults.push(fault)
  }
  const [first] = faults
  if (first !== undefined) throw new ClaimsRefused(faults.length === 1 ? first : `[${faults.join(', ')}]`)
}

function leaving({ metadata: { name, deletionTimestamp } }: PersistentVolumeClaim): string | undefined {
  return deletionTimestamp === undefined ? undefined : `pvc ${name} is being deleted`
}

function createClaim(turn: Turn, pod: string, name: string, template: PersistentVolumeClaim): string | undefined {
  const { set, context } = turn
  try {
    writing(turn, CLAIMS, (api) =>
      api.create('persistentvolumeclaims', set.metadata.namespace!, claimOf(set, name, template)),
    )
  } catch (error) {
    if (!isStatusError(error)) throw error
    const { message } = error.status
    if (error.reason !== 'AlreadyExists') {
      const text = `Create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${message}`
      context.record(set, 'Warning', 'FailedCreate', text)
    }
    return `failed to create PVC ${name}: ${message}`
  }
  const text = `Create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`
  context.record(set, 'Normal', 'SuccessfulCreate', text)
  return undefined
}

function claimOf({ spec: { selector } }: StatefulSet, name: string, { metadata, spec }: PersistentVolumeClaim): object {
  const { labels, annotations, finalizers } = metadata
  const own =
    labels === undefined && selector.matchLabels === undefined ? undefined : { ...labels, ...selector.matchLabels }
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      ...(own === undefined ? {} : { labels: own }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
    },
    spec,
  }
}

/** The claims of a pod that are there. */
function claimsOf(turn: Turn, pod: Holder): readonly PersistentVolumeClaim[] {
  const { set } = turn
  const names = (set.spec.volumeClaimTemplates ?? []).map((template) => claimName(template, set, ordinalOf(pod.name)))
  return names.flatMap((name) => findClaim(turn, name) ?? [])
}

/** Whether a pod has to wait until the claims of the one before it are gone. */
export function waitsForClaims(turn: Turn, pod: Holder): boolean {
  return goWhenScaled(turn.set) && claimsOf(turn, pod).some((claim) => isOfFormerPod(claim, pod))
}

/** Whether the owners of a pod's claims are as the policy wants them. */
export function areOwned(turn: Turn, pod: Holder): boolean {
  return claimsOf(turn, pod).every((claim) => hasWantedOwners(claim, turn.set, pod))
}

/** Gives the claims of a pod the owners that the policy wants. Throws what refused it. */
export function ownClaims(turn: Turn, pod: Holder): void {
  const { set, context } = turn
  for (const claim of claimsOf(turn, pod)) {
    const { name } = claim.metadata
    if (isControlledElsewhere(claim, set, pod)) {
      const conflict = 'has a conflicting OwnerReference that acts as a manging controller'
      const text = `PersistentVolumeClaim ${name} ${conflict}, the retention policy is ignored for this claim`
      context.record(set, 'Warning', 'ConflictingController', text)
    }
    if (hasWantedOwners(claim, set, pod)) continue
    try {
      writing(turn, CLAIMS, (api) => api.update('persistentvolumeclaims', withWantedOwners(claim, set, pod)))
    } catch (error) {
      if (!isStatusError(error)) throw error
      throw new ClaimsRefused(`could not update claim ${name} for delete policy ownerRefs: ${error.status.message}`)
    }
  }
}
