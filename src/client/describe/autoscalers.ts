/** Horizontal pod autoscalers. Mirrors describeHorizontalPodAutoscalerV2 of k8s.io/kubectl/pkg/describe/describe.go. */
import type {
  HorizontalPodAutoscaler,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../../api/types/autoscaling.ts'
import { columns, field, heading, indented, type Lines, moment, section } from './lines.ts'

export function describeHorizontalPodAutoscaler(autoscaler: HorizontalPodAutoscaler): Lines {
  const { metadata, spec, status } = autoscaler
  const { kind, name } = spec.scaleTargetRef
  return [
    ...heading(autoscaler),
    field('CreationTimestamp', moment(metadata.creationTimestamp)),
    field('Reference', `${kind}/${name}`),
    field('Metrics', '( current / target )'),
    ...indented((spec.metrics ?? []).map((metric, i) => metricText(metric, status.currentMetrics?.[i]))),
    field('Min replicas', spec.minReplicas ?? '<unset>'),
    field('Max replicas', spec.maxReplicas),
    ...(spec.behavior === undefined
      ? []
      : section('Behavior', [
          ...directionLines('Scale Up', spec.behavior.scaleUp),
          ...directionLines('Scale Down', spec.behavior.scaleDown),
        ])),
    field(`${kind} pods`, `${status.currentReplicas ?? 0} current / ${status.desiredReplicas} desired`),
    ...conditionLines(status.conditions ?? []),
  ]
}

const UNKNOWN = '<unknown>'

function metricText(metric: MetricSpec, status: MetricStatus | undefined): string {
  const { external, pods, object, resource, containerResource } = metric
  if (external !== undefined)
    return `${quoted(external.metric.name)} ${valueText(external.target, status?.external?.current)}`
  if (pods !== undefined) {
    const current = status?.pods?.current.averageValue ?? UNKNOWN
    return field(`${quoted(pods.metric.name)} on pods`, `${current} / ${pods.target.averageValue ?? ''}`)
  }
  if (object !== undefined) {
    const { metric: named, describedObject, target } = object
    const what = `${quoted(named.name)} on ${describedObject.kind}/${describedObject.name}`
    return `${what} ${valueText(target, status?.object?.current)}`
  }
  if (resource !== undefined)
    return `resource ${resource.name} on pods${resourceText(resource.target, status?.resource?.current)}`
  if (containerResource === undefined) return `<unknown metric type ${quoted(metric.type)}>`
  const { name, container, target } = containerResource
  const text = resourceText(target, status?.containerResource?.current)
  return `resource ${name} of container ${quoted(container)} on pods${text}`
}

function quoted(name: string): string {
  return JSON.stringify(name)
}

function valueText(target: MetricTarget, current: MetricValueStatus | undefined): string {
  return target.averageValue === undefined
    ? field('(target value)', `${current?.value ?? UNKNOWN} / ${target.value ?? ''}`)
    : field('(target average value)', `${current?.averageValue ?? UNKNOWN} / ${target.averageValue}`)
}

function resourceText(target: MetricTarget, current: MetricValueStatus | undefined): string {
  const { averageValue, averageUtilization } = target
  if (averageValue !== undefined) return field('', `${current?.averageValue ?? UNKNOWN} / ${averageValue}`)
  const used =
    current?.averageUtilization === undefined
      ? UNKNOWN
      : `${current.averageUtilization}% (${current.averageValue ?? '<nil>'})`
  const wanted = averageUtilization === undefined ? '<auto>' : `${averageUtilization}%`
  return `  ${field('(as a percentage of request)', `${used} / ${wanted}`)}`
}

function directionLines(title: string, rules: HPAScalingRules | undefined): Lines {
  if (rules === undefined) return []
  const { stabilizationWindowSeconds, policies = [], selectPolicy = 'Max' } = rules
  const policyLines = policies.map(
    ({ type, value, periodSeconds }) => `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`,
  )
  return section(title, [
    ...(stabilizationWindowSeconds === undefined
      ? []
      : [`Stabilization Window: ${stabilizationWindowSeconds} seconds`]),
    ...(policyLines.length === 0 ? [] : [`Select Policy: ${selectPolicy}`, ...section('Policies', policyLines)]),
  ])
}

function conditionLines(conditions: NonNullable<HorizontalPodAutoscaler['status']['conditions']>): Lines {
  if (conditions.length === 0) return []
  const rows = conditions.map(({ type, status, reason, message }) => [type, status, reason, message])
  return section('Conditions', columns(['Type', 'Status', 'Reason', 'Message'], rows))
}
