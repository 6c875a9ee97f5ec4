/** What the two kinds of bindings share. Mirrors the bindings of pkg/apis/rbac/validation and pkg/apis/rbac/v1/defaults.go. */
import { mapKept } from '../../api/mapKept.ts'
import { invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import { pathSegmentErrors } from '../../api/names.ts'
import type { ClusterRoleBinding, RoleBinding, RoleRef, Subject } from '../../api/types/rbac.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { Column } from '../definition.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain, complain } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'

export const RBAC = 'rbac.authorization.k8s.io'
const ROLE_REF: InternalForm = { APIGroup: '', Kind: '', Name: '' }

type AnyBinding = RoleBinding | ClusterRoleBinding

/** Users and groups are of this API's group unless they say otherwise; service accounts are of none. */
export function defaultBinding<T extends AnyBinding>(binding: T): T {
  // Even when there is none: upstream it is a struct, and only what it lacks is to be complained of.
  const roleRef = binding.roleRef?.apiGroup ? binding.roleRef : { ...binding.roleRef, apiGroup: RBAC }
  const subjects = binding.subjects && mapKept(binding.subjects, defaultSubject)
  if (roleRef === binding.roleRef && subjects === binding.subjects) return binding
  return { ...binding, roleRef, ...(subjects && { subjects }) }
}

function defaultSubject(subject: Subject): Subject {
  const isForeign = subject.apiGroup || (subject.kind !== 'User' && subject.kind !== 'Group')
  return isForeign ? subject : { ...subject, apiGroup: RBAC }
}

/** `roles` are the kinds a binding may refer to. */
export function checkBinding(binding: AnyBinding, roles: readonly string[], errors: Errors): void {
  const { apiGroup = '', kind = '', name = '' } = (binding.roleRef ?? {}) as Partial<RoleRef>
  if (apiGroup !== RBAC) errors.push(notSupported('roleRef.apiGroup', apiGroup, [RBAC]))
  if (!roles.includes(kind)) errors.push(notSupported('roleRef.kind', kind, roles))
  if (name === '') errors.push(required('roleRef.name'))
  else complain(errors, 'roleRef.name', name, pathSegmentErrors(name))
  const namespaced = binding.kind === 'RoleBinding'
  for (const [i, subject] of (binding.subjects ?? []).entries()) {
    checkSubject(subject, namespaced, `subjects[${i}]`, errors)
  }
}

function checkSubject(subject: Subject, namespaced: boolean, at: string, errors: Errors): void {
  const { kind = '', name = '', apiGroup = '' } = subject
  if (name === '') errors.push(required(`${at}.name`))
  if (kind === 'ServiceAccount') {
    if (name !== '') checkSubdomain(errors, `${at}.name`, name)
    if (apiGroup !== '') errors.push(notSupported(`${at}.apiGroup`, apiGroup, ['']))
    if (!namespaced && !subject.namespace) errors.push(required(`${at}.namespace`))
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== RBAC) errors.push(notSupported(`${at}.apiGroup`, apiGroup, [RBAC]))
  } else errors.push(notSupported(`${at}.kind`, kind, ['ServiceAccount', 'User', 'Group']))
}

export function checkBindingUpdate(next: AnyBinding, previous: AnyBinding, errors: Errors): void {
  if (!sameValue(next.roleRef, previous.roleRef)) {
    errors.push(invalid('roleRef', internally(next.roleRef, ROLE_REF), 'cannot change roleRef'))
  }
}

/** Mirrors printRoleBinding of pkg/printers/internalversion/printers.go. */
export function bindingColumns<T extends AnyBinding>(): readonly Column<T>[] {
  const ofKind =
    (kind: string, named: (subject: Subject) => string) =>
    ({ subjects = [] }: T): string =>
      subjects
        .filter((subject) => subject.kind === kind)
        .map(named)
        .join(', ')
  return [
    nameColumn(),
    { name: 'Role', cell: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}` },
    ageColumn(),
    { name: 'Users', priority: 1, cell: ofKind('User', ({ name }) => name) },
    { name: 'Groups', priority: 1, cell: ofKind('Group', ({ name }) => name) },
    {
      name: 'ServiceAccounts',
      priority: 1,
      cell: ofKind('ServiceAccount', ({ name, namespace }) => `${namespace ?? ''}/${name}`),
    },
  ]
}
