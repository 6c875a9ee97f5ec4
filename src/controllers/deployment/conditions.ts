/** Conditions of a Deployment. Mirrors pkg/controller/deployment/util/deployment_util.go. */
import { rfc3339 } from '../../api/time.ts'
import type { DeploymentCondition, DeploymentStatus } from '../../api/types/apps.ts'

export type ConditionType = 'Available' | 'Progressing' | 'ReplicaFailure'
type Conditions = readonly DeploymentCondition[]

export function conditionOf(status: DeploymentStatus, type: ConditionType): DeploymentCondition | undefined {
  return status.conditions?.find((condition) => condition.type === type)
}

export function newCondition(
  type: ConditionType,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  now: number,
): DeploymentCondition {
  const time = rfc3339(now)
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message }
}

/** The status with a condition, at the end of the list; as it was when it says the same for the same reason. */
export function withCondition(status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus {
  const known = conditionOf(status, condition.type as ConditionType)
  if (known?.status === condition.status && known.reason === condition.reason) return status
  return replaced(status, condition, known)
}

/** The same, even when only the time of the last update is another. */
export function withUpdatedCondition(status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus {
  return replaced(status, condition, conditionOf(status, condition.type as ConditionType))
}

function replaced(
  status: DeploymentStatus,
  condition: DeploymentCondition,
  known: DeploymentCondition | undefined,
): DeploymentStatus {
  const since = known?.status === condition.status ? known.lastTransitionTime : condition.lastTransitionTime
  const dated = since === undefined ? condition : { ...condition, lastTransitionTime: since }
  return { ...status, conditions: [...others(status, condition.type), dated] }
}

export function withoutCondition(status: DeploymentStatus, type: ConditionType): DeploymentStatus {
  if (conditionOf(status, type) === undefined) return status
  const conditions = others(status, type)
  const { conditions: _, ...rest } = status
  return conditions.length === 0 ? rest : { ...rest, conditions }
}

function others({ conditions = [] }: DeploymentStatus, type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type)
}
