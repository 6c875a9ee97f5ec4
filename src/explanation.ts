import { hasEnded } from './api/podPhase.ts'
import { badRequest } from './api/errors.ts'
import type { KubeObject } from './api/meta.ts'
import { said } from './api/said.ts'
import { rfc3339 } from './api/time.ts'
import type { Node, Pod } from './api/types/core.ts'
import type { Parts } from './assemble.ts'
import type { Namespaced } from './client/reader.ts'
import { namesOf, placingText } from './explanationText.ts'
import type { Placing } from './scheduler/placing.ts'
import { failsDecision } from './scheduler/rank.ts'
import type { QueueState } from './scheduler/queuedPod.ts'
import type { Resource } from './registries/records.ts'
import type { Around, Scheduler } from './scheduler/scheduler.ts'

/**
 * How a pod stands with the schedulers: `waiting` for one of them; `bound` to a node; `gated` by its scheduling gates, or
 * by a plugin; `unattended`: it names a scheduler that this cluster has not; `deleting` or `ended` without ever having been bound.
 */
export type PodStanding = 'waiting' | 'bound' | 'gated' | 'unattended' | 'deleting' | 'ended'

/** Who put a pod on its node, and when. */
export interface Bound {
  /** The scheduler's name, or who else did it: `kubernetes-admin` is the user. */
  readonly by: string
  /** Virtual milliseconds since the Unix epoch. */
  readonly at: number
  /** The same as RFC 3339, whole seconds. */
  readonly time: string
  readonly revision: number
}

/** How a pod waits for its scheduler. */
export interface Waiting {
  /**
   * `active`: its decision is due; `backoff`: not before `until`, since nothing changed that may help;
   * `unschedulable`: when something changes that may help, or after five minutes; `held`: it has its node, and `for` has it wait until `until`; `unheard`: the scheduler has not been
   * told of it yet, or does not run.
   */
  readonly state: QueueState | 'held' | 'unheard'
  /** How many decisions about it failed. */
  readonly attempts: number
  /** When its back-off is over, or the wait of one that is held, in virtual milliseconds since the Unix epoch; 0 without either. */
  readonly until: number
  /** Of one that is held: the plugins that have not allowed it yet, or that prepare its binding. */
  readonly for?: readonly string[]
}

interface Facts {
  readonly pod: string
  readonly standing: PodStanding
  readonly summary: string
  readonly node?: string | undefined
  readonly scheduler?: string | undefined
  readonly bound?: Bound | undefined
  readonly waiting?: Waiting | undefined
  readonly placing?: Placing | undefined
}

/** Why a pod is where it is, or where it would be put. Plain data; `String()` prints it for a person. */
export class Explanation {
  /** `default/web-1` */
  readonly pod: string
  readonly standing: PodStanding
  /** One sentence. */
  readonly summary: string
  /**
   * Of a bound pod its node; of one that waits, the node on which it would be put now: undefined when none suits, or
   * when a lot would decide (then `placing.best` has more than one).
   */
  readonly node: string | undefined
  /** The scheduler that the pod waits for or that bound it; undefined when none did. */
  readonly scheduler: string | undefined
  /** Of a bound pod; undefined when the change is no longer kept. */
  readonly bound: Bound | undefined
  /** Of a pod that waits. */
  readonly waiting: Waiting | undefined
  /**
   * The search: of a pod that waits, as it would be with all that the API has now; of one that a scheduler bound, over
   * every node as the API had them just before (the scheduler may have heard of the last changes a moment later).
   */
  readonly placing: Placing | undefined

  constructor({ pod, standing, summary, node, scheduler, bound, waiting, placing }: Facts) {
    this.pod = pod
    this.standing = standing
    this.summary = summary
    this.node = node
    this.scheduler = scheduler
    this.bound = bound
    this.waiting = waiting
    this.placing = placing
    Object.freeze(this)
  }

  toString(): string {
    const { summary, placing } = this
    return placing === undefined ? summary : `${summary}\n${placingText(placing)}`
  }
}

