import { isStatusError } from '../../api/errors.ts'
import type { ObjectMeta } from '../../api/meta.ts'
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../api/types/apps.ts'
import type { LoopContext } from '../../client/controller.ts'
import { annotation } from '../../client/rollouts.ts'
import { wroteKind } from '../ownWrites.ts'
import { desired, maxReplicas } from './limits.ts'
import { asked } from './sets.ts'

export const deployments = 'apps/v1/Deployment'
export const replicaSets = 'apps/v1/ReplicaSet'
const setsKey = 'replicasets.apps'
const deploymentsKey = 'deployments.apps'

/** One look at one Deployment. Whatever is written remembers how far the cache has to come before the next. */
export interface Turn {
  readonly key: string
  /** As the cache has it, and as this turn has written it since. */
  deployment: Deployment
  readonly context: LoopContext
}

/** Whether the Deployment is still as the cache has it; if not, its change is on the way. */
export function isCurrent({ metadata }: Deployment, { api }: LoopContext): boolean {
  const fresh = api.find<Deployment>(deploymentsKey, metadata.namespace!, metadata.name)
  return fresh?.metadata.resourceVersion === metadata.resourceVersion
}

/** The replica set as it is now; undefined when it asks for something else than the cache says, or is another. */
export function fresh({ metadata }: ReplicaSet, { api }: LoopContext): ReplicaSet | undefined {
  const found = api.find<ReplicaSet>(setsKey, metadata.namespace!, metadata.name)
  const isSame = found?.metadata.uid === metadata.uid && found.metadata.generation === metadata.generation
  return isSame ? found : undefined
}

/** Writes the status, and with it the revision where that is another. */
export function writeStatus(turn: Turn, status: DeploymentStatus, revision?: string): void {
  const { deployment, context } = turn
  const metadata = withRevision(deployment.metadata, revision)
  turn.deployment = context.api.updateStatus<Deployment>(deploymentsKey, { ...deployment, metadata, status })
  wroteKind(turn.key, deployments, context)
}

function withRevision(metadata: ObjectMeta, revision: string | undefined): ObjectMeta {
  if (revision === undefined || metadata.annotations?.[annotation.revision] === revision) return metadata
  return { ...metadata, annotations: { ...metadata.annotations, [annotation.revision]: revision } }
}

/** Changes a replica set as it is now. */
export function updateSet(turn: Turn, set: ReplicaSet, change: (set: ReplicaSet) => ReplicaSet): ReplicaSet {
  const { api } = turn.context
  const { namespace, name } = set.metadata
  const updated = api.update<ReplicaSet>(setsKey, change(api.get<ReplicaSet>(setsKey, namespace!, name)))
  wroteKind(turn.key, replicaSets, turn.context)
  return updated
}

export function createSet(turn: Turn, set: object): ReplicaSet {
  const created = turn.context.api.create<ReplicaSet>(setsKey, turn.deployment.metadata.namespace!, set)
  wroteKind(turn.key, replicaSets, turn.context)
  return created
}

export function findSet({ deployment, context }: Turn, name: string): ReplicaSet | undefined {
  return context.api.find<ReplicaSet>(setsKey, deployment.metadata.namespace!, name)
}

export function deleteSet(turn: Turn, { metadata }: ReplicaSet): void {
  try {
    turn.context.api.delete(setsKey, metadata.namespace!, metadata.name, { preconditions: { uid: metadata.uid } })
    wroteKind(turn.key, replicaSets, turn.context)
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
  }
}

/** Sets how many pods a replica set asks for, and beside it of how many. Returns it as it is then. */
export function scaleSet(turn: Turn, set: ReplicaSet, replicas: number): ReplicaSet {
  const { deployment, context } = turn
  const before = asked(set)
  const sizes = sizeAnnotations(deployment)
  const isSized = Object.entries(sizes).every(([name, value]) => set.metadata.annotations?.[name] === value)
  if (before === replicas && isSized) return set
  const updated = updateSet(turn, set, ({ metadata, spec, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...sizes } },
    spec: { ...spec, replicas },
  }))
  if (before !== replicas) {
    const way = before < replicas ? 'up' : 'down'
    const message = `Scaled ${way} replica set ${set.metadata.name} from ${before} to ${replicas}`
    context.record(deployment, 'Normal', 'ScalingReplicaSet', message)
  }
  return updated
}

/** What a replica set is told of its Deployment's size. */
export function sizeAnnotations(deployment: Deployment): Record<string, string> {
  return {
    [annotation.desiredReplicas]: String(desired(deployment)),
    [annotation.maxReplicas]: String(maxReplicas(deployment)),
  }
}
