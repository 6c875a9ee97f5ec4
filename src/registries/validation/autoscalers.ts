/** Mirrors pkg/apis/autoscaling/validation/validation.go. */
import { forbidden, invalid, negative, notSupported, required } from '../../api/fieldErrors.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type {
  CrossVersionObjectReference,
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
} from '../../api/types/autoscaling.ts'
import type { Errors } from './common.ts'
import { checkLabel } from './common.ts'
import { checkSegment } from './references.ts'
import { checkContainerResource } from './resources.ts'

const LONGEST_WINDOW = 3600
const LONGEST_PERIOD = 1800
const SELECT_POLICIES = ['Disabled', 'Max', 'Min']
const POLICY_TYPES = ['Percent', 'Pods']
/** The types of metrics, and the field that each is told in. */
const SOURCES = [
  ['Object', 'object'],
  ['External', 'external'],
  ['Pods', 'pods'],
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
] as const
const METRIC_TYPES = SOURCES.map(([type]) => type).sort()

export function checkAutoscaler(
  spec: HorizontalPodAutoscalerSpec,
  errors: Errors,
  previous?: HorizontalPodAutoscalerSpec,
): void {
  const { minReplicas, maxReplicas = 0, scaleTargetRef, metrics = [], behavior } = spec
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'))
  }
  if (maxReplicas === 0) errors.push(required('spec.maxReplicas', 'must be set and greater than 0'))
  if (maxReplicas < 0) errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1'))
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'))
  }
  const target: Target = scaleTargetRef ?? {}
  checkTarget(target, 'spec.scaleTargetRef', errors)
  const before: Target | undefined = previous?.scaleTargetRef
  if (before === undefined || before.apiVersion !== target.apiVersion || before.kind !== target.kind) {
    // The core's one kind that can be scaled needs no group.
    checkAPIVersion(target, target.kind !== 'ReplicationController', 'spec.scaleTargetRef', errors)
  }
  for (const [i, metric] of metrics.entries()) checkMetric(metric, `spec.metrics[${i}]`, errors)
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const detail = 'must specify at least one Object or External metric to support scaling to zero replicas'
    errors.push(forbidden('spec.metrics', detail))
  }
  if (behavior?.scaleUp !== undefined) checkScaling(behavior.scaleUp, 'spec.behavior.scaleUp', errors)
  if (behavior?.scaleDown !== undefined) checkScaling(behavior.scaleDown, 'spec.behavior.scaleDown', errors)
}

type Target = Partial<CrossVersionObjectReference>

function checkTarget(target: Target, at: string, errors: Errors): void {
  checkSegment(target.kind, `${at}.kind`, errors)
  checkSegment(target.name, `${at}.name`, errors)
}

