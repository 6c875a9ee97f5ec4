/**
 * What the API server says of a definition: the names it has been given and whether it is served. Upstream has
 * controllers for that (pkg/controller/status/naming_controller.go and pkg/controller/establish); here it is said when
 * a definition is written, so that its objects may stand in the same file.
 */
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionStatus,
} from '../../api/types/apiextensions.ts'
import { isEstablished } from './compiled.ts'
import { hasBadBundle } from './conversionRules.ts'

export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io'

/** The status that follows from the spec. `others` are the definitions that were there; names are given once. */
export function statusOf(
  crd: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
  now: string,
): CustomResourceDefinitionStatus {
  const { names = NO_NAMES, group, versions = [] } = crd.spec
  const taken = others
    .filter((other) => other.spec.group === group && other.metadata.name !== crd.metadata.name)
    .map((other) => other.status?.acceptedNames ?? NO_NAMES)
  const conflict = conflictOf(names, taken)
  const before = crd.status as CustomResourceDefinitionStatus | undefined
  const accepted = conflict === undefined ? names : (before?.acceptedNames ?? NO_NAMES)
  const serves = isEstablished(crd) || (conflict === undefined && !hasBadBundle(crd.spec))
  const storage = versions.find((version) => version.storage)?.name
  const stored = before?.storedVersions ?? []
  const kept = (before?.conditions ?? []).filter(({ type }) => type !== 'NamesAccepted' && type !== 'Established')
  return {
    ...before,
    conditions: [
      condition(before, now, 'NamesAccepted', conflict ?? NO_CONFLICTS, conflict === undefined),
      condition(
        before,
        now,
        'Established',
        serves ? ESTABLISHED : conflict === undefined ? BAD_BUNDLE : NOT_ACCEPTED,
        serves,
      ),
      ...kept,
    ],
    acceptedNames: accepted,
    storedVersions: storage === undefined || stored.includes(storage) ? stored : [...stored, storage],
  }
}

const NO_NAMES: CustomResourceDefinitionNames = Object.freeze({ plural: '', kind: '' })

type Said = Pick<CustomResourceDefinitionCondition, 'reason' | 'message'>
const NO_CONFLICTS: Said = Object.freeze({ reason: 'NoConflicts', message: 'no conflicts found' })
const ESTABLISHED: Said = Object.freeze({
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
})
const NOT_ACCEPTED: Said = Object.freeze({ reason: 'NotAccepted', message: 'not all names are accepted' })

const BAD_BUNDLE: Said = Object.freeze({
  reason: 'InvalidCABundle',
  message: 'The conversion webhook CABundle is invalid',
})

/** The last conflict, as upstream reports it: later checks overwrite what earlier ones said. */
function conflictOf(
  names: CustomResourceDefinitionNames,
  taken: readonly CustomResourceDefinitionNames[],
): Said | undefined {
  const resources = new Set(taken.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular, ...shortNames]))
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]))
  const inUse = (all: ReadonlySet<string | undefined>, name: string | undefined): boolean => !!name && all.has(name)
  const shorts = (names.shortNames ?? []).filter((name) => inUse(resources, name))
  const found: readonly (readonly [reason: string, clashes: readonly (string | undefined)[]])[] = [
    ['ListKindConflict', inUse(kinds, names.listKind) ? [names.listKind] : []],
    ['KindConflict', inUse(kinds, names.kind) ? [names.kind] : []],
    ['ShortNamesConflict', shorts],
    ['SingularConflict', inUse(resources, names.singular) ? [names.singular] : []],
    ['PluralConflict', inUse(resources, names.plural) ? [names.plural] : []],
  ]
  for (const [reason, clashes] of found) {
    const said = clashes.map((name) => `"${name}" is already in use`)
    if (said.length > 0) return { reason, message: said.length === 1 ? said[0]! : `[${said.join(', ')}]` }
  }
  return undefined
}

/** A condition; when it last changed is kept where it did not. */
function condition(
  before: CustomResourceDefinitionStatus | undefined,
  now: string,
  type: string,
  { reason, message }: Said,
  holds: boolean,
): CustomResourceDefinitionCondition {
  const status = holds ? 'True' : 'False'
  const old = before?.conditions?.find((each) => each.type === type)
  const lastTransitionTime = old?.status === status ? (old.lastTransitionTime ?? now) : now
  return { type, status, lastTransitionTime, ...(reason && { reason }), ...(message && { message }) }
}

/** A definition whose deletion has begun: its objects are to go before it. */
export function terminating(crd: CustomResourceDefinition): CustomResourceDefinition {
  const { metadata, status } = crd
  const finalizers = metadata.finalizers ?? []
  const now = metadata.deletionTimestamp ?? metadata.creationTimestamp
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'Terminating')
  return {
    ...crd,
    metadata: { ...metadata, finalizers: finalizers.includes(CLEANUP) ? finalizers : [...finalizers, CLEANUP] },
    status: { ...status, conditions: [...others, condition(status, now, 'Terminating', PENDING, true)] },
  }
}

const PENDING: Said = Object.freeze({
  reason: 'InstanceDeletionPending',
  message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
})
