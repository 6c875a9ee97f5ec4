import { matchesSet } from '../../api/selectors.ts'
import type { Pod, Service } from '../../api/types/core.ts'
import type { Cache } from '../../client/controller.ts'
import { createPortsOf, type Ports } from './ports.ts'

/** What stands for a pod behind a service. */
export interface Backend {
  readonly ip: string
  readonly ports: Ports
}

/** One pod behind a service. */
export interface Member<B extends Backend> {
  /** The pod's. */
  readonly name: string
  readonly backend: B
}

/** What stands for pods behind services. */
export interface BackendRules<B extends Backend> {
  /** undefined for a pod that nothing stands for; a function of the service, the pod, and what else the cache holds. */
  readonly backend: (service: Service, pod: Pod, ports: (pod: Pod) => Ports, cache: Cache) => B | undefined
  readonly same: (a: B, b: B) => boolean
}

/** The pods behind one service, by address and then name; kept up once they have been asked for. */
export class Group<B extends Backend> {
  /** Pods that something else stands for since `settle` was called; all of them when undefined. */
  changed: Set<string> | undefined
  private readonly byName = new Map<string, Member<B>>()
  private sorted: Member<B>[] | undefined
  private readonly ports: (pod: Pod) => Ports

  constructor(
    /** As it is by now; its spec never changes. */
    public service: Service,
    private readonly rules: BackendRules<B>,
  ) {
    this.ports = createPortsOf(service)
  }

  selects(labels: Pod['metadata']['labels']): boolean {
    return matchesSet(this.service.spec.selector, labels)
  }

  backend(pod: Pod, cache: Cache): B | undefined {
    return this.rules.backend(this.service, pod, this.ports, cache)
  }

  get isFilled(): boolean {
    return this.sorted !== undefined
  }

  get members(): readonly Member<B>[] {
    return this.sorted!
  }

  find(name: string): B | undefined {
    return this.byName.get(name)?.backend
  }

  /** Takes in every pod of the namespace. */
  fill(pods: readonly Pod[], cache: Cache): void {
    this.byName.clear()
    this.changed = undefined
    for (const pod of pods) {
      const { name, labels } = pod.metadata
      const backend = this.selects(labels) ? this.backend(pod, cache) : undefined
      if (backend !== undefined) this.byName.set(name, { name, backend })
    }
    this.sorted = [...this.byName.values()].sort(order)
  }

  /** Something else, or nothing, stands for a pod now. Says whether that is so. */
  set(name: string, backend: B | undefined): boolean {
    const known = this.byName.get(name)
    if (isSame(known?.backend, backend, this.rules)) return false
    this.changed?.add(name)
    const sorted = this.sorted!
    if (known !== undefined) {
      this.byName.delete(name)
      sorted.splice(place(sorted, known), 1)
    }
    if (backend === undefined) return true
    const member = { name, backend }
    this.byName.set(name, member)
    sorted.splice(place(sorted, member), 0, member)
    return true
  }

  /** Everything that has changed has been seen to. */
  settle(): void {
    this.changed = new Set()
  }
}

export function isSame<B extends Backend>(a: B | undefined, b: B | undefined, rules: BackendRules<B>): boolean {
  if (a === undefined || b === undefined) return a === b
  return a === b || rules.same(a, b)
}

export function order<B extends Backend>(a: Member<B>, b: Member<B>): number {
  if (a.backend.ip !== b.backend.ip) return a.backend.ip < b.backend.ip ? -1 : 1
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/** Where a member stands, or would. */
function place<B extends Backend>(sorted: readonly Member<B>[], member: Member<B>): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (order(sorted[middle]!, member) < 0) low = middle + 1
    else high = middle
  }
  return low
}