function checkAPIVersion({ apiVersion = '' }: Target, needsGroup: boolean, at: string, errors: Errors): void {
  const path = `${at}.apiVersion`
  const slashes = apiVersion.split('/').length - 1
  if (slashes > 1) errors.push(invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`))
  else if (needsGroup && apiVersion.indexOf('/') <= 0) {
    errors.push(invalid(path, apiVersion, 'apiVersion must specify API group'))
  }
}

function checkMetric(metric: MetricSpec, at: string, errors: Errors): void {
  const source = SOURCES.find(([type]) => type === metric.type)
  if (!metric.type) errors.push(required(`${at}.type`, 'must specify a metric source type'))
  if (source === undefined) errors.push(notSupported(`${at}.type`, metric.type ?? '', METRIC_TYPES))
  const given = SOURCES.map(([, field]) => field).filter((field) => metric[field] !== undefined)
  const first = given[0]
  if (first !== undefined) checkSource(metric, first, `${at}.${first}`, errors)
  if (source !== undefined && metric[source[1]] === undefined) {
    errors.push(required(`${at}.${source[1]}`, 'must populate information for the given metric source'))
  }
  for (const field of given) {
    if (field === source?.[1] || given.length === 1) continue
    errors.push(forbidden(`${at}.${field}`, 'must populate the given metric source only'))
  }
}

function checkSource(metric: MetricSpec, field: (typeof SOURCES)[number][1], at: string, errors: Errors): void {
  const { target = {} as MetricTarget } = metric[field]!
  if (field === 'object') {
    const described: Target = metric.object!.describedObject ?? {}
    checkTarget(described, `${at}.describedObject`, errors)
    checkAPIVersion(described, false, `${at}.describedObject`, errors)
  }
  if (field === 'object' || field === 'external' || field === 'pods') {
    checkIdentifier(metric[field]!.metric ?? {}, `${at}.metric`, errors)
  } else {
    const { name } = metric[field]!
    if (!name) errors.push(required(`${at}.name`, 'must specify a resource name'))
    else if (field === 'containerResource') checkContainerResource(name, `${at}.name`, errors)
    if (field === 'containerResource') checkContainer(metric.containerResource!.container, `${at}.container`, errors)
  }
  checkMetricTarget(target, `${at}.target`, errors)
  const { value, averageValue, averageUtilization } = target
  if (field === 'object' && value === undefined && averageValue === undefined) {
    errors.push(required(`${at}.target.averageValue`, 'must set either a target value or averageValue'))
  } else if (field === 'external') {
    if (value === undefined && averageValue === undefined) {
      const detail = 'must set either a target value for metric or a per-pod target'
      errors.push(required(`${at}.target.averageValue`, detail))
    } else if (value !== undefined && averageValue !== undefined) {
      const detail = 'may not set both a target value for metric and a per-pod target'
      errors.push(forbidden(`${at}.target.value`, detail))
    }
  } else if (field === 'pods' && averageValue === undefined) {
    errors.push(required(`${at}.target.averageValue`, 'must specify a positive target averageValue'))
  } else if (field === 'resource' || field === 'containerResource') {
    if (averageUtilization === undefined && averageValue === undefined) {
      const detail = 'must set either a target raw value or a target utilization'
      errors.push(required(`${at}.target.averageUtilization`, detail))
    } else if (averageUtilization !== undefined && averageValue !== undefined) {
      const detail = 'may not set both a target raw value and a target utilization'
      errors.push(forbidden(`${at}.target.averageValue`, detail))
    }
  }
}

function checkContainer(name: string | undefined, at: string, errors: Errors): void {
  if (name) checkLabel(errors, at, name)
  else errors.push(required(at, 'must specify a container'))
}

function checkIdentifier({ name }: Partial<MetricIdentifier>, at: string, errors: Errors): void {
  if (name) checkSegment(name, `${at}.name`, errors)
  else errors.push(required(`${at}.name`, 'must specify a metric name'))
}

function checkMetricTarget(
  { type = '', value, averageValue, averageUtilization }: MetricTarget,
  at: string,
  errors: Errors,
): void {
  if (type === '') errors.push(required(`${at}.type`, 'must specify a metric target type'))
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    errors.push(invalid(`${at}.type`, type, 'must be either Utilization, Value, or AverageValue'))
  }
  if (isNotPositive(value)) errors.push(invalid(`${at}.value`, value, 'must be positive'))
  if (isNotPositive(averageValue)) errors.push(invalid(`${at}.averageValue`, averageValue, 'must be positive'))
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${at}.averageUtilization`, averageUtilization, 'must be greater than 0'))
  }
}

function isNotPositive(amount: string | undefined): boolean {
  return amount !== undefined && (parseQuantity(amount)?.nano ?? 0n) <= 0n
}

function isNegative(amount: string | undefined): boolean {
  return amount !== undefined && (parseQuantity(amount)?.nano ?? 0n) < 0n
}

function checkScaling(rules: HPAScalingRules, at: string, errors: Errors): void {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [] } = rules
  const path = `${at}.stabilizationWindowSeconds`
  if (window !== undefined && window < 0) errors.push(invalid(path, window, 'must be greater than or equal to zero'))
  if (window !== undefined && window > LONGEST_WINDOW) {
    errors.push(invalid(path, window, `must be less than or equal to ${LONGEST_WINDOW}`))
  }
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) {
    errors.push(notSupported(`${at}.selectPolicy`, selectPolicy, SELECT_POLICIES))
  }
  if (policies.length === 0) errors.push(required(`${at}.policies`, 'must specify at least one Policy'))
  for (const [i, policy] of policies.entries()) checkPolicy(policy, `${at}.policies[${i}]`, errors)
  if (isNegative(rules.tolerance)) errors.push(negative(`${at}.tolerance`, rules.tolerance))
}

function checkPolicy({ type, value = 0, periodSeconds = 0 }: HPAScalingPolicy, at: string, errors: Errors): void {
  if (!POLICY_TYPES.includes(type)) errors.push(notSupported(`${at}.type`, type ?? '', POLICY_TYPES))
  if (value <= 0) errors.push(invalid(`${at}.value`, value, 'must be greater than zero'))
  if (periodSeconds <= 0) errors.push(invalid(`${at}.periodSeconds`, periodSeconds, 'must be greater than zero'))
  if (periodSeconds > LONGEST_PERIOD) {
    errors.push(invalid(`${at}.periodSeconds`, periodSeconds, `must be less than or equal to ${LONGEST_PERIOD}`))
  }
}
