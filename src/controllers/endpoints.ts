import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints, Pod, Service } from '../api/types/core.ts'
import { type ControlLoop, keyOf, splitKey } from '../client/controller.ts'
import { Backends, choosesPods } from './backends/backends.ts'
import type { Backend, BackendRules, Group } from './backends/group.ts'
import { hasName, isServed, standsIn } from './backends/pods.ts'
import { type BackendPort, portKey, type Ports } from './backends/ports.ts'
import { truncated } from './backends/truncate.ts'
import { labelsOf } from './backends/labels.ts'

const kind = 'v1/Endpoints'
const managed = 'endpoints.kubernetes.io/managed-by'
const managedBy = 'endpoint-controller'
const overCapacity = 'endpoints.kubernetes.io/over-capacity'

/** A pod's address and ports behind a service. */
interface Address extends Backend {
  readonly address: EndpointAddress
  readonly isReady: boolean
}

const rules: BackendRules<Address> = Object.freeze({ backend: addressOf, same })

/** Keeps the Endpoints of every service with a selector: pkg/controller/endpoint/endpoints_controller.go. */
export function createEndpointsController(): ControlLoop {
  const backends = new Backends(rules)
  return {
    name: managedBy,
    forget: () => backends.forget(),
    watches: [
      { kind: 'v1/Service', keys: (change) => backends.followService(change) },
      backends.pods,
      { kind, keys: ({ type, object }) => (type === 'DELETED' ? [keyOf(object)] : []) },
    ],
    reconcile(key, { cache, api }) {
      const service = cache.get('v1/Service', key)
      const { namespace, name } = splitKey(key)
      const current = api.find<Endpoints>('endpoints', namespace, name)
      if (service === undefined) {
        // Whoever made them: pkg/registry/core/service/storage deletes them with their service.
        if (current !== undefined) api.delete('endpoints', namespace, name)
      } else if (choosesPods(service)) {
        const wanted = endpointsOf(service, backends.of(service, cache), current)
        if (current === undefined) api.create('endpoints', namespace, wanted)
        else if (wanted !== current) api.update('endpoints', wanted as Endpoints)
      }
    },
  }
}

/** What is wanted; the very same object when it is there already. */
function endpointsOf(service: Service, group: Group<Address>, current: Endpoints | undefined): object {
  const { subsets, isTruncated } = truncated(subsetsOf(group))
  const labels = { ...labelsOf(service), [managed]: managedBy }
  const { [overCapacity]: said, ...others } = current?.metadata.annotations ?? {}
  const isSameMeta = (said !== undefined) === isTruncated && sameMap(current?.metadata.labels ?? {}, labels)
  if (current !== undefined && isSameMeta && sameSubsets(current.subsets ?? [], subsets)) return current
  const noted = isTruncated ? { ...others, [overCapacity]: 'truncated' } : others
  const annotations = Object.keys(noted).length === 0 ? undefined : noted
  const { name, namespace } = service.metadata
  const { annotations: _old, ...known } = current?.metadata ?? { name, namespace }
  const metadata = annotations === undefined ? { ...known, labels } : { ...known, labels, annotations }
  const bare = { apiVersion: 'v1', kind: 'Endpoints', metadata }
  return subsets.length === 0 ? bare : { ...bare, subsets }
}

/** What stands for a pod: its address, and whether requests may go there. */
function addressOf(service: Service, pod: Pod, portsOf: (pod: Pod) => Ports): Address | undefined {
  const anyway = service.spec.publishNotReadyAddresses === true
  if (!standsIn(pod, anyway)) return undefined
  const ports = portsOf(pod)
  if (ports.list.length === 0 && (service.spec.ports ?? []).length > 0) return undefined
  const { namespace, name, uid } = pod.metadata
  const ip = pod.status.podIP!
  const targetRef = { kind: 'Pod', namespace: namespace!, name, uid }
  const address: EndpointAddress = hasName(pod, service)
    ? { hostname: pod.spec.hostname!, ip, nodeName: pod.spec.nodeName!, targetRef }
    : { ip, nodeName: pod.spec.nodeName!, targetRef }
  return { ip, ports, address, isReady: anyway || isServed(pod) }
}

