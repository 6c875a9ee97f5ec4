import type { KubeObject } from '../../api/meta.ts'
import type { Pod, Service } from '../../api/types/core.ts'
import { type Cache, keyOf, type LoopWatch, type NamedPredicate } from '../../client/controller.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { differs } from '../../registries/equal.ts'
import { isReady } from '../podRank.ts'
import { type Backend, type BackendRules, Group, isSame } from './group.ts'

const none: readonly string[] = Object.freeze([])

/** The services of a namespace that choose pods. */
interface Space<B extends Backend> {
  readonly groups: Map<string, Group<B>>
  /** The groups that choose pods with these labels: pods of one template share them. */
  byLabels: WeakMap<object, readonly Group<B>[]>
}

/**
 * Which pods stand behind which services, as far as a loop has been told of both: a cache that keeps up with each change
 * at the price of the change. Which keys a change is about depends on the change and the services alone, so that they
 * come in the same order from an empty cache.
 */
export class Backends<B extends Backend> {
  private readonly spaces = new Map<string, Space<B>>()

  constructor(private readonly rules: BackendRules<B>) {}

  /** Of pods whoever keeps what stands for them need not hear before they have an address. */
  get pods(): LoopWatch {
    const keys = (change: ObjectChange, cache: Cache): readonly string[] => this.followPod(change, cache)
    return { kind: 'v1/Pod', keys, index: placeOf, predicate: podsOfInterest }
  }

  /** The services for which something else stands for the pod than before. */
  private followPod({ type, object, previous }: ObjectChange, cache: Cache): readonly string[] {
    const before = previous as Pod | undefined
    const after = type === 'DELETED' ? undefined : (object as Pod)
    const space = this.space(object.metadata.namespace!, cache)
    if (space.groups.size === 0) return none
    if (!before?.status.podIP && !after?.status.podIP) return none
    const left = before === undefined ? noGroups : this.chosenBy(space, before)
    const joined = after === undefined ? noGroups : this.chosenBy(space, after)
    let keys: string[] | undefined
    for (const group of left)
      if (this.move(group, before, joined.includes(group) ? after : undefined, cache))
        (keys ??= []).push(keyOf(group.service))
    if (joined !== left)
      for (const group of joined)
        if (!left.includes(group) && this.move(group, undefined, after, cache)) (keys ??= []).push(keyOf(group.service))
    return keys ?? none
  }

  /** The service itself, whatever about it changed. */
  followService({ type, object }: ObjectChange): readonly string[] {
    const service = object as Service
    const { name, namespace } = service.metadata
    const space = this.spaces.get(namespace!)
    if (space !== undefined) {
      if (type !== 'DELETED' && choosesPods(service)) this.put(space, name, service)
      else if (space.groups.delete(name)) space.byLabels = new WeakMap()
    }
    return [keyOf(service)]
  }

  /** What else stands for pods by now is to be found out again. */
  forget(): void {
    this.spaces.clear()
  }

  /** The pods behind a service that chooses pods. */
  of(service: Service, cache: Cache): Group<B> {
    const { name, namespace } = service.metadata
    const space = this.space(namespace!, cache)
    const group = this.put(space, name, service)
    if (!group.isFilled) group.fill(cache.byIndex('v1/Pod', namespace!), cache)
    return group
  }

  /** The group of a service: another one when its spec is another. */
  private put(space: Space<B>, name: string, service: Service): Group<B> {
    const known = space.groups.get(name)
    if (known?.service.spec === service.spec) {
      known.service = service
      return known
    }
    const made = new Group(service, this.rules)
    space.groups.set(name, made)
    space.byLabels = new WeakMap()
    return made
  }

  private space(namespace: string, cache: Cache): Space<B> {
    const known = this.spaces.get(namespace)
    if (known !== undefined) return known
    const chosen = cache.list('v1/Service', namespace).filter(choosesPods)
    const groups = new Map(chosen.map((service) => [service.metadata.name, new Group(service, this.rules)]))
    const made = { groups, byLabels: new WeakMap() }
    this.spaces.set(namespace, made)
    return made
  }

  private chosenBy({ groups, byLabels }: Space<B>, { metadata: { labels } }: Pod): readonly Group<B>[] {
    if (labels === undefined) return noGroups
    const known = byLabels.get(labels)
    if (known !== undefined) return known
    // By name: the order in which services were told of is not in the tables.
    const chosen = [...groups.values()].filter((group) => group.selects(labels)).sort(byName)
    byLabels.set(labels, chosen)
    return chosen
  }

  /** Whether something else stands for a pod of the group than before. */
  private move(group: Group<B>, before: Pod | undefined, after: Pod | undefined, cache: Cache): boolean {
    const next = after === undefined ? undefined : group.backend(after, cache)
    if (group.isFilled) return group.set((before ?? after)!.metadata.name, next)
    return !isSame(before === undefined ? undefined : group.backend(before, cache), next, this.rules)
  }
}

const noGroups: readonly never[] = Object.freeze([])

type Named = Pick<Group<never>, 'service'>

function byName({ service: a }: Named, { service: b }: Named): number {
  return a.metadata.name < b.metadata.name ? -1 : 1
}

/** A mere name stands for no pods; a service without a selector has its endpoints from somebody else. */
export function choosesPods({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && Object.keys(spec.selector ?? {}).length > 0
}

/** Which changes of pods can change what stands for them; most are of pods that have no address yet. */
const podsOfInterest: NamedPredicate = Object.freeze({
  name: 'endpoints',
  of: hasAddress,
  holds: (before: KubeObject, after: KubeObject) => isOfInterest(before as Pod, after as Pod),
})

function hasAddress(pod: KubeObject): boolean {
  return !!(pod as Pod).status.podIP
}

/** The namespace of a pod that something may stand for. */
function placeOf(pod: KubeObject): string | undefined {
  return hasAddress(pod) ? pod.metadata.namespace : undefined
}

function isOfInterest(before: Pod, after: Pod): boolean {
  const { podIP } = after.status
  return (
    before.status.podIP !== podIP ||
    (!!podIP &&
      (differs(before.metadata.labels, after.metadata.labels) ||
        before.status.phase !== after.status.phase ||
        before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
        isReady(before) !== isReady(after)))
  )
}
