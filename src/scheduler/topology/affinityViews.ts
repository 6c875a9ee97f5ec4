/** What affinity between pods says of the nodes. Mirrors pkg/scheduler/framework/plugins/interpodaffinity/. */
import type { Pod } from '../../api/types/core.ts'
import { Counter } from './counter.ts'
import type { Ground } from './ground.ts'
import { type Carrier, partyKey, subjectOf } from './party.ts'
import type { Subject, Term, Terms } from './terms.ts'

/** Of one pod. Counters are fresh, one for each topology key. */
export interface AffinityView {
  /** Pods that match all required terms of affinity; every node needs one for each key. */
  readonly affinity: readonly Counter[]
  /** Whether the pod matches its own required terms of affinity. */
  readonly matchesItself: () => boolean
  /** Pods that a required term of anti-affinity keeps away. */
  readonly anti: readonly Counter[]
  /** Pods whose required terms of anti-affinity keep this one away. */
  readonly heldAnti: readonly Counter[]
  /** Points that the preferred terms give; of this pod's, and of those that are placed. */
  readonly points: readonly Counter[]
  readonly heldPoints: readonly Counter[]
}

type Own = Pick<AffinityView, 'affinity' | 'anti' | 'points'> & { readonly terms: Terms | undefined }
type Held = Pick<AffinityView, 'heldAnti' | 'heldPoints'>

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
    const view = this.make(pod, hardWeight)
    this.last = { pod, hardWeight, epoch, view }
    return view
  }

  private make(pod: Pod, hardWeight: number): AffinityView {
    const carrier = this.topology.carrierOf(pod)
    const own = carrier === undefined ? NOTHING : this.ownOf(carrier)
    const subject = subjectOf(pod)
    const { heldAnti, heldPoints } = this.heldOf(subject, hardWeight)
    return {
      affinity: refreshed(own.affinity),
      anti: refreshed(own.anti),
      points: refreshed(own.points),
      heldAnti: refreshed(heldAnti),
      heldPoints: refreshed(heldPoints),
      matchesItself: () => own.terms!.affinity.every((term) => term.matches(subject, this.topology.labelsOf)),
    }
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

function refreshed(counters: readonly Counter[]): readonly Counter[] {
  for (let i = 0; i < counters.length; i++) counters[i]!.fresh()
  return counters
}
