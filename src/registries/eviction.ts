/** The eviction subresource of pods: a deletion that budgets may refuse. Mirrors pkg/registry/core/pod/storage/eviction.go. */
import { hasEnded } from '../api/podPhase.ts'
import { disruptionTarget, withTarget } from '../api/disruptionTarget.ts'
import { forbidden, notFound, type StatusCause, StatusError, tooManyRequests } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { matchesLabelSelector } from '../api/selectors.ts'
import { rfc3339 } from '../api/time.ts'
import type { Pod } from '../api/types/core.ts'
import type { PodDisruptionBudget } from '../api/types/policy.ts'
import type { Context, DeleteOptions } from './context.ts'
import { checkDelete, deleteObject } from './deletion.ts'
import { withDisruptions } from './disruptions.ts'
import { thawed } from './leanStatus.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'
import { patchStatusOf } from './updates.ts'

const budgets = 'poddisruptionbudgets.policy'
/** MaxDisruptedPodSize: more evictions than the controller has confirmed. */
const mostDisrupted = 2000

/**
 * Deletes a pod if its disruption budget allows that. Throws TooManyRequests where it does not, and InternalError for a pod
 * of several budgets.
 */
export function evictPod(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  options: DeleteOptions,
  context: Context,
): KubeObject {
  const pod = parts.records.find(resource, namespace, name) as Pod | undefined
  if (pod === undefined) throw notFound('pods', name)
  checkDelete(resource, pod.metadata, options)
  if (!isUnguarded(pod)) askBudgets(parts, pod, context)
  addTarget(parts, resource, pod, context)
  return deleteObject(parts, resource, namespace, name, options, context)
}

/** What has ended, does not run yet or is on its way out disrupts nothing. */
function isUnguarded(pod: Pod): boolean {
  return hasEnded(pod) || pod.status.phase === 'Pending' || pod.metadata.deletionTimestamp !== undefined
}

/** Every budget of a pod. */
export function budgetsOf({ records }: ServerParts, { metadata }: KubeObject): readonly PodDisruptionBudget[] {
  const resource = records.resource(budgets)
  const directory = records.findDirectory(resource, metadata.namespace ?? '')
  if (directory === undefined) return []
  const all = records.objects(resource, directory) as unknown as PodDisruptionBudget[]
  return all.filter(({ spec }) => matchesLabelSelector(spec.selector, metadata.labels))
}

function askBudgets(parts: ServerParts, pod: Pod, context: Context): void {
  const [budget, ...others] = budgetsOf(parts, pod)
  if (budget === undefined) return
  if (others.length > 0) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
    const head = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const
    throw new StatusError({ ...head, message, reason: 'InternalError', code: 500 })
  }
  if (isFree(pod, budget)) return
  const next = takenFrom(budget, pod.metadata.name, context.at)
  const { namespace = '', name, uid } = budget.metadata
  patchStatusOf(parts, parts.records.resource(budgets), namespace, name, uid, next, context)
}

/** A pod that is not ready does not count as healthy, so that its budget loses nothing by it. */
function isFree(
  { status }: Pod,
  { spec, status: { currentHealthy = 0, desiredHealthy = 0 } }: PodDisruptionBudget,
): boolean {
  if (status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True') return false
  return spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' || (currentHealthy >= desiredHealthy && desiredHealthy > 0)
}

/** The budget's status with one disruption less. Mirrors checkAndDecrement. */
function takenFrom({ metadata, status }: PodDisruptionBudget, pod: string, now: number): PodDisruptionBudget['status'] {
  const { name, generation = 0 } = metadata
  const { observedGeneration = 0, disruptionsAllowed: allowed = 0, disruptedPods = {} } = status
  if (observedGeneration < generation)
    throw refused(`The disruption budget ${name} is still being processed by the server.`, 10)
  if (allowed < 0) throw forbidden('poddisruptionbudgets', name, 'pdb disruptions allowed is negative', 'policy')
  if (Object.keys(disruptedPods).length > mostDisrupted) {
    const detail = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller'
    throw forbidden('poddisruptionbudgets', name, detail, 'policy')
  }
  if (allowed === 0) throw refused(whyNone(name, status), 0)
  return withDisruptions({ ...status, disruptedPods: { ...disruptedPods, [pod]: rfc3339(now) } }, allowed - 1, now)
}

function whyNone(
  name: string,
  { conditions = [], desiredHealthy = 0, currentHealthy = 0 }: PodDisruptionBudget['status'],
): string {
  const none = `The disruption budget ${name} does not allow evicting pods currently`
  const { reason, message = '' } =
    conditions.find(({ type, status }) => type === 'DisruptionAllowed' && status === 'False') ?? {}
  if (reason === 'SyncFailed' && message !== '') return `${none} because it failed sync: ${message}`
  if (currentHealthy <= desiredHealthy)
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
  return message === '' ? none : `${none} (${reason}): ${message}`
}

function refused(why: string, retryAfterSeconds: number): StatusError {
  const causes: readonly StatusCause[] = [{ reason: 'DisruptionBudget', message: why }]
  return tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds, causes)
}

function addTarget(parts: ServerParts, resource: Resource, pod: Pod, context: Context): void {
  const { namespace = '', name, uid } = pod.metadata
  const { status } = thawed(pod)
  const target = disruptionTarget('EvictionByEvictionAPI', 'Eviction API: evicting', rfc3339(context.at))
  const before = status.conditions ?? []
  if (before.some(({ type, reason }) => type === target.type && reason === target.reason)) return
  const conditions = withTarget(before, target)
  patchStatusOf(parts, resource, namespace, name, uid, { ...status, conditions }, context)
}
