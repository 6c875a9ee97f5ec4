/** What an autoscaler goes by, and where it stands. Mirrors formatHPAMetrics of pkg/printers/internalversion/printers.go. */
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../../api/types/autoscaling.ts'

const SHOWN = 2

/** `cpu: 12%/80%, memory: <unknown>/1Gi + 1 more...` */
export function targetsCell({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec.metrics ?? []
  if (metrics.length === 0) return '<none>'
  const cells = metrics.map((metric, index) => metricCell(metric, status.currentMetrics?.[index]))
  const shown = cells.slice(0, SHOWN).join(', ')
  return cells.length > SHOWN ? `${shown} + ${cells.length - SHOWN} more...` : shown
}

function metricCell(metric: MetricSpec, status: MetricStatus | undefined): string {
  const { external, pods, object, resource, containerResource } = metric
  if (external !== undefined) return valueCell(external.target, status?.external?.current)
  if (pods !== undefined)
    return `${status?.pods?.current.averageValue ?? '<unknown>'}/${pods.target.averageValue ?? ''}`
  if (object !== undefined) return valueCell(object.target, status?.object?.current)
  if (resource !== undefined) return `${resource.name}: ${resourceCell(resource.target, status?.resource?.current)}`
  if (containerResource === undefined) return '<unknown type>'
  return `${containerResource.name}: ${resourceCell(containerResource.target, status?.containerResource?.current)}`
}

function valueCell(target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) return `${current?.averageValue ?? '<unknown>'}/${target.averageValue} (avg)`
  return `${current?.value ?? '<unknown>'}/${target.value ?? ''}`
}

function resourceCell(target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) return `${current?.averageValue ?? '<unknown>'}/${target.averageValue}`
  const used = current?.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}%`
  return `${used}/${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`
}
