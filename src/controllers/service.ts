import { isIPv4 } from '../api/addresses.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Service } from '../api/types/core.ts'
import type { ControlLoop, LoopContext, NamedPredicate, Requeue } from '../client/controller.ts'
import { cloudAddress } from './cloud/addresses.ts'

const kind = 'v1/Service'
const finalizer = 'service.kubernetes.io/load-balancer-cleanup'
const noNodes = 'There are no available nodes for LoadBalancer'

/** What the controller knows of a balancer of the cloud's. */
interface Balancer {
  /** The service's: another one of its name has another balancer. */
  readonly uid: string
  readonly state: 'ensuring' | 'ready' | 'deleting'
  /** What it was made for. */
  readonly asked: string
  /** Where it answers, once it does. */
  readonly ip: string | undefined
  /** When the cloud will have done it, in virtual milliseconds since the Unix epoch. */
  readonly due: number
  /** The revision of what was written of it last; nothing more is done before that is known. */
  readonly written: number
}

const concerned: NamedPredicate = Object.freeze({
  name: 'balancers',
  holds: (before: KubeObject, after: KubeObject) => isConcerned(before as Service) || isConcerned(after as Service),
})

/**
 * Has a simulated cloud set up load balancers, and writes where they answer:
 * staging/src/k8s.io/cloud-provider/controllers/service. Services with a class of their own are somebody else's.
 */
export const serviceController: ControlLoop = {
  name: 'service-controller',
  watches: [{ kind, predicate: concerned, index: (service) => addressOf(service as Service) }],
  reconcile(key, context) {
    const { cache, memory } = context
    const service = cache.get(kind, key)
    const known = memory.get(key) as Balancer | undefined
    if (known?.uid !== service?.metadata.uid) forget(key, context)
    const balancer = memory.get(key) as Balancer | undefined
    if (service === undefined || (balancer !== undefined && !cache.hasSeen(kind, balancer.written))) return
    if (wantsBalancer(service)) return ensure(key, service, balancer, context)
    if (hasFinalizer(service)) return remove(key, service, balancer, context)
    return forget(key, context)
  },
  // cloud-provider's controllers/service: minRetryDelay and maxRetryDelay.
  backOff: { firstMs: 5000, lastMs: 300_000 },
}

