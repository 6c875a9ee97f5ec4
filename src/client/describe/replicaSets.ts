/** Replica sets and replication controllers. Mirrors describeReplicaSet and describeReplicationController of describe.go. */
import { formatLabels, formatLabelSelector } from '../../api/selectors.ts'
import type { ReplicaSet } from '../../api/types/apps.ts'
import type { ReplicationController } from '../../api/types/core.ts'
import type { Around } from './around.ts'
import { conditionLines, podsStatus, replicasLine } from './controllers.ts'
import { controlledBy, field, labelsAndAnnotations, type Lines } from './lines.ts'
import { templateLines } from './podTemplate.ts'

export function describeReplicaSet(set: ReplicaSet, around: Around): Lines {
  const { metadata, spec, status } = set
  return [
    field('Name', metadata.name),
    field('Namespace', metadata.namespace),
    field('Selector', formatLabelSelector(spec.selector) || '<none>'),
    ...labelsAndAnnotations(metadata),
    ...controlledBy(set),
    replicasLine(status.replicas, spec.replicas),
    field('Pods Status', podsStatus(set, spec.selector, around)),
    ...templateLines(spec.template),
    ...conditionLines(status.conditions),
  ]
}

export function describeReplicationController(controller: ReplicationController, around: Around): Lines {
  const { metadata, spec, status } = controller
  return [
    field('Name', metadata.name),
    field('Namespace', metadata.namespace),
    field('Selector', formatLabels(spec.selector)),
    ...labelsAndAnnotations(metadata),
    replicasLine(status.replicas, spec.replicas),
    field('Pods Status', podsStatus(controller, spec.selector, around)),
    ...templateLines(spec.template),
    ...conditionLines(status.conditions),
  ]
}
