/** Storage classes. Mirrors pkg/apis/storage/v1/defaults.go and pkg/apis/storage/validation/validation.go. */
import { duplicate, immutable, invalid, notSupported, required, tooLong } from '../../api/fieldErrors.ts'
import { byCodeUnit, sortedKeys, sortedSet } from '../../api/order.ts'
import type { TopologySelectorTerm } from '../../api/types/core.ts'
import type { StorageClass } from '../../api/types/storage.ts'
import { byteLength } from '../../api/utf8.ts'
import { ageColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { checkQualifiedName } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { isDefault } from './defaultClass.ts'

const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer']
const MOST_PARAMETERS = 512
const MOST_BYTES = 256 * 1024

export const storageClasses: ResourceDefinition<StorageClass> = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  defaults: (object) => fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  check,
  checkUpdate,
  columns: [
    { name: 'Name', cell: (object) => `${object.metadata.name}${isDefault(object) ? ' (default)' : ''}` },
    { name: 'Provisioner', cell: ({ provisioner }) => provisioner },
    { name: 'ReclaimPolicy', cell: ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete' },
    { name: 'VolumeBindingMode', cell: ({ volumeBindingMode }) => volumeBindingMode ?? '<unset>' },
    { name: 'AllowVolumeExpansion', cell: ({ allowVolumeExpansion }) => String(allowVolumeExpansion === true) },
    ageColumn(),
  ],
})

function check(object: StorageClass, errors: Errors): void {
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies = [] } = object
  if (!provisioner) errors.push(required('provisioner'))
  else checkQualifiedName(errors, 'provisioner', provisioner.toLowerCase())
  checkParameters(parameters, errors)
  if (reclaimPolicy && !['Delete', 'Retain'].includes(reclaimPolicy)) {
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']))
  }
  if (!BINDING_MODES.includes(volumeBindingMode ?? '')) {
    errors.push(notSupported('volumeBindingMode', volumeBindingMode, BINDING_MODES))
  }
  checkTopologies(allowedTopologies, errors)
}

function checkParameters(parameters: StorageClass['parameters'], errors: Errors): void {
  const keys = sortedKeys(parameters)
  if (keys.length > MOST_PARAMETERS) {
    errors.push(tooLong('parameters', MOST_PARAMETERS))
    return
  }
  let size = 0
  for (const key of keys) {
    if (key === '') errors.push(invalid('parameters', key, 'field can not be empty.'))
    size += byteLength(key) + byteLength(parameters?.[key] ?? '')
  }
  if (size > MOST_BYTES) errors.push(tooLong('parameters', MOST_BYTES))
}

/** Upstream holds each term against those before it, and against as many empty ones as there are terms. */
function checkTopologies(terms: readonly TopologySelectorTerm[], errors: Errors): void {
  const seen = terms.map(() => '[]')
  for (const [i, term] of terms.entries()) {
    const at = `allowedTopologies[${i}]`
    checkTerm(term, at, errors)
    const expressions = term.matchLabelExpressions ?? []
    const byKey = new Map(expressions.map(({ key, values }) => [key ?? '', sortedSet(values ?? [])]))
    const meant = JSON.stringify([...byKey].sort(([a], [b]) => byCodeUnit(a, b)))
    for (const other of seen) if (other === meant) errors.push(duplicate(`${at}.matchLabelExpressions`, ''))
    seen.push(meant)
  }
}

function checkTerm({ matchLabelExpressions = [] }: TopologySelectorTerm, at: string, errors: Errors): void {
  const seen = new Set<string>()
  for (const [i, { key = '', values = [] }] of matchLabelExpressions.entries()) {
    const path = `${at}.matchLabelExpressions[${i}]`
    checkQualifiedName(errors, `${path}.key`, key)
    if (values.length === 0) errors.push(required(`${path}.values`))
    for (const [v, value] of values.entries()) {
      if (values.indexOf(value) !== v) errors.push(duplicate(`${path}.values[${v}]`, value))
    }
    if (seen.has(key)) errors.push(duplicate(`${path}.key`, key))
    seen.add(key)
  }
}

function checkUpdate(next: StorageClass, previous: StorageClass, errors: Errors): void {
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const) {
    if (!sameValue(next[field], previous[field]))
      errors.push(immutable(field, next[field] ?? (field === 'provisioner' ? '' : null)))
  }
}
