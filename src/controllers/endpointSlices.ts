import type { KubeObject } from '../api/meta.ts'
import type { Pod, Service } from '../api/types/core.ts'
import type { Endpoint, EndpointSlice } from '../api/types/discovery.ts'
import { type Cache, type ControlLoop, keyOf, type NamedPredicate } from '../client/controller.ts'
import type { Link } from '../client/link.ts'
import { Backends, choosesPods } from './backends/backends.ts'
import type { BackendRules } from './backends/group.ts'
import { hasName, isServed, standsIn } from './backends/pods.ts'
import type { Ports } from './backends/ports.ts'
import { type SlicePlan, SlicePlanner } from './backends/slicePlan.ts'
import { type Draft, newSlice, ofServices, sameEndpoint, type SliceBackend, sliceLabels } from './backends/slices.ts'

const kind = 'discovery.k8s.io/v1/EndpointSlice'
const resource = 'endpointslices.discovery.k8s.io'
const zoneLabel = 'topology.kubernetes.io/zone'

const rules: BackendRules<SliceBackend> = Object.freeze({
  backend: backendOf,
  same: (a: SliceBackend, b: SliceBackend) => a.ports.key === b.ports.key && sameEndpoint(a.endpoint, b.endpoint),
})

/** Keeps the EndpointSlices of every service with a selector: pkg/controller/endpointslice and k8s.io/endpointslice. */
export function createEndpointSliceController(): ControlLoop {
  const backends = new Backends(rules)
  const planner = new SlicePlanner()
  return {
    name: 'endpointslice-controller',
    forget: () => backends.forget(),
    // defaultSyncBackOff.
    backOff: { firstMs: 1000 },
    watches: [
      { kind: 'v1/Service', keys: (change) => backends.followService(change) },
      backends.pods,
      { kind: 'v1/Node', keys: (_, cache) => followNodes(cache, backends), predicate: moved },
      { kind, keys: ({ object, previous }) => ofServices.keys(object, previous), index: ofServices.serviceKey },
    ],
    reconcile(key, { cache, api, memory }) {
      const service = cache.get('v1/Service', key)
      // The slices of a service that is gone go by their owner references.
      if (service === undefined) return void memory.delete(key)
      if (!choosesPods(service)) return
      // Not before it has been told of what it wrote itself; being told brings the key back.
      const written = memory.get(key) as number | undefined
      if (written !== undefined && !cache.hasSeen(kind, written)) return
      const group = backends.of(service, cache)
      const existing = cache.byIndex(kind, key).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      const plan = planner.plan(group, existing)
      if (plan.write.length + plan.remove.length === 0) return planner.done(group, plan, [])
      try {
        planner.done(group, plan, carryOut(plan, service, api))
      } finally {
        memory.set(key, api.revision)
      }
    },
  }
}

function carryOut({ write, remove }: SlicePlan, service: Service, api: Link): EndpointSlice[] {
  const namespace = service.metadata.namespace!
  const written = write.map((draft) =>
    draft.slice === undefined
      ? api.create<EndpointSlice>(resource, namespace, newSlice(service, draft.ports, draft.endpoints))
      : api.update<EndpointSlice>(resource, changed(draft.slice, draft, service)),
  )
  for (const { metadata } of remove) api.delete(resource, namespace, metadata.name)
  return written
}

function changed(slice: EndpointSlice, { endpoints, ports }: Draft, service: Service): EndpointSlice {
  const { apiVersion, kind: own, metadata, addressType } = slice
  return {
    apiVersion,
    kind: own,
    metadata: { ...metadata, labels: sliceLabels(service) },
    addressType,
    endpoints,
    ports,
  }
}

/** Which updates of nodes change endpoints: those that move them to another zone. */
const moved: NamedPredicate = Object.freeze({
  name: 'zones',
  holds: (before: KubeObject, after: KubeObject) => zoneOf(before) !== zoneOf(after),
})

/** Endpoints say their zone, and there are none on a node that is not there. */
function followNodes(cache: Cache, backends: Backends<SliceBackend>): readonly string[] {
  backends.forget()
  return cache.list('v1/Service').filter(choosesPods).map(keyOf)
}

function zoneOf({ metadata }: KubeObject): string | undefined {
  return metadata.labels?.[zoneLabel] || undefined
}

/** Mirrors podToEndpoint of k8s.io/endpointslice. */
function backendOf(service: Service, pod: Pod, portsOf: (pod: Pod) => Ports, cache: Cache): SliceBackend | undefined {
  if (!standsIn(pod, true)) return undefined
  const anyway = service.spec.publishNotReadyAddresses === true
  const node = cache.get('v1/Node', pod.spec.nodeName ?? '')
  if (node === undefined && !anyway) return undefined
  const serving = isServed(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const { namespace, name, uid } = pod.metadata
  const ip = pod.status.podIP!
  const endpoint: Endpoint = {
    addresses: [ip],
    conditions: { ready: anyway || (serving && !terminating), serving, terminating },
    ...(hasName(pod, service) ? { hostname: pod.spec.hostname! } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace: namespace!, name, uid },
  }
  const zone = node && zoneOf(node)
  const placed = zone === undefined ? endpoint : { ...endpoint, zone }
  const hints = hintsFor(service, placed)
  return { ip, ports: portsOf(pod), endpoint: hints === undefined ? placed : { ...placed, hints } }
}

/** From where requests are to come here first: staging/src/k8s.io/endpointslice/trafficdist. */
function hintsFor(
  { spec: { trafficDistribution } }: Service,
  { conditions, zone, nodeName }: Endpoint,
): Endpoint['hints'] {
  if (trafficDistribution === undefined || conditions?.ready !== true) return undefined
  const isForNode = trafficDistribution === 'PreferSameNode' && nodeName !== undefined
  if (zone === undefined && !isForNode) return undefined
  return {
    ...(isForNode ? { forNodes: [{ name: nodeName }] } : {}),
    ...(zone === undefined ? {} : { forZones: [{ name: zone }] }),
  }
}