/** The name and the namespace that are asked about. Throws BadRequest. */
export function podAsked(pod: unknown, options: Namespaced): Namespaced & { readonly name: string } {
  if (typeof pod === 'string') return { ...options, name: pod.replace(/^(?:pods?|po)\//u, '') }
  const { name, namespace } = (pod as Partial<KubeObject> | null | undefined)?.metadata ?? {}
  if (typeof name !== 'string') throw badRequest(`expected a pod or its name, such as "web-1", got ${said(pod)}`)
  return { ...(namespace === undefined ? {} : { namespace }), ...options, name }
}

/** What is known of a pod's place. Reads, and changes nothing. Throws NotFound. */
export function explainPod(parts: Parts, pod: Pod): Explanation {
  const { metadata, spec, status } = pod
  const { namespace = '', name } = metadata
  const facts = { pod: `${namespace}/${name}` }
  const schedulerName = spec.schedulerName ?? 'default-scheduler'
  const serving = parts.schedulers.filter((one) => one.serves(schedulerName))
  // Of several replicas, the one that leads.
  const scheduler = serving.find(isRunning) ?? serving[0]
  if (spec.nodeName) return explainBound(parts, pod, facts.pod)
  const without = (standing: PodStanding, why: string): Explanation =>
    new Explanation({ ...facts, standing, summary: `pod ${facts.pod} is on no node: ${why}` })
  if (metadata.deletionTimestamp !== undefined) return without('deleting', 'it is being deleted')
  if (hasEnded(pod)) return without('ended', `it has ended (${status.phase})`)
  const gates = spec.schedulingGates ?? []
  if (gates.length > 0)
    return without('gated', `its scheduling gates hold it: ${gates.map((gate) => gate.name).join(', ')}`)
  if (scheduler === undefined) return without('unattended', `there is no scheduler named ${schedulerName}`)
  if (scheduler.waiting(metadata.uid)?.state === 'gated') {
    const kept = attempted(
      () => scheduler.keptOut(pod),
      (thrown) => thrown,
    )
    if (kept !== undefined) return without('gated', kept)
  }
  return explainWaiting(parts, scheduler, pod, facts.pod)
}

function explainWaiting(parts: Parts, scheduler: Scheduler, pod: Pod, name: string): Explanation {
  const { nodes, pods, rest } = around(parts, parts.store.revision)
  const waiting = waitingOf(scheduler, pod)
  const facts = { pod: name, standing: 'waiting', scheduler: scheduler.name, waiting } as const
  const about = `pod ${name} waits for ${scheduler.name}`
  return attempted(
    () => {
      const placing = scheduler.explain(pod, nodes, pods, rest)
      const { best } = placing
      const lot = best.length > 1 && scheduler.drawsLots(pod)
      const node = scheduler.held(pod.metadata.uid)?.node ?? (lot ? undefined : best[0])
      const would =
        best.length === 0
          ? 'no node suits it'
          : node === undefined
            ? `a lot would decide between ${namesOf(best)}`
            : `it would be put on ${node}`
      const stands = waiting.state === 'held' ? `it has its place on ${node}` : would
      const summary = `${about}: ${stands}${queueText(waiting, scheduler)}`
      return new Explanation({ ...facts, summary, node, placing })
    },
    (thrown) => new Explanation({ ...facts, summary: `${about}: ${thrown}${queueText(waiting, scheduler)}` }),
  )
}

/** What plugins throw is part of the explanation. */
function attempted<T>(act: () => T, otherwise: (message: string) => T): T {
  try {
    return act()
  } catch (error) {
    if (!failsDecision(error)) throw error
    return otherwise(error.message)
  }
}

function isRunning(scheduler: Scheduler): boolean {
  return scheduler.state().state === 'running'
}

function waitingOf(scheduler: Scheduler, { metadata: { uid } }: Pod): Waiting {
  const queued = scheduler.waiting(uid)
  if (queued !== undefined) {
    const { state, failures } = queued
    return { state, attempts: failures.count, until: failures.until }
  }
  const held = scheduler.held(uid)
  if (held === undefined) return { state: 'unheard', attempts: 0, until: 0 }
  const until = Math.min(...Object.values(held.until))
  return { state: 'held', attempts: held.queued.failures.count, until, for: Object.keys(held.until) }
}

function queueText(waiting: Waiting, scheduler: Scheduler): string {
  const { state, attempts, until } = waiting
  const tried = attempts === 0 ? '' : `, ${attempts === 1 ? 'one decision' : `${attempts} decisions`} failed`
  if (state === 'held') return `; ${namesOf(waiting.for!)} may hold it until ${rfc3339(until)}${tried}`
  if (state === 'backoff') return `${tried}, the next is not before ${rfc3339(until)}`
  if (state !== 'unheard') return tried
  return isRunning(scheduler) ? '; the scheduler has not heard of it yet' : '; the scheduler does not run'
}

function explainBound(parts: Parts, pod: Pod, name: string): Explanation {
  const node = pod.spec.nodeName!
  const change = bindingOf(parts, pod)
  if (change === undefined) {
    const summary = `pod ${name} is on ${node}; who put it there is no longer kept`
    return new Explanation({ pod: name, standing: 'bound', summary, node })
  }
  const { actor: by, at, revision } = change
  const bound: Bound = { by, at, time: rfc3339(at), revision }
  const scheduler = parts.schedulers.find((one) => one.name === by)
  const placing = scheduler === undefined ? undefined : pastPlacing(parts, scheduler, pod, revision - 1)
  const summary = `pod ${name} is on ${node}: ${by} put it there at ${bound.time}`
  return new Explanation({ pod: name, standing: 'bound', summary, node, scheduler: scheduler?.name, bound, placing })
}

/** The change that gave a pod its node: its creation, if it had one from the beginning. */
function bindingOf({ records, store }: Parts, { metadata }: Pod): Change | undefined {
  const directory = records.findDirectory(records.resource('pods'), metadata.namespace ?? '')
  if (directory === undefined) return undefined
  const nodeOf = (value: unknown): string => (value as Pod | undefined)?.spec.nodeName ?? ''
  const life = store.lifeOf(directory, metadata.name)
  return life.find(({ value, previous }) => nodeOf(value) !== '' && nodeOf(previous) === '')
}

type Change = ReturnType<Parts['store']['lifeOf']>[number]

function pastPlacing(parts: Parts, scheduler: Scheduler, pod: Pod, revision: number): Placing | undefined {
  if (revision < parts.store.compacted) return undefined
  const { nodes, pods, rest } = around(parts, revision)
  return attempted(
    () => scheduler.explainPast(pod, nodes, pods, rest),
    () => undefined,
  )
}

/** How many nodes suited a pod that a scheduler bound at a revision; undefined where a user did, or that is not kept. */
export function suitedThen(parts: Parts, pod: Pod, revision: number): { suited: number; total: number } | undefined {
  const { actor } = parts.store.changeAt(revision)
  const scheduler = parts.schedulers.find(({ name }) => name === actor)
  if (scheduler === undefined) return undefined
  const placing = pastPlacing(parts, scheduler, pod, revision - 1)
  return placing === undefined ? undefined : { suited: placing.feasible, total: placing.total }
}

/** Every node and every pod at a revision, and what else there was. */
function around(
  { server, store, records, kernel }: Parts,
  revision: number,
): { nodes: readonly Node[]; pods: readonly Pod[]; rest: Around } {
  const view = store.at(revision)
  const every = (resource: Resource, namespace: string | undefined): readonly KubeObject[] =>
    server.list(resource, { namespace }, view).items as readonly KubeObject[]
  // When what came next was done: of the oldest state that is kept, it is not kept since when it stood.
  const now = revision === store.revision ? kernel.now : store.changeAt(revision + 1).at
  return {
    nodes: every(server.resource('nodes'), '') as Node[],
    pods: every(server.resource('pods'), undefined) as Pod[],
    rest: {
      now,
      list: (kind, namespace) => {
        const resource = records.findKind(kind)
        return resource === undefined ? [] : every(resource, namespace)
      },
    },
  }
}
