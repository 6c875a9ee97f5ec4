/** Pods. Mirrors pkg/registry/core/pod/strategy.go. */
import { forbidden } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { Pod, PodStatus } from '../api/types/core.ts'
import { podColumns } from './columns/pods.ts'
import type { ResourceDefinition } from './definition.ts'
import { defaultPodSpec, validatePodSpec } from './podSpec.ts'
import { qosClassOf } from './qos.ts'
import { EMPTY, copyOf } from './defaults/mutable.ts'
import { checkPodUpdate } from './validation/podUpdate.ts'

export const pods: ResourceDefinition<Pod> = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  namespaced: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'status', 'patch', 'delete'],
  nameRule: 'subdomain',
  defaults,
  validate,
  validateUpdate,
  prepareForCreate: (pod) => ({ ...pod, status: initialStatus(pod) }),
  prepareForUpdate: (next, previous) => (next.status === previous.status ? next : { ...next, status: previous.status }),
  hasGeneration: true,
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

function defaults(pod: Pod): Pod {
  const spec = defaultPodSpec(pod.spec)
  if (spec === pod.spec && pod.status !== undefined) return pod
  const copy = copyOf(pod)
  copy.spec = spec
  copy.status = pod.status ?? EMPTY
  return copy
}

function validate(pod: Pod): readonly FieldError[] {
  const errors = validatePodSpec(pod.spec, 'spec')
  if (!pod.spec.nodeName || !pod.spec.schedulingGates?.length) return errors
  return [...errors, forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
}

function validateUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  const errors: FieldError[] = []
  checkPodUpdate(next, previous, errors)
  return errors
}

/** A new pod is Pending whatever its creator says; its quality of service never changes again. */
function initialStatus(pod: Pod): PodStatus {
  const qosClass = qosClassOf(pod.spec)
  if (!pod.spec.schedulingGates?.length) return { phase: 'Pending', qosClass }
  const message = 'Scheduling is blocked due to non-empty scheduling gates'
  const gated = { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message }
  return { phase: 'Pending', conditions: [gated], qosClass }
}
