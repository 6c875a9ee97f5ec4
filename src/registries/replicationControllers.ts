/** Replication controllers. Mirrors pkg/registry/core/replicationcontroller/strategy.go. */
import { isEmpty } from '../api/isEmpty.ts'
import { required } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import { formatLabels, formatSelector, matchesSet, requirementsOf } from '../api/selectors.ts'
import type { ReplicationController, ReplicationControllerSpec } from '../api/types/core.ts'
import { ageColumn, containerImages, containerNames, nameColumn } from './columns/common.ts'
import { EMPTY, copyOf } from './defaults/mutable.ts'
import type { ResourceDefinition } from './definition.ts'
import { checkReplicatedTemplate, defaultPodTemplate } from './podTemplates.ts'
import { checkNotNegative } from './validation/common.ts'
import { replicaCountErrors } from './validation/replicaCounts.ts'

export const replicationControllers: ResourceDefinition<ReplicationController> = {
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'status', 'scale', 'patch', 'delete'],
  nameRule: 'longName',
  defaults,
  validate,
  validateUpdate: () => [],
  validateStatusUpdate: ({ status }) => replicaCountErrors(status, COUNTS, PARTS),
  prepareForCreate: (controller) => ({ ...controller, status: { replicas: 0 } }),
  prepareForUpdate: (next, previous) => (next.status === previous.status ? next : { ...next, status: previous.status }),
  hasGeneration: true,
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    selector: ({ spec }) => formatSelector(requirementsOf(spec.selector ?? EMPTY)),
  },
  // As it was before there was a garbage collector: DefaultGarbageCollectionPolicy for v1.
  propagation: 'Orphan',
  fields: { 'status.replicas': (controller) => String(controller.status.replicas) },
  columns: [
    nameColumn(),
    { name: 'Desired', cell: ({ spec }) => String(spec.replicas ?? 0) },
    { name: 'Current', cell: ({ status }) => String(status.replicas) },
    { name: 'Ready', cell: ({ status }) => String(status.readyReplicas ?? 0) },
    ageColumn(),
    { name: 'Containers', priority: 1, cell: ({ spec }) => containerNames(spec.template?.spec.containers) },
    { name: 'Images', priority: 1, cell: ({ spec }) => containerImages(spec.template?.spec.containers) },
    { name: 'Selector', priority: 1, cell: ({ spec }) => formatLabels(spec.selector) },
  ],
}

/** Selector and labels are the template's labels unless given. Mirrors SetDefaults_ReplicationController. */
function defaults(controller: ReplicationController): ReplicationController {
  const spec = defaultSpec(controller.spec ?? EMPTY)
  const labels = controller.spec?.template?.metadata?.labels
  const adopted = isEmpty(controller.metadata.labels) ? labels : undefined
  if (spec === controller.spec && isEmpty(adopted) && controller.status !== undefined) return controller
  const metadata = adopted === undefined ? controller.metadata : { ...controller.metadata, labels: adopted }
  return { ...controller, metadata, spec, status: controller.status ?? { replicas: 0 } }
}

function defaultSpec(spec: ReplicationControllerSpec): ReplicationControllerSpec {
  const labels = spec.template?.metadata?.labels
  const template = spec.template && defaultPodTemplate(spec.template)
  const selector = isEmpty(spec.selector) ? labels : spec.selector
  if (template === spec.template && selector === spec.selector && spec.replicas !== undefined) return spec
  const copy = copyOf(spec)
  copy.replicas = spec.replicas ?? 1
  if (selector !== undefined) copy.selector = selector
  if (template !== undefined) copy.template = template
  return copy
}

/** Mirrors ValidateReplicationControllerSpec of pkg/apis/core/validation/validation.go. */
function validate(controller: ReplicationController): readonly FieldError[] {
  const errors: FieldError[] = []
  const { minReadySeconds, replicas, selector, template } = controller.spec
  checkNotNegative(errors, 'spec.minReadySeconds', minReadySeconds)
  if (isEmpty(selector)) errors.push(required('spec.selector'))
  checkNotNegative(errors, 'spec.replicas', replicas)
  if (template === undefined) errors.push(required('spec.template'))
  else {
    const isSelected = (labels: ReplicationControllerSpec['selector']): boolean =>
      isEmpty(selector) || matchesSet(selector, labels)
    checkReplicatedTemplate(template, { kind: 'ReplicationController', isSelected }, 'spec.template', errors)
  }
  return errors
}

const COUNTS = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'] as const
const PARTS = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const