function same(a: Address, b: Address): boolean {
  return a.isReady === b.isReady && a.ports.key === b.ports.key && sameAddress(a.address, b.address)
}

/**
 * One subset for each distinct set of pods that share ports, addresses by IP; a pod stands in several where it has more
 * of the ports than others: RepackSubsets of pkg/api/v1/endpoints/util.go.
 */
function subsetsOf({ members }: Group<Address>): EndpointSubset[] {
  const byPorts = new Map<string, Ports>()
  for (const { backend } of members) byPorts.set(backend.ports.key, backend.ports)
  if (byPorts.size <= 1) return [...byPorts.values()].map(({ list }) => subsetOf(members, list))
  return shared([...byPorts.values()]).map(({ keys, list }) =>
    subsetOf(
      members.filter(({ backend }) => keys.has(backend.ports.key)),
      list,
    ),
  )
}

/** The ports that the same pods have. */
function shared(all: readonly Ports[]): { readonly keys: ReadonlySet<string>; readonly list: BackendPort[] }[] {
  const owners = new Map<string, { readonly port: BackendPort; readonly keys: Set<string> }>()
  for (const { key, list } of [...all].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    for (const port of list) {
      const name = portKey(port)
      const known = owners.get(name)
      if (known === undefined) owners.set(name, { port, keys: new Set([key]) })
      else known.keys.add(key)
    }
  }
  const bySharers = new Map<string, { readonly keys: Set<string>; readonly list: BackendPort[] }>()
  for (const { port, keys } of owners.values()) {
    const sharers = [...keys].join('\n')
    const known = bySharers.get(sharers)
    if (known === undefined) bySharers.set(sharers, { keys, list: [port] })
    else known.list.push(port)
  }
  return [...bySharers.values()]
}

function subsetOf(members: Group<Address>['members'], ports: readonly BackendPort[]): EndpointSubset {
  const ready: EndpointAddress[] = []
  const notReady: EndpointAddress[] = []
  for (const { backend } of members) (backend.isReady ? ready : notReady).push(backend.address)
  return {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
    ...(ports.length === 0 ? {} : { ports: ports.map(portOf) }),
  }
}

function portOf({ service, number }: BackendPort): EndpointPort {
  const { name, protocol = 'TCP', appProtocol } = service
  const port = name === undefined ? { port: number, protocol } : { name, port: number, protocol }
  return appProtocol === undefined ? port : { appProtocol, ...port }
}

function sameSubsets(a: readonly EndpointSubset[], b: readonly EndpointSubset[]): boolean {
  return a.length === b.length && a.every((subset, index) => sameSubset(subset, b[index]!))
}

function sameSubset(a: EndpointSubset, b: EndpointSubset): boolean {
  return (
    sameLists(a.ports, b.ports, samePort) &&
    sameLists(a.addresses, b.addresses, sameAddress) &&
    sameLists(a.notReadyAddresses, b.notReadyAddresses, sameAddress)
  )
}

function sameLists<T>(
  a: readonly T[] | undefined,
  b: readonly T[] | undefined,
  isSame: (one: T, other: T) => boolean,
): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (!isSame(a[index]!, b[index]!)) return false
  return true
}

function samePort(a: EndpointPort, b: EndpointPort): boolean {
  return a.name === b.name && a.port === b.port && a.protocol === b.protocol && a.appProtocol === b.appProtocol
}

function sameAddress(a: EndpointAddress, b: EndpointAddress): boolean {
  return (
    a === b ||
    (a.ip === b.ip &&
      a.hostname === b.hostname &&
      a.nodeName === b.nodeName &&
      a.targetRef?.uid === b.targetRef?.uid &&
      a.targetRef?.name === b.targetRef?.name)
  )
}

function sameMap(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}
