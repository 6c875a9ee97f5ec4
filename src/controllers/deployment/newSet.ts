/** The replica set of a template that has none yet. Mirrors getNewReplicaSet of pkg/controller/deployment/sync.go. */
import { controllerReference, controllerUid } from '../../api/controllerRef.ts'
import { isStatusError, type StatusError } from '../../api/errors.ts'
import type { Deployment, ReplicaSet } from '../../api/types/apps.ts'
import type { LabelSelector } from '../../api/types/meta.ts'
import { annotation, sameTemplate, sharedAnnotations, templateHash } from '../../client/rollouts.ts'
import { isTerminatingNamespace } from '../replicas/podControl.ts'
import { newCondition, withCondition } from './conditions.ts'
import { desired, isRolling, maxReplicas, progressDeadline } from './limits.ts'
import { asked, total } from './sets.ts'
import { hashOf } from '../contentHash.ts'
import { createSet, findSet, sizeAnnotations, type Turn, writeStatus } from './turn.ts'

const longestName = 253

/** Makes it, as large as the roll-out allows at once, and writes down that it did. Throws what refused it. */
export function createCurrent(turn: Turn, old: readonly ReplicaSet[], revision: number): ReplicaSet {
  const replicas = firstSize(turn.deployment, old)
  const set = setOf(turn.deployment, replicas, revision)
  let made: ReplicaSet
  try {
    made = createSet(turn, set)
  } catch (error) {
    if (!isStatusError(error)) throw error
    const known = afterRefusal(turn, set.metadata.name, error)
    writeRevision(turn, revision)
    return known
  }
  const { deployment, context } = turn
  const { name } = made.metadata
  if (replicas > 0) {
    const message = `Scaled up replica set ${name} from 0 to ${replicas}`
    context.record(deployment, 'Normal', 'ScalingReplicaSet', message)
  }
  writeRevision(turn, revision, `Created new replica set "${name}"`)
  return made
}

function writeRevision(turn: Turn, revision: number, created?: string): void {
  const { deployment, context } = turn
  const isSaid = created !== undefined && progressDeadline(deployment) !== undefined
  const status = isSaid
    ? withCondition(
        deployment.status,
        newCondition('Progressing', 'True', 'NewReplicaSetCreated', created, context.now),
      )
    : deployment.status
  const isKnown = deployment.metadata.annotations?.[annotation.revision] === String(revision)
  if (!isKnown || status !== deployment.status) writeStatus(turn, status, String(revision))
}

/** The replica set of that name if it is the one that was to be made; otherwise throws, having written down why. */
function afterRefusal(turn: Turn, name: string, error: StatusError): ReplicaSet {
  const { deployment, context } = turn
  if (error.reason === 'AlreadyExists') {
    const found = findSet(turn, name)
    const isOurs = found !== undefined && controllerUid(found) === deployment.metadata.uid
    if (isOurs && sameTemplate(found.spec.template!, deployment.spec.template)) return found
    // Another template has this hash, or this name: the next turn tries the next hash.
    const collisionCount = (deployment.status.collisionCount ?? 0) + 1
    writeStatus(turn, { ...deployment.status, collisionCount })
  } else if (!isTerminatingNamespace(error)) {
    const message = `Failed to create new replica set "${name}": ${error.status.message}`
    if (progressDeadline(deployment) !== undefined) {
      const failed = newCondition('Progressing', 'False', 'ReplicaSetCreateError', message, context.now)
      const status = withCondition(deployment.status, failed)
      if (status !== deployment.status) writeStatus(turn, status)
    }
    context.record(deployment, 'Warning', 'ReplicaSetCreateError', message)
  }
  throw error
}

/** How many pods may be added at once. */
function firstSize(deployment: Deployment, old: readonly ReplicaSet[]): number {
  return isRolling(deployment) ? roomFor(deployment, old, 0) : desired(deployment)
}

/** How large the current replica set may be beside the old ones, of `now` pods: NewRSNewReplicas. */
export function roomFor(deployment: Deployment, old: readonly ReplicaSet[], now: number): number {
  const room = maxReplicas(deployment) - total(old, held) - now
  return room <= 0 ? now : now + Math.min(room, desired(deployment) - now)
}

/**
 * How many pods of a former template there are or are going to be. Upstream counts what is asked for alone, and so may
 * surge too far while the pods that are no longer asked for are still to be given up.
 */
function held(set: ReplicaSet): number {
  return Math.max(asked(set), set.status.replicas)
}

function setOf(deployment: Deployment, replicas: number, revision: number): ReplicaSet {
  const { metadata, spec, status } = deployment
  const { template, selector, minReadySeconds } = spec
  const hash = hashOf(template, status.collisionCount)
  const labels = { ...template.metadata?.labels, [templateHash]: hash }
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name.slice(0, longestName - hash.length - 1)}-${hash}`,
      labels,
      annotations: {
        ...sharedAnnotations(metadata.annotations),
        [annotation.revision]: String(revision),
        ...sizeAnnotations(deployment),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: withHash(selector, hash),
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
  return set as unknown as ReplicaSet
}

function withHash(selector: LabelSelector, hash: string): LabelSelector {
  return { ...selector, matchLabels: { ...selector.matchLabels, [templateHash]: hash } }
}
