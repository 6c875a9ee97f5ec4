/** Whether a roll-out gets on. Mirrors pkg/controller/deployment/progress.go. */
import { parseTime } from '../../api/time.ts'
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../api/types/apps.ts'
import { equal } from '../../registries/equal.ts'
import { conditionOf, newCondition, withCondition, withoutCondition, withUpdatedCondition } from './conditions.ts'
import { statusOf } from './deploymentStatus.ts'
import { progressDeadline } from './limits.ts'
import { all, type Sets } from './sets.ts'
import { type Turn, writeStatus } from './turn.ts'

/** Reports counts and conditions; comes back when no progress by then would be too late. */
export function reportProgress(turn: Turn, sets: Sets): { readonly requeueAfter: number } | void {
  const { deployment, context } = turn
  const counted = statusOf(deployment, sets, context.now)
  const status = withFailure(withProgress(deployment, counted, sets, context.now), sets)
  if (!equal(status, deployment.status)) writeStatus(turn, status)
  else return lookAgain(deployment, context.now)
}

/** Reports the counts alone, where nothing is rolled out. */
export function reportCounts(turn: Turn, sets: Sets): void {
  const status = statusOf(turn.deployment, sets, turn.context.now)
  if (!equal(status, turn.deployment.status)) writeStatus(turn, status)
}

/** Whether all pods are of the template, and available. */
export function isComplete({ spec, metadata }: Deployment, status: DeploymentStatus): boolean {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration = 0 } = status
  const wanted = spec.replicas ?? 1
  return (
    updatedReplicas === wanted &&
    replicas === wanted &&
    availableReplicas === wanted &&
    observedGeneration >= (metadata.generation ?? 0)
  )
}

function withProgress(
  deployment: Deployment,
  counted: DeploymentStatus,
  { current }: Sets,
  now: number,
): DeploymentStatus {
  if (progressDeadline(deployment) === undefined) return withoutCondition(counted, 'Progressing')
  const before = conditionOf(deployment.status, 'Progressing')
  const isOver = counted.replicas === counted.updatedReplicas && before?.reason === available
  if (isOver) return counted
  const who =
    current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`
  if (isComplete(deployment, counted)) {
    const message = `${who} has successfully progressed.`
    return withCondition(counted, newCondition('Progressing', 'True', available, message, now))
  }
  if (hasProgressed(deployment.status, counted)) {
    const message = `${who} is progressing.`
    return withUpdatedCondition(counted, newCondition('Progressing', 'True', 'ReplicaSetUpdated', message, now))
  }
  if (isTimedOut(deployment, before, now)) {
    const message = `${who} has timed out progressing.`
    return withCondition(counted, newCondition('Progressing', 'False', timedOut, message, now))
  }
  return counted
}

const available = 'NewReplicaSetAvailable'
const timedOut = 'ProgressDeadlineExceeded'

/** More pods of the template, fewer of others, more ready or more available. */
function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  )
}

function isTimedOut(deployment: Deployment, condition: DeploymentCondition | undefined, now: number): boolean {
  if (condition === undefined || condition.reason === available) return false
  return condition.reason === timedOut || deadlineOf(deployment, condition) < now
}

/** When the roll-out will have made no progress for too long, in virtual milliseconds. */
function deadlineOf(deployment: Deployment, { lastUpdateTime }: DeploymentCondition): number {
  return (parseTime(lastUpdateTime ?? '') ?? 0) + progressDeadline(deployment)! * 1000
}

/** Without any change this is the only thing to bring the Deployment back: requeueStuckDeployment. */
function lookAgain(deployment: Deployment, now: number): { readonly requeueAfter: number } | void {
  const condition = conditionOf(deployment.status, 'Progressing')
  if (progressDeadline(deployment) === undefined || condition === undefined) return
  if (condition.reason === timedOut || condition.reason === available) return
  if (isComplete(deployment, deployment.status)) return
  // A second more, as times are written in whole seconds.
  return { requeueAfter: Math.max(0, deadlineOf(deployment, condition) - now) + 1000 }
}

/** What a replica set cannot do is the Deployment's failure too; that of the current one before those of others. */
function withFailure(status: DeploymentStatus, sets: Sets): DeploymentStatus {
  const order = sets.current === undefined ? sets.old : [sets.current, ...all(sets)]
  const failure = order.map(failureOf).find((found) => found !== undefined)
  if (failure === undefined) return withoutCondition(status, 'ReplicaFailure')
  const { lastTransitionTime: since, ...rest } = failure
  const times = since === undefined ? {} : { lastUpdateTime: since, lastTransitionTime: since }
  return withCondition(status, { ...rest, ...times })
}

type SetCondition = NonNullable<ReplicaSet['status']['conditions']>[number]

function failureOf({ status }: ReplicaSet): SetCondition | undefined {
  return status.conditions?.find(({ type }) => type === 'ReplicaFailure')
}
