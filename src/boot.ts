import type { Parts } from './assemble.ts'
import { Replica } from './client/replica.ts'
import { publisherName, rootCaConfigMap, rootCertificate } from './controllers/rootCaCertificate.ts'
import { API_ADDRESS } from './registries/allocation/clusterIPs.ts'
import type { Context } from './registries/context.ts'
import { systemPriorityClasses } from './registries/priorityClasses.ts'
import type { Machine } from './node/nodeTemplate.ts'

/** The namespaces every cluster has from the beginning. */
export const systemNamespaces: readonly string[] = Object.freeze([
  'default',
  'kube-node-lease',
  'kube-public',
  'kube-system',
])

/** Where the API server listens: beside the machines, on the host of their network, as one that somebody else runs. */
const apiServer = { address: '172.18.0.1', port: { name: 'https', port: 6443, protocol: 'TCP' } } as const

interface Named {
  readonly name: string
  readonly namespace?: string
  readonly [more: string]: unknown
}

type Ensure = (kind: string, metadata: Named, more?: object) => void

/** What a cluster has before anyone acts: what the API server of a real one makes when it starts, and its machines. */
export function boot(parts: Parts, machines: readonly Machine[]): void {
  const ensure = ensuring(parts)
  for (const name of systemNamespaces) ensure('v1/Namespace', { name })
  furnish(parts, systemNamespaces)
  parts.kubelets?.register(machines)
  beginElections(parts)
  parts.watches.deliver()
}

/** What there are several of begins to compete. */
export function beginElections({ controllers }: Parts): void {
  for (const one of controllers.values()) if (one instanceof Replica) one.begin()
}

/** What every cluster has, where it is not there yet. */
export function furnish(parts: Parts, inNamespaces: readonly string[]): void {
  const ensure = ensuring(parts)
  for (const namespace of inNamespaces) {
    // So that pods can be made in them before any controller has had its turn.
    ensure('v1/ServiceAccount', { name: 'default', namespace })
    const { metadata, data } = rootCaConfigMap(namespace, rootCertificate(parts.kernel.memory).value)
    if (parts.controllers.has(publisherName)) ensure('v1/ConfigMap', metadata, { data })
  }
  for (const { name, ...rest } of systemPriorityClasses) ensure('scheduling.k8s.io/v1/PriorityClass', { name }, rest)
  ensureApiService(ensure)
}

/** Creates what is not there. */
function ensuring({ server, kernel }: Parts): Ensure {
  const context: Context = { actor: 'kube-apiserver', cause: 0, at: kernel.now }
  return (kind, metadata, more = {}) => {
    const [apiVersion, bare] = splitKind(kind)
    const resource = server.records.ofKind(kind)
    const namespace = metadata.namespace ?? (resource.definition.namespaced ? 'default' : '')
    if (server.records.findLean(resource, namespace, metadata.name) !== undefined) return
    server.create(resource, namespace, { apiVersion, kind: bare, metadata, ...more }, context)
  }
}

/** The service `kubernetes` and its endpoints. Mirrors pkg/controlplane/controller/kubernetesservice and reconcilers. */
function ensureApiService(create: Ensure): void {
  const { address, port } = apiServer
  const name = 'kubernetes'
  create(
    'v1/Service',
    { name, labels: { component: 'apiserver', provider: 'kubernetes' } },
    {
      spec: { type: 'ClusterIP', clusterIP: API_ADDRESS, ports: [{ name: 'https', port: 443, targetPort: port.port }] },
    },
  )
  create(
    'v1/Endpoints',
    { name, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    { subsets: [{ addresses: [{ ip: address }], ports: [port] }] },
  )
  create(
    'discovery.k8s.io/v1/EndpointSlice',
    { name, labels: { 'kubernetes.io/service-name': name } },
    { addressType: 'IPv4', endpoints: [{ addresses: [address], conditions: { ready: true } }], ports: [port] },
  )
}

function splitKind(kind: string): readonly [apiVersion: string, kind: string] {
  const slash = kind.lastIndexOf('/')
  return [kind.slice(0, slash), kind.slice(slash + 1)]
}
