import type { KubeObject } from '../api/meta.ts'
import type { Lease } from '../api/types/coordination.ts'
import type { Node, Pod } from '../api/types/core.ts'
import type { JournalLog } from '../kernel/journal.ts'
import type { Records } from '../registries/records.ts'
import type { Change } from '../store/types.ts'
import { Cause, type Causes, causesOf } from './cause.ts'
import type { CommittedChange } from './committedChange.ts'
import { deedOf, isDeed } from './deeds.ts'
import { readinessOf } from './happenings.ts'
import { entryOf, faultThen, type FaultThen, type JournalledFault, silencingFault, wakingFault } from './journalled.ts'
import { seenChange } from './looks.ts'
import { reasonOf, type Suited } from './reasons.ts'

/** The actor of all of them. */
const kubelet = 'kubelet'
const zoneLabel = 'topology.kubernetes.io/zone'

/** What was recorded, and how it is read and said. */
export interface Recorded {
  readonly records: Records
  readonly journal: JournalLog
  /** Virtual milliseconds since the Unix epoch at which the cluster began. */
  readonly epoch: number
  readonly present: (change: Change) => CommittedChange
  /** Of a pod that a scheduler bound at a revision; undefined where that is not known. */
  readonly suited: (pod: Pod, revision: number) => Suited | undefined
  /** `the power of node-1 fails` */
  readonly faultText: (fault: JournalledFault) => string
}

/** The change of a key that `why` is about: the last up to a revision that did more than renew something. */
export function askedChange(
  { records, present }: Recorded,
  directory: number,
  name: string,
  revision: number,
): Change | undefined {
  let last: Change | undefined
  for (const change of records.store.changesOf(directory, name, revision)) {
    last ??= change
    if (isDeed(present(change))) return change
  }
  return last
}

/** What led to a change, from what began it to the change itself. */
export function causesOfChange(recorded: Recorded, change: Change): Causes {
  const links: Cause[] = []
  let next: Shown | undefined = { change, shown: recorded.present(change) }
  while (next !== undefined) {
    const origin = originOf(recorded, next)
    links.push(linkOf(recorded, next.shown, origin))
    if (origin.root !== undefined) links.push(origin.root)
    next = origin.by
  }
  return causesOf(links.reverse(), recorded.epoch)
}

/** A change as the store keeps it, and as it is handed out. */
interface Shown {
  readonly change: Change
  readonly shown: CommittedChange
}

/** What a change came from: a change before it, or something else, with which the chain begins. */
interface Origin {
  readonly by?: Shown
  readonly root?: Cause
  /** Whether the change is itself what was asked for from outside. */
  readonly isCall?: boolean
  readonly because?: string
}

function originOf(recorded: Recorded, { change, shown }: Shown): Origin {
  const { journal, epoch } = recorded
  const { cause, actor } = change
  if (hasFallenSilent(shown)) return silenceOf(recorded, shown)
  const seen = seenChange(recorded.records, shown, cause)
  if (seen !== undefined) return { by: { change: seen, shown: recorded.present(seen) } }
  if (cause > 0) return changeBefore(recorded, cause, shown)
  if (cause === 0 && hasSpokenAgain(shown)) return { root: wakingOf(recorded, shown) }
  if (cause === 0) return { root: beginningOf(recorded) }
  const entry = entryOf(journal, cause)
  if ('fault' in entry) return { root: faultLink(recorded, faultThen(journal, cause, entry.fault, shown.at, epoch)) }
  return { isCall: 'request' in entry && entry.request.user === actor }
}

function changeBefore({ records, present }: Recorded, cause: number, { at }: CommittedChange): Origin {
  const { store } = records
  if (cause > store.compacted) {
    const change = store.changeAt(cause)
    return { by: { change, shown: present(change) } }
  }
  const what = `what led to this is no longer kept: revision ${cause}; the history begins after revision ${store.compacted}`
  return { root: new Cause({ kind: 'forgotten', at, actor: '', what }) }
}

