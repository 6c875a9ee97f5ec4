/** Makes and deletes the pods of a job, as RealPodControl of pkg/controller/controller_utils.go does. */
import { controllerReference } from '../../api/controllerRef.ts'
import { isStatusError, type StatusError } from '../../api/errors.ts'
import type { Job } from '../../api/types/batch.ts'
import type { Container, Pod, PodSpec } from '../../api/types/core.ts'
import { isTerminatingNamespace } from '../replicas/podControl.ts'
import { letGo } from './claims.ts'
import { failureCounts } from './indexes.ts'
import { completionIndex, isIndexed, trackingFinalizer } from './jobPods.ts'
import { type Turn, wrote } from './turn.ts'

/** What was done, and the first refusal that kept it from being all. */
export interface Done {
  readonly pods: readonly Pod[]
  readonly refusal: StatusError | undefined
}

/**
 * Makes pods, one first, then twice as many each time: of an indexed job for these indexes, else as many as there are
 * places. Once some are refused, the rest wait.
 */
export function createPods(turn: Turn, places: readonly (number | undefined)[]): Done {
  const made: Pod[] = []
  const spec = specOf(turn.job)
  let next = 0
  let refusal: StatusError | undefined
  for (let batch = 1; next < places.length && refusal === undefined; batch *= 2) {
    for (const index of places.slice(next, next + batch)) {
      const outcome = createPod(turn, podOf(turn, spec, index))
      if (outcome === 'namespace ends') return { pods: made, refusal }
      if (isStatusError(outcome)) refusal ??= outcome
      else made.push(outcome)
    }
    next += batch
  }
  return { pods: made, refusal }
}

function createPod(turn: Turn, pod: object): Pod | StatusError | 'namespace ends' {
  const { job, context } = turn
  try {
    const created = context.api.create<Pod>('pods', job.metadata.namespace!, pod)
    wrote(turn, 'pods')
    context.record(job, 'Normal', 'SuccessfulCreate', 'Created pod: {detail}', created.metadata.name)
    return created
  } catch (error) {
    if (!isStatusError(error)) throw error
    if (isTerminatingNamespace(error)) return 'namespace ends'
    context.record(job, 'Warning', 'FailedCreate', `Error creating: ${error.status.message}`)
    return error
  }
}

function podOf({ job, indexes }: Turn, spec: PodSpec, index: number | undefined): object {
  const { labels, annotations, finalizers = [] } = job.spec.template.metadata ?? {}
  const held = finalizers.includes(trackingFinalizer) ? finalizers : [...finalizers, trackingFinalizer]
  const owned = { finalizers: held, ownerReferences: [controllerReference(job)] }
  const base = { apiVersion: 'v1', kind: 'Pod' }
  if (index === undefined) {
    const generateName = `${job.metadata.name}-`
    return {
      ...base,
      metadata: { generateName, ...(labels && { labels }), ...(annotations && { annotations }), ...owned },
      spec,
    }
  }
  const mark = { [completionIndex]: `${index}` }
  const counts = job.spec.backoffLimitPerIndex === undefined ? {} : failureCounts(job, indexes!.replaced.get(index))
  const metadata = {
    generateName: prefixOf(job.metadata.name, index),
    labels: { ...labels, ...mark },
    annotations: { ...annotations, ...mark, ...counts },
    ...owned,
  }
  return { ...base, metadata, spec: { ...spec, hostname: `${job.metadata.name}-${index}` } }
}

const longestPrefix = 58

function prefixOf(name: string, index: number): string {
  const end = `-${index}-`
  return name.slice(0, longestPrefix - end.length) + end
}

/** The pods of an indexed job learn their index from the environment. */
function specOf(job: Job): PodSpec {
  const { spec } = job.spec.template
  if (!isIndexed(job)) return spec
  const { containers, initContainers } = spec
  return {
    ...spec,
    containers: containers.map(withIndex),
    ...(initContainers && { initContainers: initContainers.map(withIndex) }),
  }
}

const indexName = 'JOB_COMPLETION_INDEX'

function withIndex(container: Container): Container {
  const { env = [] } = container
  if (env.some(({ name }) => name === indexName)) return container
  const valueFrom = { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${completionIndex}']` } }
  return { ...container, env: [...env, { name: indexName, valueFrom }] }
}

/** Deletes pods; one that is gone is no failure. What need not be counted any more is let go first. */
export function deletePods(turn: Turn, pods: readonly Pod[], counted: 'later' | 'never'): Done {
  const deleted: Pod[] = []
  let refusal: StatusError | undefined
  for (const pod of pods) {
    const error = deletePod(turn, pod, counted)
    if (error === undefined) deleted.push(pod)
    else refusal ??= error
  }
  return { pods: deleted, refusal }
}

function deletePod(turn: Turn, pod: Pod, counted: 'later' | 'never'): StatusError | undefined {
  const { job, context } = turn
  const { namespace, name, uid } = pod.metadata
  try {
    if (counted === 'never') letGo(pod, context)
    context.api.delete('pods', namespace!, name, { preconditions: { uid } })
  } catch (error) {
    if (!isStatusError(error)) throw error
    if (error.reason === 'NotFound') return undefined
    context.record(job, 'Warning', 'FailedDelete', `Error deleting: ${error.status.message}`)
    return error
  } finally {
    wrote(turn, 'pods')
  }
  context.record(job, 'Normal', 'SuccessfulDelete', 'Deleted pod: {detail}', name)
  return undefined
}
