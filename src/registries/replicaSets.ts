/** Replica sets. Mirrors pkg/registry/apps/replicaset/strategy.go. */
import type { FieldError } from '../api/fieldErrors.ts'
import { formatLabelSelector } from '../api/selectors.ts'
import type { ReplicaSet, ReplicaSetSpec } from '../api/types/apps.ts'
import { ageColumn, containerImages, containerNames, nameColumn } from './columns/common.ts'
import { EMPTY, copyOf } from './defaults/mutable.ts'
import type { ResourceDefinition } from './definition.ts'
import { defaultPodTemplate } from './podTemplates.ts'
import { checkSelected, checkSelectorKept } from './validation/apps.ts'
import { checkNotNegative } from './validation/common.ts'
import { replicaCountErrors } from './validation/replicaCounts.ts'

export const replicaSets: ResourceDefinition<ReplicaSet> = {
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'status', 'scale', 'patch', 'delete'],
  nameRule: 'subdomain',
  defaults,
  validate,
  validateUpdate: checkSelectorKept,
  validateStatusUpdate: ({ status }) => replicaCountErrors(status, COUNTS, PARTS),
  prepareForCreate: (set) => ({ ...set, status: { replicas: 0 } }),
  prepareForUpdate: (next, previous) => (next.status === previous.status ? next : { ...next, status: previous.status }),
  hasGeneration: true,
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    selector: ({ spec }) => formatLabelSelector(spec.selector),
  },
  fields: { 'status.replicas': (set) => String(set.status.replicas) },
  columns: [
    nameColumn(),
    { name: 'Desired', cell: ({ spec }) => String(spec.replicas ?? 0) },
    { name: 'Current', cell: ({ status }) => String(status.replicas) },
    { name: 'Ready', cell: ({ status }) => String(status.readyReplicas ?? 0) },
    ageColumn(),
    { name: 'Containers', priority: 1, cell: ({ spec }) => containerNames(spec.template?.spec.containers) },
    { name: 'Images', priority: 1, cell: ({ spec }) => containerImages(spec.template?.spec.containers) },
    { name: 'Selector', priority: 1, cell: ({ spec }) => formatLabelSelector(spec.selector) || '<none>' },
  ],
}

/** Mirrors SetDefaults_ReplicaSet of pkg/apis/apps/v1/defaults.go. */
function defaults(set: ReplicaSet): ReplicaSet {
  const spec = defaultSpec(set.spec ?? EMPTY)
  if (spec === set.spec && set.status !== undefined) return set
  const copy = copyOf(set)
  copy.spec = spec
  copy.status = set.status ?? { replicas: 0 }
  return copy
}

function defaultSpec(spec: ReplicaSetSpec): ReplicaSetSpec {
  const template = spec.template && defaultPodTemplate(spec.template)
  if (template === spec.template && spec.replicas !== undefined) return spec
  const copy = copyOf(spec)
  copy.replicas = spec.replicas ?? 1
  if (template !== undefined) copy.template = template
  return copy
}

/** Mirrors ValidateReplicaSet of pkg/apis/apps/validation/validation.go. */
function validate({ spec }: ReplicaSet): readonly FieldError[] {
  const errors: FieldError[] = []
  checkNotNegative(errors, 'spec.replicas', spec.replicas)
  checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  checkSelected(spec, errors)
  return errors
}

const COUNTS = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
  'terminatingReplicas',
] as const
const PARTS = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const
