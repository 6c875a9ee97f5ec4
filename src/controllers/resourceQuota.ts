import type { KubeObject } from '../api/meta.ts'
import { compareQuantities, parseQuantity } from '../api/quantity.ts'
import type { ResourceQuota } from '../api/types/core.ts'
import {
  type Cache,
  type ControlLoop,
  keyOf,
  type LoopContext,
  type LoopWatch,
  type Requeue,
  splitKey,
} from '../client/controller.ts'
import { definitions } from '../registries/all.ts'
import type { ResourceDefinition } from '../registries/definition.ts'
import { equal } from '../registries/equal.ts'
import { countedKeys, evaluatorOf } from '../registries/quota/evaluators.ts'
import { type Amounts, countUsed } from '../registries/quota/used.ts'
import { changesOf, gone } from './quota/changes.ts'

const quotas = 'v1/ResourceQuota'
/** The index value that all quotas share. */
const any = 'any'
/** kube-controller-manager's --resource-quota-sync-period. */
const syncMs = 300_000
/** The kinds that have a tally of their own; the rest share the next one. */
const tallied: readonly string[] = Object.freeze(['pods', 'services', 'persistentvolumeclaims'])
const rest = tallied.length

/** The built-in resources whose objects quotas can count, by key. */
const countable: ReadonlyMap<string, ResourceDefinition> = new Map(
  definitions.filter(isCountable).map((definition) => [keyOfResource(definition), definition]),
)

/**
 * Keeps what quotas say of themselves right: see docs/decisions/0029-quotas-are-counted-in-one-turn.md. Mirrors
 * pkg/controller/resourcequota. Where there is no quota it watches nothing but quotas; where there are, the kinds that they
 * count, and hears of those objects that go or take less.
 */
export const resourceQuotaController: ControlLoop = {
  name: 'resourcequota-controller',
  watches: [
    {
      kind: quotas,
      predicate: { name: 'quota-spec', holds: (before, after) => !equal(hardOf(before), hardOf(after)) },
      index: () => any,
      tally: (quota) => talliesOf(quota as ResourceQuota),
    },
    {
      kind: quotas,
      keys: ({ type, object }, cache) => (type === 'DELETED' ? counting('resourcequotas', object, cache) : []),
    },
    ...[...countable].filter(([key]) => key !== 'resourcequotas').map(([key, definition]) => watchOf(key, definition)),
  ],
  reconcile: recount,
}

function isCountable({ plural, group, namespaced, verbs, viewOf }: ResourceDefinition): boolean {
  const key = keyOfResource({ plural, group })
  return namespaced && verbs.includes('list') && viewOf === undefined && evaluatorOf(key) !== undefined
}

function keyOfResource({ plural, group }: Pick<ResourceDefinition, 'plural' | 'group'>): string {
  return group === '' ? plural : `${plural}.${group}`
}

function watchOf(key: string, { group, version, kind }: ResourceDefinition): LoopWatch {
  const place = placeOf(key)
  return {
    kind: `${group === '' ? version : `${group}/${version}`}/${kind}`,
    predicate: changesOf(key) ?? gone,
    while: (cache) => cache.tally(quotas, any, place) > 0,
    keys: ({ object }, cache) => counting(key, object, cache),
  }
}

function hardOf(quota: KubeObject): Amounts | undefined {
  return (quota as ResourceQuota).spec.hard
}

/** Which of the tallies a quota counts to: one for each kind that has its own, and one for the rest of those built in. */
function talliesOf({ spec }: ResourceQuota): number {
  let bits = 0
  for (const key of countedKeys(Object.keys(spec.hard ?? {}))) if (countable.has(key)) bits |= 1 << placeOf(key)
  return bits
}

function placeOf(key: string): number {
  return tallied.includes(key) ? tallied.indexOf(key) : rest
}

/** The quotas beside an object that count something of its kind. */
function counting(key: string, { metadata }: KubeObject, cache: Cache): readonly string[] {
  const { counts } = evaluatorOf(key)!
  return cache
    .list<ResourceQuota>(quotas, metadata.namespace)
    .filter(({ spec }) => Object.keys(spec.hard ?? {}).some(counts))
    .map(keyOf)
}

/** Mirrors syncResourceQuota. It asks the API server, so that what has been let in meanwhile is counted. */
function recount(key: string, { api, now }: LoopContext): Requeue | undefined {
  const { namespace, name } = splitKey(key)
  const quota = api.find<ResourceQuota>('resourcequotas', namespace, name)
  if (quota === undefined) return undefined
  const { hard = {} } = quota.spec
  const custom = countedKeys(Object.keys(hard)).filter((one) => !countable.has(one))
  const served = new Set(custom.length === 0 ? [] : api.resources.filter(isNamespaced).map((one) => one.key))
  const { used, until } = countUsed(quota, {
    isServed: (one) => countable.has(one) || served.has(one),
    visit: (one, within, visit) => api.visit(one, visit, within),
    now,
  })
  const { hard: known = {}, used: before = {} } = quota.status
  if (!equal(known, hard) || !sameAmounts(before, used))
    api.updateStatus('resourcequotas', { ...quota, status: { hard, used } })
  // Of objects of custom kinds nothing is heard when they go.
  const due = custom.length > 0 ? now : until
  return due === Infinity ? undefined : { requeueAfter: (Math.floor(due / syncMs) + 1) * syncMs - now }
}

function isNamespaced({ definition }: { readonly definition: ResourceDefinition }): boolean {
  return definition.namespaced
}

function sameAmounts(a: Amounts, b: Amounts): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => {
    const other = b[name]
    return other !== undefined && compareQuantities(parseQuantity(a[name]!)!, parseQuantity(other)!) === 0
  })
}
