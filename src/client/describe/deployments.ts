/** Deployments with their replica sets. Mirrors describeDeployment of describe.go and k8s.io/kubectl/pkg/util/deployment. */
import { controllerUid } from '../../api/controllerRef.ts'
import { byCodeUnit } from '../../api/order.ts'
import { formatLabelSelector } from '../../api/selectors.ts'
import type { Deployment, ReplicaSet } from '../../api/types/apps.ts'
import { sameTemplate } from '../rollouts.ts'
import type { Around } from './around.ts'
import { conditionLines } from './controllers.ts'
import { field, labelsAndAnnotations, type Lines, moment } from './lines.ts'
import { templateLines } from './podTemplate.ts'

export function describeDeployment(deployment: Deployment, around: Around): Lines {
  const { metadata, spec, status } = deployment
  return [
    field('Name', metadata.name),
    field('Namespace', metadata.namespace),
    field('CreationTimestamp', moment(metadata.creationTimestamp)),
    ...labelsAndAnnotations(metadata),
    field('Selector', formatLabelSelector(spec.selector)),
    field('Replicas', replicas(deployment)),
    ...strategyLines(deployment),
    ...templateLines(spec.template),
    ...conditionLines(status.conditions),
    ...setLines(deployment, around),
  ]
}

function replicas({ spec, status }: Deployment): string {
  const counts = [
    `${spec.replicas ?? 1} desired`,
    `${status.updatedReplicas ?? 0} updated`,
    `${status.replicas ?? 0} total`,
    `${status.availableReplicas ?? 0} available`,
    `${status.unavailableReplicas ?? 0} unavailable`,
  ]
  return counts.join(' | ')
}

function strategyLines({ spec: { strategy, minReadySeconds = 0 } }: Deployment): Lines {
  const rolling = strategy?.rollingUpdate
  return [
    field('StrategyType', strategy?.type),
    field('MinReadySeconds', minReadySeconds),
    ...(rolling === undefined
      ? []
      : [
          field(
            'RollingUpdateStrategy',
            `${rolling.maxUnavailable ?? 0} max unavailable, ${rolling.maxSurge ?? 0} max surge`,
          ),
        ]),
  ]
}

/** The replica set of the template as it is now, the oldest of several, and all others. */
function setLines(deployment: Deployment, around: Around): Lines {
  const { namespace, uid } = deployment.metadata
  const sets = around
    .list<ReplicaSet>('apps/v1/ReplicaSet', { namespace, labelSelector: deployment.spec.selector })
    .filter((set) => controllerUid(set) === uid)
    .toSorted(
      ({ metadata: a }, { metadata: b }) =>
        byCodeUnit(a.creationTimestamp, b.creationTimestamp) || byCodeUnit(a.name, b.name),
    )
  if (sets.length === 0) return []
  const { template } = deployment.spec
  const current = sets.find(({ spec }) => sameTemplate(spec.template!, template))
  const text = (some: readonly ReplicaSet[]): string =>
    some
      .map(
        ({ metadata, spec, status }) =>
          `${metadata.name} (${status.replicas ?? 0}/${spec.replicas ?? 1} replicas created)`,
      )
      .join(', ') || '<none>'
  return [
    field('OldReplicaSets', text(sets.filter((set) => set !== current))),
    field('NewReplicaSet', text(current === undefined ? [] : [current])),
  ]
}
