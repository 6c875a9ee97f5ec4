/** Pods. Mirrors pkg/registry/core/pod/strategy.go. */
import { hasEnded } from '../api/podPhase.ts'
import { forbidden, required } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { Pod, PodCondition, PodSpec, PodStatus } from '../api/types/core.ts'
import { podColumns } from './columns/pods.ts'
import type { ResourceDefinition } from './definition.ts'
import { checkPodLimits } from './admission/limitRanger.ts'
import { podSpecRefusal } from './admission/podSpec.ts'
import { checkOverhead } from './admission/runtimeClass.ts'
import { copyOf } from './defaults/mutable.ts'
import { withLabelKeys } from './labelKeys.ts'
import { admittedPodSpec, validatePodSpec } from './podSpec.ts'
import { preparedStatus } from './podStatus.ts'
import { resize } from './podResize.ts'
import { ephemeralcontainers } from './podEphemeralContainers.ts'
import { type QosClass, qosClassOf } from './qos.ts'
import { checkClaimNames } from './validation/ephemeralClaims.ts'
import { checkAnnotationsKept, checkPodAnnotations } from './validation/podAnnotations.ts'
import { checkPodStatusUpdate } from './validation/podStatus.ts'
import { checkPodUpdate } from './validation/podUpdate.ts'

const NONE: readonly FieldError[] = []

export const pods: ResourceDefinition<Pod> = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  verbs: [
    'create',
    'get',
    'list',
    'watch',
    'update',
    'status',
    'resize',
    'ephemeralcontainers',
    'evict',
    'patch',
    'delete',
  ],
  nameRule: 'subdomain',
  spec: {
    defaults: (spec, around) => admittedPodSpec(spec as PodSpec, around),
    refusal: (spec, around) => podSpecRefusal(spec as PodSpec, around),
    validate: (spec, path) => validatePodSpec(spec as PodSpec, path),
  },
  defaults: (pod) => pod,
  validate,
  validateUpdate,
  admit: (pod, previous, around) => {
    if (previous !== undefined) return
    checkPodLimits(pod, around)
    checkOverhead(pod, around)
  },
  prepareForCreate,
  complete: completed,
  gracePeriod,
  prepareForUpdate,
  prepareForStatusUpdate: preparedStatus,
  validateStatusUpdate,
  subresources: { resize, ephemeralcontainers },
  statusMeta: ['labels', 'annotations', 'finalizers'],
  hasGeneration: true,
  runsAs: true,
  fields: {
    'spec.nodeName': (pod) => pod.spec.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec.hostNetwork ?? false),
    'status.phase': (pod) => pod.status.phase ?? '',
    'status.podIP': (pod) => pod.status.podIP ?? '',
    'status.nominatedNodeName': (pod) => pod.status.nominatedNodeName ?? '',
  },
  index: (pod) => pod.spec.nodeName || undefined,
  columns: podColumns,
}

function validate(pod: Pod, previous?: Pod): readonly FieldError[] {
  if (pod.spec === undefined) return [required('spec.containers')]
  const { metadata, spec } = pod
  const errors: FieldError[] = []
  checkPodAnnotations(metadata.annotations, spec, 'metadata.annotations', errors)
  if (spec.volumes !== undefined) checkClaimNames(metadata.name, spec.volumes, errors)
  if (previous === undefined) checkNew(spec, errors)
  return errors.length === 0 ? NONE : errors
}

function checkNew(spec: PodSpec, errors: FieldError[]): void {
  if (spec.ephemeralContainers?.length) errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'))
  if (spec.nodeName && spec.schedulingGates?.length) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'))
  }
}

function validateUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  const errors: FieldError[] = []
  checkPodUpdate(next, previous, errors)
  return errors
}

function validateStatusUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  const errors: FieldError[] = []
  checkAnnotationsKept(next.metadata.annotations, previous.metadata.annotations, errors)
  checkPodStatusUpdate(next, previous, errors)
  return errors
}

function prepareForCreate(pod: Pod): Pod {
  const { apiVersion, kind, metadata, spec } = pod
  if (spec === undefined) return pod
  return {
    apiVersion,
    kind,
    metadata,
    spec: withLabelKeys(spec, metadata.labels),
    status: initialStatus(spec, pod.status),
  }
}

/** Its priority was found when it was created; an update that leaves it out keeps it. */
function prepareForUpdate(next: Pod, previous: Pod): Pod {
  const kept = next.status === previous.status ? next : { ...next, status: previous.status }
  const { priority, preemptionPolicy } = previous.spec
  if (next.spec.priority !== undefined && next.spec.preemptionPolicy !== undefined) return kept
  const spec = copyOf(next.spec)
  if (spec.priority === undefined && priority !== undefined) spec.priority = priority
  if (spec.preemptionPolicy === undefined && preemptionPolicy !== undefined) spec.preemptionPolicy = preemptionPolicy
  return { ...kept, spec }
}

/** What no node runs any more, or yet, is gone at once. Mirrors CheckGracefulDelete of pkg/registry/core/pod/strategy.go. */
function gracePeriod(pod: Pod, asked: number | undefined): number {
  if (!pod.spec.nodeName || hasEnded(pod)) return 0
  const seconds = asked ?? pod.spec.terminationGracePeriodSeconds ?? 30
  return seconds < 0 ? 1 : seconds
}

/** A new pod is Pending whatever its creator says; its quality of service never changes again. */
const pending: Readonly<Record<QosClass, PodStatus>> = Object.freeze({
  BestEffort: Object.freeze({ phase: 'Pending', qosClass: 'BestEffort' }),
  Burstable: Object.freeze({ phase: 'Pending', qosClass: 'Burstable' }),
  Guaranteed: Object.freeze({ phase: 'Pending', qosClass: 'Guaranteed' }),
})

/** Of what has resources as a whole it is known once these have their defaults; a class that is given is believed. */
function initialStatus(spec: PodSpec, given: Partial<PodStatus> | undefined): PodStatus {
  if (given?.qosClass) return { phase: 'Pending', qosClass: given.qosClass }
  return spec.resources === undefined ? pending[qosClassOf(spec)] : { phase: 'Pending' }
}

/** Says of a new pod that it waits for its gates, too. Mirrors applySchedulingGatedCondition. */
function completed(pod: Pod): Pod {
  const { spec, metadata } = pod
  if (spec === undefined) return pod
  const isGated = spec.schedulingGates !== undefined && spec.schedulingGates.length > 0
  if (!isGated && pod.status.qosClass !== undefined) return pod
  const status = { ...pod.status, qosClass: pod.status.qosClass ?? qosClassOf(spec) }
  if (!isGated) return { ...pod, status }
  const message = 'Scheduling is blocked due to non-empty scheduling gates'
  const lastTransitionTime = metadata.creationTimestamp
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime,
    reason: 'SchedulingGated',
    message,
  } as unknown as PodCondition
  return { ...pod, status: { ...status, conditions: [condition] } }
}
