import { toBase64 } from '../api/base64.ts'
import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { byCodeUnit } from '../api/order.ts'
import type { Secret, ServiceAccount } from '../api/types/core.ts'
import { utf8 } from '../api/utf8.ts'
import type { Cache, ControlLoop, LoopContext, NamedPredicate } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { hash128 } from '../kernel/hash.ts'
import type { Memory } from '../kernel/memory.ts'
import { rootCertificate } from './rootCaCertificate.ts'

const SECRETS = 'v1/Secret'
const ACCOUNTS = 'v1/ServiceAccount'
const NAME = 'kubernetes.io/service-account.name'
const UID = 'kubernetes.io/service-account.uid'

const isToken = (object: KubeObject): boolean => (object as Secret).type === 'kubernetes.io/service-account-token'

/** Other secrets are nobody's business here. */
const tokens: NamedPredicate = Object.freeze({
  name: 'serviceAccountTokens',
  holds: (_before: KubeObject, after: KubeObject) => isToken(after),
  of: isToken,
})

const accountsGone: NamedPredicate = Object.freeze({ name: 'serviceAccountsGone' })

/**
 * Fills in secrets that are to hold the token of a service account, and deletes them with it. Mirrors
 * pkg/controller/serviceaccount/tokens_controller.go.
 */
export function createServiceAccountTokens(memory: Memory): ControlLoop {
  const published = rootCertificate(memory)
  return {
    name: 'serviceaccount-token-controller',
    watches: [
      {
        kind: SECRETS,
        predicate: tokens,
        keys: ({ object }) => (isToken(object) ? [keyOfToken(object)] : []),
        index: (secret) => (isToken(secret) ? accountOf(secret) : undefined),
      },
      { kind: ACCOUNTS, predicate: accountsGone, keys: tokensOf },
    ],
    reconcile(key, context) {
      const [namespace, name, uid, account, accountUid] = JSON.parse(key) as TokenKey
      const there = context.cache.get<Secret>(SECRETS, `${namespace}/${name}`)
      // Another one may have its name by now.
      const secret = there?.metadata.uid === uid ? there : undefined
      const owner = context.api.find<ServiceAccount>('serviceaccounts', namespace, account)
      const found = accountUid === '' || owner?.metadata.uid === accountUid ? owner : undefined
      if (secret === undefined) unreference(found, name, context)
      else if (found === undefined) remove(secret, context)
      else fill(secret, found, toBase64(utf8(published.value)), context)
    },
  }
}

/** The secret, and the account that it is for: by name and, once that is known, by uid. */
type TokenKey = readonly [namespace: string, name: string, uid: string, account: string, accountUid: string]

/** Annotations may say anything. */
function keyOfToken({ metadata: { namespace = '', name, uid, annotations } }: KubeObject): string {
  const key: TokenKey = [namespace, name, uid, annotations?.[NAME] ?? '', annotations?.[UID] ?? '']
  return JSON.stringify(key)
}

function accountOf({ metadata: { namespace, annotations } }: KubeObject): string {
  return `${namespace!}/${annotations?.[NAME] ?? ''}`
}

/** The tokens of an account that is gone. */
function tokensOf({ type, object: { metadata } }: ObjectChange, cache: Cache): readonly string[] {
  if (type !== 'DELETED') return []
  const { namespace, name, uid } = metadata
  return cache
    .byIndex(SECRETS, `${namespace!}/${name}`)
    .filter((secret) => secret.metadata.annotations?.[UID] === uid)
    .map(keyOfToken)
    .sort(byCodeUnit)
}

/** What is gone, or another by now, stays as it is. */
function remove({ metadata: { namespace, name, uid } }: Secret, { api }: LoopContext): void {
  try {
    api.delete('secrets', namespace!, name, { preconditions: { uid } })
  } catch (error) {
    if (!isStatusError(error, 'NotFound') && !isStatusError(error, 'Conflict')) throw error
  }
}

function fill(secret: Secret, account: ServiceAccount, certificate: string, { api }: LoopContext): void {
  const { metadata, data = {} } = secret
  const needed = {
    'ca.crt': certificate,
    namespace: data['namespace'] || toBase64(utf8(metadata.namespace!)),
    token: data['token'] || tokenOf(secret, account),
  }
  if (Object.entries(needed).every(([key, value]) => data[key] === value)) return
  const annotations = { ...metadata.annotations, [NAME]: account.metadata.name, [UID]: account.metadata.uid }
  api.update('secrets', { ...secret, metadata: { ...metadata, annotations }, data: { ...data, ...needed } })
}

/** Means nothing to anybody: it looks like one, and is always the same for one secret of one account. */
function tokenOf({ metadata }: Secret, account: ServiceAccount): string {
  const { uid } = account.metadata
  const part = (number: number): string =>
    hash128(number, `${metadata.uid} ${uid}`)
      .map((bits) => bits.toString(16).padStart(8, '0'))
      .join('')
  return toBase64(utf8([0, 1, 2].map(part).join('.')))
}

/** An account does not name a secret any more that is gone. */
function unreference(account: ServiceAccount | undefined, secret: string, { api }: LoopContext): void {
  const { secrets = [] } = account ?? {}
  if (account === undefined || !secrets.some(({ name }) => name === secret)) return
  const { secrets: _, ...rest } = account
  const left = secrets.filter(({ name }) => name !== secret)
  api.update('serviceaccounts', { ...rest, ...(left.length > 0 && { secrets: left }) })
}
