/** Disruption budgets and priority classes. Mirrors their describers in k8s.io/kubectl/pkg/describe/describe.go. */
import { formatLabels, formatLabelSelector } from '../../api/selectors.ts'
import type { PodDisruptionBudget } from '../../api/types/policy.ts'
import type { PriorityClass } from '../../api/types/scheduling.ts'
import { field, type Lines, section } from './lines.ts'

export function describePodDisruptionBudget({ metadata, spec, status }: PodDisruptionBudget): Lines {
  const { minAvailable, maxUnavailable, selector } = spec
  const limit = minAvailable === undefined ? ['Max unavailable', maxUnavailable] : ['Min available', minAvailable]
  return [
    field('Name', metadata.name),
    field('Namespace', metadata.namespace),
    ...(limit[1] === undefined ? [] : [field(limit[0] as string, limit[1])]),
    field('Selector', selector === undefined ? '<unset>' : formatLabelSelector(selector) || '<none>'),
    ...section(
      'Status',
      [
        field('Allowed disruptions', status.disruptionsAllowed ?? 0),
        field('Current', status.currentHealthy ?? 0),
        field('Desired', status.desiredHealthy ?? 0),
        field('Total', status.expectedPods ?? 0),
      ],
      2,
    ),
  ]
}

export function describePriorityClass(priorityClass: PriorityClass): Lines {
  const { metadata, value, globalDefault = false, preemptionPolicy, description } = priorityClass
  return [
    field('Name', metadata.name),
    field('Value', value),
    field('GlobalDefault', globalDefault),
    field('PreemptionPolicy', preemptionPolicy),
    field('Description', description),
    field('Annotations', formatLabels(metadata.annotations)),
  ]
}
