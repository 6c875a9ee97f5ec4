/**
 * What chooses a pod together with its like, for spreading that nobody asked for. Mirrors DefaultSelector in
 * pkg/scheduler/framework/plugins/helper/spread.go.
 */
import { controllerOf } from '../../api/controllerRef.ts'
import type { KubeObject } from '../../api/meta.ts'
import { type Labels, matchesSet, requirementsOf, type Selector, selectorOf } from '../../api/selectors.ts'
import type { Pod, Service } from '../../api/types/core.ts'
import type { LabelSelector } from '../../api/types/meta.ts'
import type { NamedPredicate } from '../../client/controller.ts'
import { differs } from '../../registries/equal.ts'
import type { Others } from './ground.ts'
import { partyKey } from './party.ts'

/** The kinds that choose pods: of these schedulers hear when what they choose changes. */
export const selectingKinds: readonly string[] = Object.freeze([
  'v1/Service',
  'v1/ReplicationController',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
])

export const selecting: NamedPredicate = Object.freeze({
  name: 'selecting',
  holds: (before: KubeObject, after: KubeObject) => differs(selectorIn(before), selectorIn(after)),
})

const MOST_REMEMBERED = 4096

export class Selectors {
  private readonly known = new Map<string, Selector>()
  private readonly services = new Map<string, readonly Labels[]>()

  constructor(private readonly around: Others) {}

  /** Empty: nothing is known to choose the pod. */
  of(pod: Pod): Selector {
    const { namespace = '', labels } = pod.metadata
    const services = this.servicesIn(namespace)
    const owner = controllerOf(pod)
    if (owner === undefined && services.length === 0) return EVERYTHING
    const key = `${partyKey(namespace, labels)}\n\n${owner?.uid ?? ''}`
    let selector = this.known.get(key)
    if (selector !== undefined) return selector
    if (this.known.size >= MOST_REMEMBERED) this.known.clear()
    const set = Object.assign({}, ...services.filter((asked) => matchesSet(asked, labels))) as Labels
    selector = owner === undefined ? requirementsOf(set) : this.withOwner(namespace, set, owner)
    this.known.set(key, selector)
    return selector
  }

  kindChanged(kind: string): void {
    if (!selectingKinds.includes(kind)) return
    this.known.clear()
    this.services.clear()
  }

  private servicesIn(namespace: string): readonly Labels[] {
    let services = this.services.get(namespace)
    if (services === undefined) {
      services = this.around
        .list('v1/Service', namespace)
        .map((service) => (service as Service).spec.selector ?? NO_LABELS)
      this.services.set(namespace, services)
    }
    return services
  }

  private withOwner(
    namespace: string,
    set: Labels,
    owner: { readonly apiVersion: string; readonly kind: string; readonly name: string },
  ): Selector {
    const kind = `${owner.apiVersion}/${owner.kind}`
    if (kind === 'v1/Service' || !selectingKinds.includes(kind)) return requirementsOf(set)
    const found = this.around.find(kind, namespace, owner.name)
    const selector = found === undefined ? undefined : selectorIn(found)
    if (selector === undefined) return requirementsOf(set)
    if (kind === 'v1/ReplicationController') return requirementsOf({ ...set, ...(selector as Labels) })
    return [...requirementsOf(set), ...selectorOf(selector as LabelSelector)]
  }
}

const NO_LABELS: Labels = Object.freeze({})

const EVERYTHING: Selector = Object.freeze([])

function selectorIn(object: KubeObject): LabelSelector | Labels | undefined {
  return (object as { readonly spec?: { readonly selector?: LabelSelector | Labels } }).spec?.selector
}
