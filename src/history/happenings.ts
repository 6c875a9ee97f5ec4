import { controllerUid } from '../api/controllerRef.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Deployment, ReplicaSet, StatefulSet } from '../api/types/apps.ts'
import type { Endpoints, KubeEvent, Node, Pod, ReplicationController } from '../api/types/core.ts'
import { podReady, podReason } from '../registries/columns/pods.ts'
import { equalInMeaning } from '../registries/equal.ts'
import type { CommittedChange } from './committedChange.ts'

/** What a person wants to know of a change. */
export interface Happening {
  readonly component: string
  /** `pod/web-1`; outside the namespace default, `pod/shop/web-1`. */
  readonly object: string
  readonly what: string
  /** What many of these have in common, such as the reason of an Event. */
  readonly sort: string
  /** Of several about one object in one moment, the last says it all. */
  readonly replaces?: boolean
  /** How many of a sort are told each in a line of its own before they share one. */
  readonly few: number
}

const fewEvents = 2
/** What a controller reports says something else for each object. */
const fewReports = 10

/** The user's own writes; those of components are told by their Kubernetes Events. */
const outside = 'kubernetes-admin'

/** They put into every namespace what every namespace has. */
const furnishers: readonly string[] = ['serviceaccount-controller', 'root-ca-certificate-publisher-controller']

/** undefined for what is noise: heartbeats, and steps on the way to what matters. */
export function describe(change: CommittedChange): Happening | undefined {
  const { object, type, actor } = change
  // Slices say again what the Endpoints say.
  if (object.kind === 'Lease' || object.kind === 'EndpointSlice') return undefined
  if (object.kind === 'Event') return ofEvent(change)
  const what = whatOf(change)
  if (what === undefined) return undefined
  const node = actor === 'kubelet' && object.kind === 'Pod' ? (object as Pod).spec.nodeName : undefined
  const component = node === undefined ? actor : `${actor} ${node}`
  const replaces = type === 'MODIFIED' || object.kind === 'Endpoints'
  return {
    component,
    object: nameOf(object.kind, object.metadata),
    what,
    sort: `${object.kind} ${sortOf(change, what)}`,
    replaces,
    few: replaces && object.kind !== 'Pod' ? fewReports : fewEvents,
  }
}

/** Of pods each state is a sort of its own. */
function sortOf({ object, type }: CommittedChange, what: string): string {
  return object.kind === 'Pod' ? what : type
}

export function nameOf(
  kind: string,
  { namespace = 'default', name = '' }: { namespace?: string; name?: string },
): string {
  return `${kind.toLowerCase()}/${namespace === 'default' ? '' : `${namespace}/`}${name}`
}

function ofEvent({ type, object, previous }: CommittedChange): Happening | undefined {
  const { involvedObject, reason = '', message = '', count = 1, type: severity, source } = object as KubeEvent
  if (type === 'DELETED' || (previous !== undefined && ((previous as KubeEvent).count ?? 1) >= count)) return undefined
  // That a controller knows of a node by now.
  if (reason === 'RegisteredNode') return undefined
  const { component = '', host } = source ?? {}
  const text = `${severity === 'Warning' ? 'Warning ' : ''}${reason}: ${message.trim()}${count > 1 ? ` (x${count})` : ''}`
  const about = { ...(involvedObject as { namespace?: string; name?: string }) }
  return {
    component: host === undefined ? component : `${component} ${host}`,
    object: nameOf(involvedObject.kind ?? '', about),
    what: text,
    sort: reason,
    few: fewEvents,
  }
}

function whatOf(change: CommittedChange): string | undefined {
  const { type, object, previous, actor } = change
  if (type === 'DELETED') return 'deleted'
  const isMarked = object.metadata.deletionTimestamp !== undefined && previous?.metadata.deletionTimestamp === undefined
  if (isMarked && object.kind !== 'Pod') return 'deletion asked for'
  switch (object.kind) {
    case 'Pod':
      return ofPod(object as Pod, previous as Pod | undefined, actor)
    case 'Endpoints':
      return ofEndpoints(object as Endpoints, previous as Endpoints | undefined)
    case 'ReplicationController':
      return ofController(object as ReplicationController, previous as ReplicationController | undefined)
    case 'ReplicaSet':
      // Of a Deployment's replica sets its Events tell.
      return controllerUid(object) === undefined
        ? ofController(object as ReplicaSet, previous as ReplicaSet | undefined)
        : undefined
    case 'Deployment':
      return ofDeployment(object as Deployment, previous as Deployment | undefined)
    case 'StatefulSet':
      return ofController(object as StatefulSet, previous as StatefulSet | undefined)
    case 'Node':
    case 'Minion':
      return ofNode(object as Node, previous as Node | undefined)
    default:
      return ofOther(object, previous, actor)
  }
}

function ofOther(_object: KubeObject, previous: KubeObject | undefined, actor: string): string | undefined {
  if (furnishers.includes(actor)) return undefined
  if (previous === undefined) return 'created'
  return actor === outside ? 'changed' : undefined
}

