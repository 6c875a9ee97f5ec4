import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { matchesLabelSelector } from '../api/selectors.ts'
import type { Pod } from '../api/types/core.ts'
import type { LabelSelector } from '../api/types/meta.ts'
import type { PodDisruptionBudget } from '../api/types/policy.ts'
import {
  type Cache,
  type ControlLoop,
  keyOf,
  type LoopContext,
  type NamedPredicate,
  type Requeue,
} from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { withDisruptions, withoutDisruptions } from '../registries/disruptions.ts'
import { differs, equal } from '../registries/equal.ts'
import type { EventSource } from '../registries/eventRecord.ts'
import { disrupted, expected, healthy, NoControllers } from './disruption/budget.ts'
import { isReady } from './podRank.ts'

const kind = 'policy/v1/PodDisruptionBudget'
const resource = 'poddisruptionbudgets.policy'
const any = 'any'
const source: EventSource = Object.freeze({ component: 'controllermanager' })
const none: readonly string[] = Object.freeze([])

/** Says of every disruption budget how many pods may be evicted. Mirrors pkg/controller/disruption. Without any, no pods are watched. */
export const disruptionController: ControlLoop = {
  name: 'disruption-controller',
  watches: [
    { kind, index: () => any, tally: () => 1 },
    {
      kind: 'v1/Pod',
      while: (cache) => cache.tally(kind, any, 0) > 0,
      keys: budgetsOfPod,
      index: (pod) => pod.metadata.namespace,
      predicate: healthChanged(),
    },
  ],
  reconcile(key, context) {
    const budget = context.cache.get(kind, key)
    return budget === undefined ? undefined : sync(budget, context)
  },
}

function healthChanged(): NamedPredicate {
  const holds = (before: Pod, after: Pod): boolean =>
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    differs(before.metadata.labels, after.metadata.labels) ||
    differs(before.metadata.ownerReferences, after.metadata.ownerReferences) ||
    isReady(before) !== isReady(after)
  return { name: 'disruption', holds: (before: KubeObject, after: KubeObject) => holds(before as Pod, after as Pod) }
}

function budgetsOfPod({ object, previous }: ObjectChange, cache: Cache): readonly string[] {
  const budgets = cache.list(kind, object.metadata.namespace!)
  if (budgets.length === 0) return none
  const chooses = ({ spec }: PodDisruptionBudget): boolean =>
    [object, previous].some((pod) => pod !== undefined && matchesLabelSelector(spec.selector, pod.metadata.labels))
  return budgets.filter(chooses).map(keyOf)
}

/** Mirrors trySync; a budget that cannot be worked out allows nothing. */
function sync(budget: PodDisruptionBudget, context: LoopContext): Requeue | undefined {
  const { api, cache, now } = context
  const { namespace = '' } = budget.metadata
  const pods = cache
    .byIndex('v1/Pod', namespace)
    .filter(({ metadata }) => matchesLabelSelector(budget.spec.selector, metadata.labels))
  if (pods.length === 0) tell(budget, 'Normal', 'NoPods', 'No matching pods found', context)
  const going = disrupted(budget, pods, now)
  for (const pod of going.stayed) {
    const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`
    api.record(pod, 'Warning', 'NotDeleted', message, source)
  }
  const status = statusOf(budget, pods, going.pods, context)
  if (!equal(status, budget.status)) api.updateStatus<PodDisruptionBudget>(resource, { ...budget, status })
  // A moment after: a pod has stayed only once its time is over.
  return going.recheckAt === Infinity ? undefined : { requeueAfter: going.recheckAt - now + 1 }
}

function statusOf(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  going: Readonly<Record<string, string>>,
  context: LoopContext,
): PodDisruptionBudget['status'] {
  const { api, now } = context
  try {
    const { expectedPods, desiredHealthy, unmanaged } = expected(budget, pods, api)
    if (unmanaged.length > 0) tell(budget, 'Warning', 'UnmanagedPods', unmanagedPods(budget), context)
    const currentHealthy = healthy(pods, going)
    const { conditions } = budget.status
    const { generation } = budget.metadata
    const next = {
      ...(conditions === undefined ? {} : { conditions }),
      currentHealthy,
      desiredHealthy,
      ...(Object.keys(going).length === 0 ? {} : { disruptedPods: going }),
      expectedPods,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
    }
    return withDisruptions(next, expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0, now)
  } catch (error) {
    if (isStatusError(error)) throw error
    const { message } = error as Error
    if (error instanceof NoControllers) tell(budget, 'Warning', 'NoControllers', message, context)
    tell(
      budget,
      'Warning',
      'CalculateExpectedPodCountFailed',
      `Failed to calculate the number of expected pods: ${message}`,
      context,
    )
    return withoutDisruptions(budget.status, message, now)
  }
}

function tell(
  budget: PodDisruptionBudget,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  { api }: LoopContext,
): void {
  api.record(budget, type, reason, message, source)
}

function unmanagedPods({ spec }: PodDisruptionBudget): string {
  return (
    `Pods selected by this PodDisruptionBudget (selector: ${goText(spec.selector)}) were found to be unmanaged. ` +
    'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
    'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
  )
}

/** A selector as Go prints it. */
function goText(selector: LabelSelector | undefined): string {
  if (selector === undefined) return 'nil'
  const { matchLabels = {}, matchExpressions = [] } = selector
  const labels = Object.entries(matchLabels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
    .join('')
  const expressions = matchExpressions
    .map(
      ({ key, operator, values = [] }) =>
        `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
    )
    .join('')
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`
}
