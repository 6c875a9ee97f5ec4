/** Config maps, secrets and service accounts. Mirrors their describers in k8s.io/kubectl/pkg/describe/describe.go. */
import { base64Length, fromBase64 } from '../../api/base64.ts'
import { sortedKeys } from '../../api/order.ts'
import type { ConfigMap, Secret, ServiceAccount } from '../../api/types/core.ts'
import { field, heading, type Lines } from './lines.ts'

export function describeConfigMap(map: ConfigMap): Lines {
  const { data, binaryData } = map
  return [
    ...heading(map),
    '',
    'Data',
    '====',
    ...sortedKeys(data).flatMap((key) => [`${key}:`, '----', data![key]!, '']),
    '',
    'BinaryData',
    '====',
    ...sortedKeys(binaryData).map((key) => `${key}: ${base64Length(binaryData![key]!)} bytes`),
    '',
  ]
}

/** Sizes alone, but for the token of a service account. */
export function describeSecret(secret: Secret): Lines {
  const { data, type } = secret
  const shown = (key: string): string =>
    key === 'token' && type === 'kubernetes.io/service-account-token'
      ? String.fromCharCode(...fromBase64(data![key]!))
      : `${base64Length(data![key]!)} bytes`
  return [
    ...heading(secret),
    '',
    field('Type', type),
    '',
    'Data',
    '====',
    ...sortedKeys(data).map((key) => field(key, shown(key))),
  ]
}

export function describeServiceAccount(account: ServiceAccount): Lines {
  const names = (account.imagePullSecrets ?? []).map(({ name = '' }) => name)
  const title = 'Image pull secrets'
  const lines = names.map((name, i) => (i === 0 ? field(title, name) : `${' '.repeat(title.length + 1)}\t${name}`))
  return [...heading(account), ...(lines.length === 0 ? [field(title, '<none>')] : lines)]
}
