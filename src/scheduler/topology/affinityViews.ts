/** What affinity between pods says of the nodes. Mirrors pkg/scheduler/framework/plugins/interpodaffinity/. */
import type { Pod } from '../../api/types/core.ts'
import { RowLog } from '../rowLog.ts'
import { Counter } from './counter.ts'
import type { Ground } from './ground.ts'
import { type Carrier, partyKey, subjectOf } from './party.ts'
import type { NamespaceLabels, Subject, Term, Terms } from './terms.ts'

/** Of all pods that ask and are asked the same. Counters are fresh, one for each topology key. */
export interface AffinityView {
  /** Pods that match all required terms of affinity; every node needs one for each key. */
  readonly affinity: readonly Counter[]
  /** Whether a pod is the first of a series that is to stay together: it may go anywhere. */
  readonly isFirst: (pod: Pod) => boolean
  /** Pods that a required term of anti-affinity keeps away. */
  readonly anti: readonly Counter[]
  /** Pods whose required terms of anti-affinity keep this one away. */
  readonly heldAnti: readonly Counter[]
  /** Points that the preferred terms give; of this pod's, and of those that are placed. */
  readonly points: readonly Counter[]
  readonly heldPoints: readonly Counter[]
  /** The rows of which the required terms say something else than before. */
  readonly changes: () => RowLog
}

type Own = Pick<AffinityView, 'affinity' | 'anti' | 'points'> & { readonly terms: Terms | undefined }
type Held = Pick<AffinityView, 'heldAnti' | 'heldPoints'> & {
  /** Of the pods that are kept away so, by what they ask for themselves. */
  readonly views: Map<Own, View>
}

const NOBODY: readonly Counter[] = Object.freeze([])
const NOTHING: Own = Object.freeze({ affinity: NOBODY, anti: NOBODY, points: NOBODY, terms: undefined })

/** So many kinds of pods are remembered with what they share. */
const MOST_SUBJECTS = 4096

export class AffinityViews {
  private readonly owns = new Map<Carrier, Own>()
  private readonly held = new Map<string, Held>()
  /** By kind of pod, for as long as the same affinities are carried. */
  private bySubject = new Map<string, Held>()
  private carriage = -1
  private last:
    { readonly pod: Pod; readonly hardWeight: number; readonly epoch: number; readonly view: AffinityView } | undefined

  constructor(private readonly topology: Ground) {}

  of(pod: Pod, hardWeight: number): AffinityView {
    const { last, topology } = this
    const { epoch, carriage } = topology
    const isSame =
      last?.pod === pod && last.hardWeight === hardWeight && last.epoch === epoch && this.carriage === carriage
    if (isSame) return last.view
    const view = this.find(pod, hardWeight)
    view.refresh()
    this.last = { pod, hardWeight, epoch, view }
    return view
  }

  private find(pod: Pod, hardWeight: number): View {
    const carrier = this.topology.carrierOf(pod)
    const own = carrier === undefined ? NOTHING : this.ownOf(carrier)
    const held = this.heldOf(subjectOf(pod), hardWeight)
    let view = held.views.get(own)
    if (view === undefined) held.views.set(own, (view = new View(own, held, this.topology.labelsOf)))
    return view
  }

  private ownOf(carrier: Carrier): Own {
    let own = this.owns.get(carrier)
    if (own === undefined) this.owns.set(carrier, (own = this.makeOwn(carrier.terms)))
    return own
  }

  private makeOwn(terms: Terms): Own {
    const { affinity, anti, preferred } = terms
    const { labelsOf } = this.topology
    const every = (subject: Subject): number => (affinity.every((term) => term.matches(subject, labelsOf)) ? 1 : 0)
    return {
      terms,
      affinity: keysOf(affinity).map((key) => this.counter(key, every)),
      anti: keysOf(anti).map((key) => this.counter(key, (subject) => this.sum(anti, key, subject))),
      points: keysOf(preferred).map((key) => this.counter(key, (subject) => this.sum(preferred, key, subject))),
    }
  }

  private counter(key: string, weigh: (subject: Subject) => number): Counter {
    const { topology } = this
    return topology.follow(new Counter(topology, topology.column(key)), weigh, { countsEnding: true })
  }

  /** What the terms with a key that match a pod weigh together. */
  private sum(terms: readonly Term[], key: string, subject: Subject): number {
    let sum = 0
    for (const term of terms)
      if (term.topologyKey === key && term.matches(subject, this.topology.labelsOf)) sum += term.weight
    return sum
  }

