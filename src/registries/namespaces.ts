/** Namespaces. Mirrors pkg/registry/core/namespace/strategy.go. */
import type { FieldError } from '../api/fieldErrors.ts'
import { invalid } from '../api/fieldErrors.ts'
import { finalizerOwnerErrors, qualifiedNameErrors } from '../api/names.ts'
import type { Namespace } from '../api/types/core.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import type { ResourceDefinition } from './definition.ts'
import { inPhase } from './defineResource.ts'
import { EMPTY } from './defaults/mutable.ts'
import { complain } from './validation/common.ts'

const NAME_LABEL = 'kubernetes.io/metadata.name'
const FINALIZERS: readonly string[] = Object.freeze(['kubernetes'])
/** staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go */
const IMMORTAL: readonly string[] = Object.freeze(['default', 'kube-system', 'kube-public'])

export const namespaces: ResourceDefinition<Namespace> = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'status', 'finalize', 'patch', 'delete'],
  nameRule: 'label',
  defaults,
  validate,
  validateUpdate: () => [],
  prepareForCreate: (namespace) => ({
    ...defaults(namespace),
    spec: withFinalizer(namespace),
    status: { phase: 'Active' },
  }),
  prepareForStatusUpdate: inPhase('Active'),
  validateStatusUpdate,
  // Its finalizers are changed through the finalize subresource only.
  prepareForUpdate: (next, previous) => ({ ...next, spec: previous.spec, status: previous.status }),
  refuseDelete: ({ metadata }) => (IMMORTAL.includes(metadata.name) ? 'this namespace may not be deleted' : undefined),
  termination: {
    begin: (namespace) => ({ ...namespace, status: { ...namespace.status, phase: 'Terminating' } }),
    holds: ({ spec }) => (spec.finalizers ?? []).length > 0,
  },
  fields: { 'status.phase': (namespace) => namespace.status.phase ?? '' },
  columns: [nameColumn(), { name: 'Status', cell: (namespace) => namespace.status.phase ?? '' }, ageColumn()],
}

/** Every namespace can be selected by its name. Mirrors SetDefaults_Namespace; a generated name comes later. */
function defaults(namespace: Namespace): Namespace {
  const { metadata, spec = EMPTY, status = EMPTY } = namespace
  const named = !metadata.name || metadata.labels?.[NAME_LABEL] === metadata.name
  if (named && spec === namespace.spec && status === namespace.status) return namespace
  if (named) return { ...namespace, spec, status }
  return {
    ...namespace,
    metadata: { ...metadata, labels: { ...metadata.labels, [NAME_LABEL]: metadata.name } },
    spec,
    status,
  }
}

function validate(namespace: Namespace): readonly FieldError[] {
  const errors: FieldError[] = []
  for (const name of namespace.spec.finalizers ?? []) {
    complain(errors, 'spec.finalizers', name, qualifiedNameErrors(name))
    complain(errors, 'spec.finalizers', name, finalizerOwnerErrors(name))
  }
  return errors
}

/** Its phase says whether it goes, and nothing else may. Mirrors ValidateNamespaceStatusUpdate. */
function validateStatusUpdate({ metadata, status }: Namespace): readonly FieldError[] {
  const [phase, when] = metadata.deletionTimestamp === undefined ? ['Active', 'empty'] : ['Terminating', 'not empty']
  if (status.phase === phase) return []
  return [invalid('status.Phase', status.phase, `may only be '${phase}' if \`deletionTimestamp\` is ${when}`)]
}

function withFinalizer(namespace: Namespace): Namespace['spec'] {
  const given = namespace.spec?.finalizers ?? FINALIZERS
  return { finalizers: given.includes('kubernetes') ? given : [...given, 'kubernetes'] }
}
