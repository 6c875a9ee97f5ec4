import { alreadyExists, type StatusError, versionOnCreate } from '../api/errors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { withDefaultAmounts } from './admission/limitRanger.ts'
import { withRuntimeClass } from './admission/runtimeClass.ts'
import { errorsOf, refuseInvalid } from './checks.ts'
import type { Context } from './context.ts'
import { copyOf } from './defaults/mutable.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import { charge, type Charge } from './quota/charging.ts'
import type { Resource } from './records.ts'
import { type GivenMeta, metaAt, newMeta } from './shapes.ts'
import { uniqueOwners } from './uniqueOwners.ts'
import { baseOf, isUniquelyNamed, leaseFor } from './writes.ts'

/** How often a generated name that is taken is drawn again. */
const redraws = 8

/** A new object and how it came by its name. */
interface Named {
  readonly object: Loose
  readonly generated: boolean
  readonly scope: string
}

export function createObject(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  taken: Loose,
  context: Context,
): KubeObject {
  const { definition } = resource
  const { records, memos, identity } = parts
  if (definition.namespaced) parts.gate.admit(resource, namespace, taken)
  const prepared = (definition.prepareForCreate?.(taken) ?? taken) as Loose
  const shaped = memos.defaulted(resource, prepared)
  const owned = definition.runsAs === true ? asPod(parts, resource, namespace, shaped, context) : shaped
  memos.refuse(resource, prepared)
  const object = definition.defaults(owned) as Loose
  for (let attempt = 0; ; attempt++) {
    const named = identify(parts, resource, namespace, object, attempt, context)
    const { name } = named.object.metadata as Partial<ObjectMeta>
    const there = name === undefined ? undefined : records.findLean(resource, namespace, name)
    if (there !== undefined && named.generated && attempt < redraws) continue
    const whole = parts.holdings.allocated(resource, named.object, undefined, named.scope)
    refuseInvalid(resource, whole, errorsOf(memos, resource, whole))
    definition.admit?.(whole, undefined, parts.around)
    const charges = parts.quotas.admit(resource, whole, undefined, undefined, context.at)
    if (isVersion((taken.metadata as Partial<ObjectMeta>).resourceVersion)) throw versionOnCreate()
    if (there !== undefined) throw takenName(resource, there)
    const counted = charges.length === 0 ? whole : charged(parts, whole, charges, context)
    const kept = records.put(resource, counted, context, undefined, leaseFor(parts, resource, context))
    parts.holdings.follow(resource, undefined, whole)
    memos.changed(resource)
    if (named.generated) identity.used(named.scope, attempt + 1)
    else if (isUniquelyNamed(resource, whole)) identity.used(named.scope, 1)
    return kept
  }
}

/** A new pod as its namespace's limits, its account and its class have it. */
function asPod(
  { accounts, memos, around }: ServerParts,
  resource: Resource,
  namespace: string,
  pod: Loose,
  { at }: Context,
): Loose {
  const memo = memos.of(resource)
  const limited = withDefaultAmounts(pod, namespace, memo, around)
  return withRuntimeClass(accounts.admit(resource, namespace, limited, memo, at), memo, around)
}

/** A new object at the version that is next once it has been counted: upstream, too, its quotas are written before it. */
function charged(parts: ServerParts, object: Loose, charges: readonly Charge[], context: Context): Loose {
  charge(parts, charges, context)
  return { ...object, metadata: metaAt(object.metadata, parts.records.nextVersion) }
}

function takenName({ definition: { plural, group } }: Resource, { metadata }: KubeObject): StatusError {
  return alreadyExists(plural, metadata.name, group, metadata.deletionTimestamp !== undefined)
}

/** Mirrors Create of apiserver/pkg/storage/etcd3/store.go, to which what is no number is none. */
function isVersion(version: string | undefined): boolean {
  return version !== undefined && /^0*[1-9]\d*$/.test(version)
}

/** Gives a new object what only the server may say: name, uid, times, versions. */
function identify(
  { identity, records, times, around }: ServerParts,
  { definition, kept }: Resource,
  namespace: string,
  object: Loose,
  attempt: number,
  context: Context,
): Named {
  const given = undying(object.metadata as Partial<ObjectMeta>)
  const { generateName = '' } = given
  const isNameless = given.name === undefined || given.name === ''
  const generated = isNameless && (generateName !== '' || definition.namesItself === true)
  const scope = `${kept.key}/${namespace}/${generated ? `${generateName}*` : (given.name ?? '')}`
  const drawn = (): string =>
    generateName === ''
      ? identity.uid(`${scope}/name`, attempt)
      : baseOf(generateName) + identity.suffix(scope, attempt)
  const name = generated ? drawn() : given.name
  const scoped = definition.namespaced && given.namespace === undefined ? withNamespace(given, namespace) : given
  const whole = copyOf(object)
  whole.metadata = newMeta(
    withUniqueOwners(scoped),
    name as string,
    identity.uid(scope, attempt),
    records.nextVersion,
    // Kinds that do not count theirs keep what they are given.
    definition.hasGeneration === true ? 1 : given.generation || undefined,
    times.text(context.at),
  )
  const { complete } = definition
  return { object: complete === undefined ? whole : (complete(whole, around) as Loose), generated, scope }
}

/** Nothing new is being deleted, whatever it says. Mirrors BeforeCreate of apiserver/pkg/registry/rest/create.go. */
function undying(given: GivenMeta): GivenMeta {
  if (given.deletionTimestamp === undefined && given.deletionGracePeriodSeconds === undefined) return given
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...rest } = given
  return rest
}

function withUniqueOwners(given: GivenMeta): GivenMeta {
  if (given.ownerReferences === undefined) return given
  const ownerReferences = uniqueOwners(given.ownerReferences)
  return ownerReferences === given.ownerReferences ? given : { ...given, ownerReferences }
}

function withNamespace(given: GivenMeta, namespace: string): GivenMeta {
  const { name, generateName, labels, annotations, ownerReferences, finalizers, managedFields, generation } = given
  const placed = { name, generateName, namespace, labels, annotations, ownerReferences, finalizers } as GivenMeta
  if (managedFields === undefined && generation === undefined) return placed
  return { ...placed, ...(managedFields && { managedFields }), ...(generation && { generation }) }
}
