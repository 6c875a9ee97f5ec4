/** ConfigMaps. Mirrors pkg/registry/core/configmap/strategy.go and ValidateConfigMap of core validation. */
import { base64Length } from '../api/base64.ts'
import { invalid, tooLong } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import { sortedKeys } from '../api/order.ts'
import type { ConfigMap } from '../api/types/core.ts'
import { byteLength } from '../api/utf8.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import type { ResourceDefinition } from './definition.ts'
import { MAX_DATA, checkDataKey, checkImmutable, countKeys } from './validation/data.ts'

export const configMaps: ResourceDefinition<ConfigMap> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'],
  nameRule: 'subdomain',
  defaults: (configMap) => configMap,
  validate,
  validateUpdate,
  columns: [
    nameColumn(),
    { name: 'Data', cell: ({ data, binaryData }) => String(countKeys(data) + countKeys(binaryData)) },
    ageColumn(),
  ],
}

function validate({ data, binaryData }: ConfigMap): readonly FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const key of sortedKeys(data)) {
    checkDataKey(errors, 'data', key)
    if (binaryData !== undefined && Object.hasOwn(binaryData, key))
      errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'))
    size += byteLength(data![key]!)
  }
  for (const key of sortedKeys(binaryData)) {
    checkDataKey(errors, 'binaryData', key)
    size += base64Length(binaryData![key]!)
  }
  // Upstream says of the whole object by a path that has no name.
  if (size > MAX_DATA) errors.push(tooLong('[]', MAX_DATA))
  return errors
}

function validateUpdate(next: ConfigMap, previous: ConfigMap): readonly FieldError[] {
  const errors: FieldError[] = []
  if (previous.immutable === true) checkImmutable(errors, next, previous, ['data', 'binaryData'])
  return errors
}
