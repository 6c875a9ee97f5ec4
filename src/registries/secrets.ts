/** Secrets. Mirrors pkg/registry/core/secret/strategy.go and ValidateSecret of core validation. */
import { base64Length, fromBase64, toBase64 } from '../api/base64.ts'
import { immutable, invalid, required, tooLong } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import { isObject } from '../api/object.ts'
import { sortedKeys } from '../api/order.ts'
import type { Secret } from '../api/types/core.ts'
import { fromUtf8, utf8 } from '../api/utf8.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import type { ResourceDefinition } from './definition.ts'
import type { Errors } from './validation/common.ts'
import { MAX_DATA, checkDataKey, checkImmutable, countKeys } from './validation/data.ts'

const ACCOUNT = 'kubernetes.io/service-account.name'

export const secrets: ResourceDefinition<Secret> = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  shortNames: [],
  namespaced: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'],
  nameRule: 'subdomain',
  defaults,
  validate,
  validateUpdate,
  fields: { type: (secret) => secret.type ?? '' },
  columns: [
    nameColumn(),
    { name: 'Type', cell: ({ type }) => type ?? '' },
    { name: 'Data', cell: ({ data }) => String(countKeys(data)) },
    ageColumn(),
  ],
}

/** What was written as text is kept as bytes. Mirrors Convert_v1_Secret_To_core_Secret of pkg/apis/core/v1/conversion.go. */
function defaults(secret: Secret): Secret {
  if (secret.type && secret.stringData === undefined) return secret
  const { stringData, data, ...rest } = secret
  const type = secret.type || 'Opaque'
  if (countKeys(stringData) === 0) return data === undefined ? { ...rest, type } : { ...rest, data, type }
  const all: Record<string, string> = { ...data }
  for (const key of sortedKeys(stringData)) all[key] = toBase64(utf8(stringData![key]!))
  const sorted = Object.fromEntries(sortedKeys(all).map((key) => [key, all[key]!]))
  return { ...rest, data: sorted, type }
}

function validate(secret: Secret): readonly FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const key of sortedKeys(secret.data)) {
    checkDataKey(errors, 'data', key)
    size += base64Length(secret.data![key]!)
  }
  if (size > MAX_DATA) errors.push(tooLong('data', MAX_DATA))
  checkContent(secret, errors)
  return errors
}

/** What a type asks of the content. */
function checkContent({ type, data = {}, metadata }: Secret, errors: Errors): void {
  switch (type) {
    case 'kubernetes.io/service-account-token':
      if (!metadata.annotations?.[ACCOUNT]) errors.push(required(`metadata.annotations[${ACCOUNT}]`))
      break
    case 'kubernetes.io/dockercfg':
      checkJson(data, '.dockercfg', errors)
      break
    case 'kubernetes.io/dockerconfigjson':
      checkJson(data, '.dockerconfigjson', errors)
      break
    case 'kubernetes.io/basic-auth':
      if (data['username'] === undefined && data['password'] === undefined)
        errors.push(required('data[username]'), required('data[password]'))
      break
    case 'kubernetes.io/ssh-auth':
      if (!data['ssh-privatekey']) errors.push(required('data[ssh-privatekey]'))
      break
    case 'kubernetes.io/tls':
      for (const key of ['tls.crt', 'tls.key']) if (data[key] === undefined) errors.push(required(`data[${key}]`))
  }
}

function checkJson(data: Readonly<Record<string, string>>, key: string, errors: Errors): void {
  const bytes = data[key]
  if (bytes === undefined) errors.push(required(`data[${key}]`))
  else if (!isJsonObject(fromUtf8(fromBase64(bytes))))
    errors.push(invalid(`data[${key}]`, '<secret contents redacted>', 'must be a JSON object'))
}

function isJsonObject(text: string | undefined): boolean {
  try {
    return text !== undefined && isObject(JSON.parse(text))
  } catch {
    return false
  }
}

function validateUpdate(next: Secret, previous: Secret): readonly FieldError[] {
  const errors: FieldError[] = []
  if (next.type !== previous.type) errors.push(immutable('type', next.type))
  if (previous.immutable === true) checkImmutable(errors, next, previous, ['data'])
  return errors
}
