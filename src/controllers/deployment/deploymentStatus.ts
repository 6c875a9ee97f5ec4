/** What a Deployment reports. Mirrors calculateStatus of pkg/controller/deployment/sync.go. */
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../api/types/apps.ts'
import { newCondition, withCondition } from './conditions.ts'
import { minAvailable } from './limits.ts'
import { all, asked, available, type Sets, total } from './sets.ts'

/** The counts of a Deployment's replica sets, and whether enough is available. */
export function statusOf(deployment: Deployment, sets: Sets, now: number): DeploymentStatus {
  const known = all(sets)
  const availableReplicas = total(known, available)
  const counts: Partial<Record<keyof DeploymentStatus, number>> = {
    replicas: total(known, replicas),
    updatedReplicas: sets.current === undefined ? 0 : replicas(sets.current),
    readyReplicas: total(known, ({ status }) => status.readyReplicas ?? 0),
    availableReplicas,
    unavailableReplicas: Math.max(0, total(known, asked) - availableReplicas),
  }
  const { collisionCount, conditions } = deployment.status
  const terminatingReplicas = terminating(known)
  const status: DeploymentStatus = {
    ...(deployment.metadata.generation === undefined ? {} : { observedGeneration: deployment.metadata.generation }),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    ...(terminatingReplicas === undefined ? {} : { terminatingReplicas }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  }
  const isEnough = availableReplicas >= minAvailable(deployment)
  return withCondition(
    status,
    isEnough
      ? newCondition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)
      : newCondition(
          'Available',
          'False',
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
          now,
        ),
  )
}

function replicas({ status }: ReplicaSet): number {
  return status.replicas
}

/** How many pods are on their way out; undefined when some replica set does not say. */
function terminating(sets: readonly ReplicaSet[]): number | undefined {
  let sum = 0
  for (const { status } of sets) {
    if (status.terminatingReplicas === undefined && status.observedGeneration !== undefined) return undefined
    sum += status.terminatingReplicas ?? 0
  }
  return sum
}
