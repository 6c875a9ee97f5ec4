/** Makes, mends and deletes the pods of a StatefulSet. Mirrors pkg/controller/statefulset/stateful_pod_control.go. */
import { isStatusError } from '../../api/errors.ts'
import type { Pod } from '../../api/types/core.ts'
import { areOwned, ClaimsRefused, createClaims, ownClaims } from './claims.ts'
import { podName } from './identity.ts'
import { hasIdentity, hasStorage, podOf, withIdentity } from './newPod.ts'
import type { Holder } from './retention.ts'
import { pods, type Turn, updatePod, type Version, writing } from './turn.ts'

type Verb = 'Create' | 'Update' | 'Delete'

/** Does something to a pod; what refuses it is told, and thrown. */
function attempt(turn: Turn, verb: Verb, pod: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    if (isStatusError(error)) told(turn, verb, pod, error.status.message)
    else if (error instanceof ClaimsRefused) told(turn, verb, pod, error.message)
    throw error
  }
}

function told({ set, context }: Turn, verb: Verb, pod: string, refusal?: string): void {
  const where = `in StatefulSet ${set.metadata.name}`
  if (refusal === undefined)
    context.record(set, 'Normal', `Successful${verb}`, `${verb} Pod {detail} ${where} successful`, pod)
  else context.record(set, 'Warning', `Failed${verb}`, `${verb} Pod ${pod} ${where} failed error: ${refusal}`)
}

/** Makes the claims of a pod, then the pod. */
export function createPod(turn: Turn, ordinal: number, version: Version): void {
  const { set } = turn
  const name = podName(set, ordinal)
  attempt(turn, 'Create', name, () => createClaims(turn, name))
  try {
    writing(turn, pods, (api) => api.create('pods', set.metadata.namespace!, podOf(set, ordinal, version)))
  } catch (error) {
    // Who has the name instead is for others to see to.
    if (isStatusError(error) && error.reason !== 'AlreadyExists') told(turn, 'Create', name, error.status.message)
    throw error
  }
  // Claims that have just been made are owned once the cache knows of them.
  attempt(turn, 'Update', name, () => ownClaims(turn, { name, uid: '' }))
  told(turn, 'Create', name)
}

/** Makes the claims that a pod is waiting for. */
export function createMissingClaims(turn: Turn, pod: Holder): void {
  createClaims(turn, pod.name)
  attempt(turn, 'Update', pod.name, () => ownClaims(turn, pod))
}

/** Whether a pod has its name, its volumes and its claims. */
export function isWhole(turn: Turn, pod: Pod): boolean {
  return hasIdentity(pod) && hasStorage(turn.set, pod) && areOwned(turn, pod.metadata)
}

/** Gives a pod what it lacks of that. */
export function mendPod(turn: Turn, pod: Pod): void {
  const { set } = turn
  const { name } = pod.metadata
  attempt(turn, 'Update', name, () => {
    if (!hasStorage(set, pod)) createClaims(turn, name)
    ownClaims(turn, pod.metadata)
    updatePod(turn, pod, (current) => withIdentity(set, current))
  })
  told(turn, 'Update', name)
}

/** Deletes a pod; that it is gone already is no failure. */
export function deletePod(turn: Turn, pod: Pod): void {
  const { namespace, name, uid } = pod.metadata
  attempt(turn, 'Delete', name, () => {
    try {
      writing(turn, pods, (api) => api.delete('pods', namespace!, name, { preconditions: { uid } }))
    } catch (error) {
      // Another has its name by now: upstream would delete that one.
      if (!isStatusError(error, 'NotFound') && !isStatusError(error, 'Conflict')) throw error
    }
  })
  told(turn, 'Delete', name)
}