/** Whether a node was given up because it said nothing more. */
function hasFallenSilent({ object, previous, actor }: CommittedChange): boolean {
  if (object.kind !== 'Node' || previous === undefined || actor === kubelet) return false
  return readinessOf(object as Node) === 'Unknown' && readinessOf(previous as Node) !== 'Unknown'
}

/** What did not happen has no cause of its own: a node falls silent because of the first fault about it since it was heard. */
function silenceOf(recorded: Recorded, { object, at, revision }: CommittedChange): Origin {
  const { journal, epoch } = recorded
  const { name } = object.metadata
  const heard = lastHeard(recorded, name, revision)
  const fault = silencingFault(journal, namesOf(object), { from: heard ?? epoch, upTo: at, epoch })
  const since = heard === undefined ? '' : ` after +${((heard - epoch) / 1000).toFixed(1)}s`
  return {
    because: `nothing was heard of its kubelet${since}`,
    ...(fault === undefined ? {} : { root: faultLink(recorded, fault) }),
  }
}

/** The names under which faults may be about a node. */
function namesOf({ metadata: { name, labels } }: KubeObject): readonly string[] {
  const zone = labels?.[zoneLabel]
  return zone === undefined ? [name] : [name, zone]
}

/** Whether a node is heard again that was given up: its kubelet's heartbeats have their own timer for a cause. */
function hasSpokenAgain({ object, previous, actor }: CommittedChange): boolean {
  if (object.kind !== 'Node' || previous === undefined || actor !== kubelet) return false
  return readinessOf(object as Node) !== 'Unknown' && readinessOf(previous as Node) === 'Unknown'
}

function wakingOf(recorded: Recorded, { object, at }: CommittedChange): Cause {
  const { journal, epoch } = recorded
  const fault = wakingFault(journal, namesOf(object), { from: epoch, upTo: at, epoch })
  return fault === undefined ? beginningOf(recorded) : faultLink(recorded, fault)
}

function beginningOf({ epoch }: Recorded): Cause {
  return new Cause({ kind: 'beginning', at: epoch, actor: '', what: 'the cluster began' })
}

/** When a node's kubelet last wrote a lease of a later time than all before: who watches for renewals hears of no other. */
function lastHeard({ records, present }: Recorded, node: string, upTo: number): number | undefined {
  const directory = records.findDirectory(records.resource('leases.coordination.k8s.io'), 'kube-node-lease')
  if (directory === undefined) return undefined
  let heard: { readonly at: number; readonly renewTime: string } | undefined
  // Newest first.
  for (const change of records.store.changesOf(directory, node, upTo)) {
    if (change.actor !== kubelet) continue
    const { renewTime = '' } = (present(change).object as Lease).spec
    if (heard === undefined || renewTime >= heard.renewTime) heard = { at: change.at, renewTime }
  }
  return heard?.at
}

function faultLink({ faultText }: Recorded, { fault, at, isOver }: FaultThen): Cause {
  const what = faultText(fault)
  return new Cause({ kind: 'fault', at, actor: 'fault', what: isOver ? `it is over: ${what}` : what })
}

function linkOf({ suited }: Recorded, shown: CommittedChange, { by, isCall, because }: Origin): Cause {
  const { object, at, revision } = shown
  const { apiVersion, kind, metadata } = object
  return new Cause({
    kind: isCall === true ? 'call' : 'change',
    at,
    actor: actorOf(shown),
    revision,
    ref: Object.freeze({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name }),
    what: deedOf(shown),
    because: because ?? reasonOf({ change: shown, by: by?.shown, suited }),
  })
}

/** Which of the kubelets it was, too. */
function actorOf({ actor, object }: CommittedChange): string {
  if (actor !== kubelet) return actor
  const { kind, metadata } = object
  if (kind === 'Pod') return `${actor} ${(object as Pod).spec.nodeName ?? ''}`.trimEnd()
  return kind === 'Node' || kind === 'Lease' ? `${actor} ${metadata.name}` : actor
}