  private heldOf(subject: Subject, hardWeight: number): Held {
    const { topology, bySubject } = this
    if (this.carriage !== topology.carriage || bySubject.size >= MOST_SUBJECTS) {
      bySubject.clear()
      this.carriage = topology.carriage
    }
    const key = `${hardWeight} ${partyKey(subject.namespace, subject.labels)}`
    let held = bySubject.get(key)
    if (held === undefined) bySubject.set(key, (held = this.findHeld(subject, hardWeight)))
    return held
  }

  /** Pods that the same terms match share their counters. */
  private findHeld(subject: Subject, hardWeight: number): Held {
    let signature = `${hardWeight}`
    const matched: Matched[] = []
    for (const carrier of this.topology.carried()) {
      const { affinity, anti, preferred } = carrier.terms
      const own = {
        carrier,
        anti: this.matching(anti, subject),
        // Mirrors processExistingPod in scoring.go: a required affinity scores as a preferred one.
        hard: hardWeight === 0 ? [] : this.matching(affinity, subject),
        preferred: this.matching(preferred, subject),
      }
      if (own.anti.length + own.hard.length + own.preferred.length === 0) continue
      signature += `;${carrier.number}:${places(anti, own.anti)}:${places(affinity, own.hard)}:${places(preferred, own.preferred)}`
      matched.push(own)
    }
    let held = this.held.get(signature)
    if (held === undefined) this.held.set(signature, (held = this.makeHeld(matched, hardWeight)))
    return held
  }

  private matching(terms: readonly Term[], subject: Subject): readonly Term[] {
    return terms.filter((term) => term.matches(subject, this.topology.labelsOf))
  }

  private makeHeld(matched: readonly Matched[], hardWeight: number): Held {
    const scored = matched.map(({ carrier, hard, preferred }) => ({
      carrier,
      terms: [...hard.map(({ topologyKey }) => ({ topologyKey, weight: hardWeight })), ...preferred],
    }))
    return {
      heldAnti: this.carriedBy(matched.map(({ carrier, anti }) => ({ carrier, terms: anti }))),
      heldPoints: this.carriedBy(scored),
      views: new Map(),
    }
  }

  private carriedBy(matched: readonly { readonly carrier: Carrier; readonly terms: readonly Weight[] }[]) {
    const { topology } = this
    return keysOf(matched.flatMap(({ terms }) => terms)).map((key) => {
      const counter = topology.admit(new Counter(topology, topology.column(key)))
      for (const { carrier, terms } of matched) {
        let sum = 0
        for (const { topologyKey, weight } of terms) if (topologyKey === key) sum += weight
        if (sum !== 0) counter.attach(carrier.placed, sum)
      }
      return counter
    })
  }
}

class View implements AffinityView {
  readonly affinity: readonly Counter[]
  readonly anti: readonly Counter[]
  readonly heldAnti: readonly Counter[]
  readonly points: readonly Counter[]
  readonly heldPoints: readonly Counter[]
  private log: RowLog | undefined
  private wasFirst = false

  constructor(
    private readonly own: Own,
    { heldAnti, heldPoints }: Held,
    private readonly labelsOf: NamespaceLabels,
  ) {
    const { affinity, anti, points } = own
    this.affinity = affinity
    this.anti = anti
    this.points = points
    this.heldAnti = heldAnti
    this.heldPoints = heldPoints
  }

  isFirst(pod: Pod): boolean {
    const { affinity } = this
    const isFirst = affinity.length > 0 && affinity.every(({ total }) => total === 0) && this.matchesItself(pod)
    if (isFirst !== this.wasFirst) this.log?.addAll()
    return (this.wasFirst = isFirst)
  }

  changes(): RowLog {
    if (this.log !== undefined) return this.log
    const log = new RowLog()
    for (const counters of [this.affinity, this.anti, this.heldAnti])
      for (const counter of counters) counter.watch({ log, above: 0 })
    return (this.log = log)
  }

  private matchesItself(pod: Pod): boolean {
    const subject = subjectOf(pod)
    return this.own.terms!.affinity.every((term) => term.matches(subject, this.labelsOf))
  }

  refresh(): void {
    refresh(this.affinity)
    refresh(this.anti)
    refresh(this.points)
    refresh(this.heldAnti)
    refresh(this.heldPoints)
  }
}

type Weight = Pick<Term, 'topologyKey' | 'weight'>

/** The terms of pods that are placed which match a pod. */
interface Matched {
  readonly carrier: Carrier
  readonly anti: readonly Term[]
  readonly hard: readonly Term[]
  readonly preferred: readonly Term[]
}

function places(terms: readonly Term[], some: readonly Term[]): string {
  return some.map((term) => terms.indexOf(term)).join(',')
}

function keysOf(terms: readonly Weight[]): readonly string[] {
  return [...new Set(terms.map(({ topologyKey }) => topologyKey))]
}

function refresh(counters: readonly Counter[]): void {
  for (let i = 0; i < counters.length; i++) counters[i]!.fresh()
}
