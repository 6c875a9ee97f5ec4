/** Stateful sets and daemon sets. Mirrors their describers in k8s.io/kubectl/pkg/describe/describe.go. */
import { formatLabels, formatLabelSelector } from '../../api/selectors.ts'
import type { DaemonSet, StatefulSet } from '../../api/types/apps.ts'
import type { PersistentVolumeClaim } from '../../api/types/core.ts'
import type { Around } from './around.ts'
import { classOfClaim } from './claim.ts'
import { podsStatus } from './controllers.ts'
import {
  annotations,
  field,
  goList,
  indented,
  labels,
  labelsAndAnnotations,
  type Lines,
  moment,
  quantity,
} from './lines.ts'
import { templateLines } from './podTemplate.ts'

export function describeStatefulSet(set: StatefulSet, around: Around): Lines {
  const { metadata, spec, status } = set
  return [
    field('Name', metadata.name),
    field('Namespace', metadata.namespace),
    field('CreationTimestamp', moment(metadata.creationTimestamp)),
    field('Selector', formatLabelSelector(spec.selector)),
    ...labelsAndAnnotations(metadata),
    field('Replicas', `${spec.replicas ?? 1} desired | ${status.replicas} total`),
    ...strategyLines(spec.updateStrategy),
    field('Pods Status', podsStatus(set, spec.selector, around)),
    ...templateLines(spec.template),
    ...claimTemplateLines(spec.volumeClaimTemplates),
  ]
}

function strategyLines(strategy: StatefulSet['spec']['updateStrategy']): Lines {
  const { partition, maxUnavailable } = strategy?.rollingUpdate ?? {}
  return [
    field('Update Strategy', strategy?.type),
    ...(partition === undefined ? [] : [field('  Partition', partition)]),
    ...(partition === undefined || maxUnavailable === undefined ? [] : [field('  MaxUnavailable', maxUnavailable)]),
  ]
}

/** Mirrors describeVolumeClaimTemplates. */
function claimTemplateLines(templates: readonly PersistentVolumeClaim[] = []): Lines {
  if (templates.length === 0) return [field('Volume Claims', '<none>')]
  const lines = templates.flatMap((claim) => {
    const { metadata, spec } = claim
    const storage = spec.resources?.requests?.['storage']
    return [
      field('Name', metadata.name),
      field('StorageClass', classOfClaim(claim)),
      ...labels('Labels', metadata.labels),
      ...labels('Annotations', metadata.annotations),
      field('Capacity', storage === undefined ? '<default>' : quantity(storage)),
      field('Access Modes', goList(spec.accessModes)),
    ]
  })
  return ['Volume Claims:', ...indented(lines)]
}

export function describeDaemonSet(set: DaemonSet, around: Around): Lines {
  const { metadata, spec, status } = set
  return [
    field('Name', metadata.name),
    field('Namespace', metadata.namespace),
    field('Selector', formatLabelSelector(spec.selector)),
    field('Node-Selector', formatLabels(spec.template.spec.nodeSelector)),
    ...labels('Labels', metadata.labels),
    ...annotations('Annotations', metadata.annotations),
    `Desired Number of Nodes Scheduled: ${status.desiredNumberScheduled}`,
    `Current Number of Nodes Scheduled: ${status.currentNumberScheduled}`,
    `Number of Nodes Scheduled with Up-to-date Pods: ${status.updatedNumberScheduled ?? 0}`,
    `Number of Nodes Scheduled with Available Pods: ${status.numberAvailable ?? 0}`,
    `Number of Nodes Misscheduled: ${status.numberMisscheduled}`,
    field('Pods Status', podsStatus(set, spec.selector, around)),
    ...templateLines(spec.template),
  ]
}
