/** What quotas count of pods. Mirrors pkg/quota/v1/evaluator/core/pods.go. */
import { hasEnded } from '../../api/podPhase.ts'
import { add, amountsOf, containerAmounts, type Amounts, type Side } from '../../api/containerAmounts.ts'
import { sortedSet } from '../../api/order.ts'
import { isPodLevel } from '../../api/podTotal.ts'
import { addQuantities } from '../../api/quantity.ts'
import { effectiveContainers } from '../../api/resizedPods.ts'
import { matchesLabelSelector } from '../../api/selectors.ts'
import { parseTime } from '../../api/time.ts'
import type { Container, Pod, PodAffinityTerm, PodSpec, WeightedPodAffinityTerm } from '../../api/types/core.ts'
import { qosClassOf } from '../qos.ts'
import { isExtended, isNative } from '../validation/resources.ts'
import { type Evaluator, type Scope, type Usage, whole } from './evaluator.ts'

const COMPUTE: readonly string[] = Object.freeze(['cpu', 'memory', 'ephemeral-storage'])
const NAMES: ReadonlySet<string> = new Set([
  'count/pods',
  'pods',
  ...COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
])
/** What every container has to say where a quota counts it. Upstream calls that a mistake of old that stays. */
const DEMANDED: ReadonlySet<string> = new Set(
  ['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
)
const HUGE_PAGES = 'hugepages-'
const DEVICE_CLASS = 'deviceclass.resource.kubernetes.io/'
/** What is over is there still, and takes nothing. */
const OVER: Usage = Object.freeze(new Map([['count/pods', whole(1)]]))

export const podEvaluator: Evaluator<Pod> = Object.freeze<Evaluator<Pod>>({
  counts: (name) => NAMES.has(name) || /^(requests\.)?hugepages-/.test(name) || isExtendedRequest(name),
  isAsked: (next, previous, subresource) =>
    subresource === 'resize' || (subresource === undefined && isTerminating(next) !== isTerminating(previous)),
  isIn,
  usage: (pod, now, known) => (hasEnded(pod) || overdueAt(pod) < now ? OVER : usageOf(pod, known)),
  missing,
  until: (pod, now) => {
    const at = overdueAt(pod)
    return hasEnded(pod) || at < now || at === Infinity ? undefined : at
  },
})

function isExtendedRequest(name: string): boolean {
  return name.startsWith('requests.') && (!isNative(name) || name.startsWith(`requests.${DEVICE_CLASS}`))
}

/** Whether it is to end some time, in the words of the scope of that name. */
export function isTerminating({ spec: { activeDeadlineSeconds: seconds } }: Pod): boolean {
  return seconds !== undefined && seconds >= 0
}

/** When a pod that is being deleted should long be gone, so that it is counted no more: its node may be lost. */
function overdueAt({ metadata: { deletionTimestamp, deletionGracePeriodSeconds: seconds } }: Pod): number {
  if (deletionTimestamp === undefined || seconds === undefined) return Infinity
  return parseTime(deletionTimestamp)! + seconds * 1000
}

function usageOf(pod: Pod, known: Map<object, Usage> | undefined): Usage {
  const isPlain = effectiveContainers(pod, 'requests') === pod.spec && effectiveContainers(pod, 'limits') === pod.spec
  const before = isPlain ? known?.get(pod.spec) : undefined
  if (before !== undefined) return before
  const usage = named(totalOf(pod, 'requests'), totalOf(pod, 'limits'))
  usage.set('pods', whole(1)).set('count/pods', whole(1))
  if (isPlain) known?.set(pod.spec, usage)
  return usage
}

/** Mirrors PodRequests and PodLimits of k8s.io/component-helpers/resource/helpers.go. */
function totalOf(pod: Pod, side: Side): Amounts {
  const { resources, overhead } = pod.spec
  const total = containerAmounts(effectiveContainers(pod, side), side)
  for (const [name, amount] of amountsOf(resources?.[side])) if (isPodLevel(name)) total.set(name, amount)
  const more = amountsOf(overhead)
  if (side === 'requests') add(total, more)
  else
    for (const [name, amount] of more) {
      const limit = total.get(name)
      if (limit !== undefined && limit.nano !== 0n) total.set(name, addQuantities(limit, amount))
    }
  return total
}

/** Amounts under the names by which quotas count them. */
function named(requests: Amounts, limits: Amounts): Amounts {
  const usage: Amounts = new Map()
  for (const [name, amount] of requests) {
    const isOwn = COMPUTE.includes(name) || name.startsWith(HUGE_PAGES)
    if (isOwn) usage.set(name, amount)
    if (isOwn || isExtended(name) || name.startsWith(DEVICE_CLASS)) usage.set(`requests.${name}`, amount)
  }
  for (const [name, amount] of limits) if (COMPUTE.includes(name)) usage.set(`limits.${name}`, amount)
  return usage
}

function missing({ spec }: Pod, names: readonly string[]): string | undefined {
  if (hasOwnAmounts(spec)) return undefined
  const demanded = names.filter((name) => DEMANDED.has(name))
  const said = sortedSet(demanded).flatMap((name) => {
    const silent = [...spec.containers, ...(spec.initContainers ?? [])].filter((container) => !says(container, name))
    return silent.length === 0 ? [] : [`${name} for: ${sortedSet(silent.map((container) => container.name)).join(',')}`]
  })
  return said.length === 0 ? undefined : `must specify ${said.join('; ')}`
}

function says({ resources }: Container, name: string): boolean {
  return named(amountsOf(resources?.requests), amountsOf(resources?.limits)).has(name)
}

function hasOwnAmounts({ resources }: PodSpec): boolean {
  return [...Object.keys(resources?.requests ?? {}), ...Object.keys(resources?.limits ?? {})].some(isPodLevel)
}

function isIn(pod: Pod, scope: Scope): boolean {
  switch (scope.scopeName) {
    case 'Terminating':
      return isTerminating(pod)
    case 'NotTerminating':
      return !isTerminating(pod)
    case 'BestEffort':
      return isBestEffort(pod)
    case 'NotBestEffort':
      return !isBestEffort(pod)
    case 'PriorityClass':
      return selects(scope, pod.spec.priorityClassName)
    case 'CrossNamespacePodAffinity':
      return looksElsewhere(pod.spec)
    default:
      return false
  }
}

function isBestEffort({ spec, status: { qosClass } }: Pod): boolean {
  return (qosClass ?? qosClassOf(spec)) === 'BestEffort'
}

/** Whether a scope is about a name; '' and undefined are none. */
export function selects({ scopeName, operator, values }: Scope, name: string | undefined): boolean {
  const labels = name ? { [scopeName]: name } : {}
  return matchesLabelSelector({ matchExpressions: [{ key: scopeName, operator, ...(values && { values }) }] }, labels)
}

function looksElsewhere({ affinity }: PodSpec): boolean {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some((rules) => {
    const terms: readonly PodAffinityTerm[] = rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    const wishes: readonly WeightedPodAffinityTerm[] = rules?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    return [...terms, ...wishes.map(({ podAffinityTerm }) => podAffinityTerm)].some(
      ({ namespaces, namespaceSelector }) => (namespaces ?? []).length > 0 || namespaceSelector !== undefined,
    )
  })
}