function ensure(key: string, service: Service, balancer: Balancer | undefined, context: LoopContext): Requeue | void {
  const { now, record } = context
  const asked = askedOf(service)
  const answers = balancer?.ip !== undefined && balancer.ip === addressOf(service)
  if (balancer?.state === 'ready' && balancer.asked === asked && answers) return
  if (balancer?.state !== 'ensuring') {
    const due = now + context.latency('loadBalancer')
    record(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer')
    if (!hasFinalizer(service)) patchFinalizers(service, { finalizers: [finalizer] }, context)
    keep(key, { uid: service.metadata.uid, state: 'ensuring', asked, ip: balancer?.ip, due }, context)
    return { requeueAfter: due - now, kind: 'work' }
  }
  if (now < balancer.due) return { requeueAfter: balancer.due - now, kind: 'work' }
  warnOfNoNodes(service, context)
  const ip = addressFor(key, service, context)
  writeAddress(service, ip, context)
  // What was asked for meanwhile is ensured next.
  keep(key, { ...balancer, state: 'ready', ip }, context)
  record(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')
  return balancer.asked === asked ? undefined : { requeueAfter: 0, kind: 'work' }
}

function remove(key: string, service: Service, balancer: Balancer | undefined, context: LoopContext): Requeue | void {
  const { now, record } = context
  if (balancer?.state !== 'deleting') {
    const due = now + context.latency('loadBalancer')
    record(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer')
    keep(key, { uid: service.metadata.uid, state: 'deleting', asked: '', ip: balancer?.ip, due }, context)
    return { requeueAfter: due - now, kind: 'work' }
  }
  if (now < balancer.due) return { requeueAfter: balancer.due - now, kind: 'work' }
  record(service, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer')
  patchFinalizers(service, { '$deleteFromPrimitiveList/finalizers': [finalizer] }, context)
  forget(key, context)
}

/** The address that it has already, or asks for, or one of the cloud's. Throws when there is none. */
function addressFor(key: string, service: Service, context: LoopContext): string {
  const { cache, memory } = context
  const isTaken = (address: string): boolean => {
    const holder = memory.get(`ip/${address}`) ?? key
    const others = cache.byIndex(kind, address).filter(({ metadata }) => metadata.uid !== service.metadata.uid)
    return holder !== key || others.length > 0
  }
  const { loadBalancerIP: asked } = service.spec
  const had = addressOf(service)
  if (asked) {
    if (isIPv4(asked) && !isTaken(asked)) return asked
    throw failed(service, `the address ${asked} is not available`, context)
  }
  const address = had !== undefined && !isTaken(had) ? had : cloudAddress(service.metadata.uid, isTaken)
  if (address === undefined) throw failed(service, 'no address is left', context)
  return address
}

function failed(service: Service, why: string, { record }: LoopContext): Error {
  const message = `failed to ensure load balancer: ${why}`
  record(service, 'Warning', 'SyncLoadBalancerFailed', `Error syncing load balancer: ${message}`)
  return new Error(message)
}

function warnOfNoNodes(service: Service, { api, record }: LoopContext): void {
  const nodes = api.list('nodes', { namespace: undefined, limit: 1 })
  if (nodes.items.length === 0) record(service, 'Warning', 'UnAvailableLoadBalancer', noNodes)
}

function writeAddress(service: Service, ip: string, { api }: LoopContext): void {
  if (addressOf(service) === ip) return
  const { name, namespace, uid } = service.metadata
  const loadBalancer = { ingress: [{ ip, ipMode: 'VIP' }] }
  api.patchStatus('services', namespace!, name, uid, { ...service.status, loadBalancer })
}

function patchFinalizers({ metadata }: Service, change: object, { api }: LoopContext): void {
  api.patch('services', metadata.namespace!, metadata.name, { metadata: { uid: metadata.uid, ...change } })
}

/** Keeps what is known of a balancer, and whose address its address is. */
function keep(key: string, balancer: Omit<Balancer, 'written'>, context: LoopContext): void {
  forget(key, context)
  context.memory.set(key, { ...balancer, written: context.api.revision } satisfies Balancer)
  if (balancer.ip !== undefined) context.memory.set(`ip/${balancer.ip}`, key)
}

function forget(key: string, { memory }: LoopContext): void {
  const known = memory.get(key) as Balancer | undefined
  memory.delete(key)
  if (known?.ip !== undefined) memory.delete(`ip/${known.ip}`)
}

function isConcerned(service: Service): boolean {
  return service.spec.type === 'LoadBalancer' || hasFinalizer(service)
}

function wantsBalancer({ metadata, spec }: Service): boolean {
  return (
    spec.type === 'LoadBalancer' && spec.loadBalancerClass === undefined && metadata.deletionTimestamp === undefined
  )
}

function hasFinalizer({ metadata }: Service): boolean {
  return metadata.finalizers?.includes(finalizer) === true
}

function addressOf({ status }: Service): string | undefined {
  return status.loadBalancer?.ingress?.[0]?.ip
}

/** What of a service its balancer depends on. Mirrors needsUpdate. */
function askedOf({ metadata, spec }: Service): string {
  const ports = (spec.ports ?? []).map(({ name, protocol, port, nodePort }) => [name, protocol, port, nodePort])
  const { loadBalancerSourceRanges, sessionAffinity, loadBalancerIP, externalTrafficPolicy, healthCheckNodePort } = spec
  return JSON.stringify([
    ports,
    loadBalancerSourceRanges,
    sessionAffinity,
    loadBalancerIP,
    externalTrafficPolicy,
    healthCheckNodePort,
    Object.entries(metadata.annotations ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
  ])
}