function ofPod(pod: Pod, previous: Pod | undefined, actor: string): string | undefined {
  if (previous === undefined) return actor === outside ? 'created' : undefined
  if (actor === outside && pod.spec.nodeName !== previous.spec.nodeName)
    return `assigned to ${pod.spec.nodeName ?? 'no node'}`
  // Of what is on its way out, only that it is gone.
  if (previous.metadata.deletionTimestamp !== undefined) return undefined
  const [before, after] = [stateOf(previous), stateOf(pod)]
  if (before === after) return actor === outside && pod.spec !== previous.spec ? 'changed' : undefined
  // The kubelet's Events tell of these.
  return /^(?:Pending|ContainerCreating|PodInitializing|Init:0)/u.test(after) ? undefined : after
}

/** Such as `Running, 1/1 ready`. */
export function stateOf(pod: Pod): string {
  const reason = podReason(pod)
  const { phase, reason: ended } = pod.status
  // Why a kubelet ended the pod says more than how its containers exited.
  if (phase === 'Failed' && ended !== undefined && ended !== reason && reason !== 'Terminating') return ended
  return reason === 'Terminating' || reason === 'Completed' ? reason : `${reason}, ${podReady(pod)} ready`
}

function ofEndpoints(endpoints: Endpoints, previous: Endpoints | undefined): string | undefined {
  const text = addressesOf(endpoints)
  return previous !== undefined && addressesOf(previous) === text ? undefined : text
}

function addressesOf({ subsets = [] }: Endpoints): string {
  const ready = subsets.flatMap(({ addresses = [], ports = [] }) =>
    addresses.map(({ ip }) => (ports.length === 0 ? ip : `${ip}:${ports[0]!.port}`)),
  )
  const unready = subsets.reduce((sum, { notReadyAddresses = [] }) => sum + notReadyAddresses.length, 0)
  const more = ready.length > 3 ? ` and ${ready.length - 3} more` : ''
  const waiting = unready === 0 ? '' : `, ${unready} not ready`
  return ready.length === 0 ? `no addresses${waiting}` : `${ready.slice(0, 3).join(' ')}${more}${waiting}`
}

function ofController(
  { spec, status }: ReplicationController | ReplicaSet | StatefulSet,
  previous: ReplicationController | ReplicaSet | StatefulSet | undefined,
): string | undefined {
  const { replicas = 1 } = spec
  if (previous === undefined) return `created, ${replicas} asked for`
  if (previous.spec.replicas !== replicas) return `${previous.spec.replicas ?? 1} → ${replicas} asked for`
  if (!equalInMeaning(previous.spec.template, spec.template)) return 'template changed'
  const ready = status.readyReplicas ?? 0
  return ready === (previous.status.readyReplicas ?? 0) ? undefined : `${ready} of ${replicas} ready`
}

function ofDeployment({ spec, status }: Deployment, previous: Deployment | undefined): string | undefined {
  const { replicas = 1, paused = false } = spec
  if (previous === undefined) return `created, ${replicas} asked for`
  if (previous.spec.replicas !== replicas) return `${previous.spec.replicas ?? 1} → ${replicas} asked for`
  if (!equalInMeaning(previous.spec.template, spec.template)) return 'template changed'
  if ((previous.spec.paused ?? false) !== paused) return paused ? 'paused' : 'resumed'
  const stuck = stuckOf(status)
  if (stuck !== undefined && stuckOf(previous.status) === undefined) return stuck
  const available = status.availableReplicas ?? 0
  return available === (previous.status.availableReplicas ?? 0) ? undefined : `${available} of ${replicas} available`
}

/** What a Deployment says that does not get on. */
function stuckOf({ conditions = [] }: Deployment['status']): string | undefined {
  const progress = conditions.find(({ type }) => type === 'Progressing')
  return progress?.status === 'False' ? `${progress.reason ?? ''}: ${progress.message ?? ''}` : undefined
}

function ofNode(node: Node, previous: Node | undefined): string | undefined {
  if (previous === undefined) return 'created'
  const [before, after] = [readinessOf(previous), readinessOf(node)]
  if (before !== after) return after === 'True' ? 'Ready' : after === 'False' ? 'NotReady' : 'Unknown'
  if (node.spec.unschedulable !== previous.spec.unschedulable)
    return node.spec.unschedulable === true ? 'cordoned' : 'uncordoned'
  return taintsOf(node, previous)
}

/** What taints a node has got and lost, such as `tainted node.kubernetes.io/unreachable:NoExecute`. */
function taintsOf({ spec: { taints: after = [] } }: Node, { spec: { taints: before = [] } }: Node): string | undefined {
  const textsOf = (some: typeof after, others: typeof after): string[] => {
    const known = others.map(taintText)
    return some.map(taintText).filter((text) => !known.includes(text))
  }
  const [come, gone] = [textsOf(after, before), textsOf(before, after)]
  const said = [
    ...(come.length === 0 ? [] : [`tainted ${come.join(', ')}`]),
    ...(gone.length === 0 ? [] : [`untainted ${gone.join(', ')}`]),
  ]
  return said.length === 0 ? undefined : said.join(', ')
}

function taintText({ key, value = '', effect }: NonNullable<Node['spec']['taints']>[number]): string {
  return `${key}${value === '' ? '' : `=${value}`}:${effect}`
}

export function readinessOf({ status }: Node): string {
  return status.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown'
}
