/**
 * The rules of CustomResourceDefinitions. Mirrors pkg/apis/apiextensions/validation/validation.go of the apiextensions
 * API server, whose paths are those of its internal version.
 */
import { immutable, invalid, required } from '../../api/fieldErrors.ts'
import { label1035Errors, subdomainErrors } from '../../api/names.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../../api/types/apiextensions.ts'
import type { Errors } from '../validation/common.ts'
import { checkChoice } from '../validation/common.ts'
import { isEstablished } from './compiled.ts'
import { checkConversion } from './conversionRules.ts'
import { checkParts } from './versionRules.ts'

const SCOPES = ['Cluster', 'Namespaced']
const APPROVED = 'api-approved.kubernetes.io'
const REVIEW = 'see https://github.com/kubernetes/enhancements/pull/1111'

export function checkCrd(crd: CustomResourceDefinition, errors: Errors, previous?: CustomResourceDefinition): void {
  const { spec, metadata } = crd
  const name = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`
  const isNew = previous === undefined
  if (isNew && metadata.name && metadata.name !== name)
    errors.push(invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group'))
  checkGroup(spec.group ?? '', errors)
  checkApproval(crd, errors)
  checkChoice(errors, 'spec.scope', spec.scope, SCOPES)
  checkVersions(spec, previous?.spec.versions ?? [], errors)
  checkSpecNames(spec.names ?? NO_NAMES, errors)
  checkConversion(spec, errors, previous && isEstablished(previous) ? previous.spec : undefined)
  if (isNew) checkStored(crd, errors)
}

const NO_NAMES: CustomResourceDefinitionNames = Object.freeze({ kind: '', plural: '' })

function checkGroup(group: string, errors: Errors): void {
  const said = subdomainErrors(group)
  if (group === '') errors.push(required('spec.group'))
  else if (said.length > 0) errors.push(invalid('spec.group', group, said.join(',')))
  else if (!group.includes('.')) errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'))
}

/** Kubernetes keeps its own groups for what it has approved, or for what says that it is not. */
function checkApproval({ spec, metadata }: CustomResourceDefinition, errors: Errors): void {
  if (!/(?:^|\.)(?:k8s\.io|kubernetes\.io)$/.test(spec.group ?? '')) return
  const said = metadata.annotations?.[APPROVED]
  const path = `metadata.annotations[${APPROVED}]`
  const start = `protected groups must have approval annotation "${APPROVED}"`
  if (!said) errors.push(required(path, `${start}, ${REVIEW}`))
  else if (!said.startsWith('unapproved') && !/^https?:\/\/[^/]+/.test(said)) {
    errors.push(invalid(path, said, `${start} with either a URL or a reason starting with "unapproved", ${REVIEW}`))
  }
}

function checkVersions(
  spec: CustomResourceDefinitionSpec,
  before: readonly CustomResourceDefinitionVersion[],
  errors: Errors,
): void {
  const { versions = [] } = spec
  if (spec.preserveUnknownFields === true) {
    const detail =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'
    errors.push(invalid('spec.preserveUnknownFields', true, detail))
  }
  for (const [i, version] of versions.entries()) {
    const at = `spec.versions[${i}]`
    const said = label1035Errors(version.name ?? '')
    if (said.length > 0) errors.push(invalid(`${at}.name`, version.name ?? '', said.join(',')))
  }
  checkParts(versions, before, errors)
  // The first version is named twice upstream.
  checkLabel(versions[0]?.name || 'v1', 'spec.version', errors)
  const names = versions.map(({ name }) => name)
  if (new Set(names).size < names.length) {
    errors.push(invalid('spec.versions', names, 'must contain unique version names'))
  }
  if (versions.filter(({ storage }) => storage === true).length !== 1) {
    errors.push(invalid('spec.versions', names, 'must have exactly one version marked as storage version'))
  }
}

function checkSpecNames(names: CustomResourceDefinitionNames, errors: Errors): void {
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    if (!names[field]) errors.push(required(`spec.names.${field}`))
  }
  checkNames(names, 'spec.names', errors)
}

function checkNames(names: CustomResourceDefinitionNames, at: string, errors: Errors): void {
  for (const field of ['plural', 'singular'] as const)
    if (names[field]) checkLabel(names[field], `${at}.${field}`, errors)
  for (const field of ['kind', 'listKind'] as const) {
    const name = names[field] ?? ''
    const said = name === '' ? [] : label1035Errors(name.toLowerCase())
    if (said.length === 0) continue
    errors.push(invalid(`${at}.${field}`, name, `may have mixed case, but should otherwise match: ${said.join(',')}`))
  }
  if (names.kind && names.kind === names.listKind) {
    errors.push(invalid(`${at}.listKind`, names.listKind, 'kind and listKind may not be the same'))
  }
  for (const field of ['shortNames', 'categories'] as const) {
    for (const [i, name] of (names[field] ?? []).entries()) checkLabel(name, `${at}.${field}[${i}]`, errors)
  }
}

function checkLabel(name: string, at: string, errors: Errors): void {
  const said = label1035Errors(name)
  if (said.length > 0) errors.push(invalid(at, name, said.join(',')))
}

/** Where a definition stands is settled; once it was served, its scope and its kind too. */
export function checkCrdUpdate(
  next: CustomResourceDefinition,
  previous: CustomResourceDefinition,
  errors: Errors,
): void {
  const { spec } = next
  const before = previous.spec
  const names = spec.names ?? NO_NAMES
  const wasServed = isEstablished(previous)
  if (wasServed && spec.scope !== before.scope) errors.push(immutable('spec.scope', spec.scope ?? ''))
  if (wasServed && names.kind !== before.names.kind) errors.push(immutable('spec.names.kind', names.kind))
  if (spec.group !== before.group) errors.push(immutable('spec.group', spec.group ?? ''))
  if (names.plural !== before.names.plural) errors.push(immutable('spec.names.plural', names.plural))
  checkStored(next, errors)
}

/** Mirrors ValidateCustomResourceDefinitionStoredVersions, once the version that is stored now has been added. */
function checkStored({ spec, status }: CustomResourceDefinition, errors: Errors): void {
  const at = 'status.storedVersions'
  const { versions = [] } = spec
  const storage = versions.find((version) => version.storage === true)?.name
  const stored = [...new Set([...(status?.storedVersions ?? []), ...(storage === undefined ? [] : [storage])])]
  if (stored.length === 0) errors.push(invalid(at, undefined, 'must have at least one stored version'))
  for (const { name, storage: isStored } of versions) {
    if (isStored === true && !stored.includes(name))
      errors.push(invalid(at, stored, `must have the storage version ${name}`))
  }
  for (const [i, version] of stored.entries()) {
    if (versions.some(({ name }) => name === version)) continue
    const detail =
      `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until ` +
      `a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`
    errors.push(invalid(`${at}[${i}]`, version, detail))
  }
}

export function checkCrdStatus({ status }: CustomResourceDefinition, errors: Errors): void {
  checkNames(status.acceptedNames ?? NO_NAMES, 'status.acceptedNames', errors)
}
