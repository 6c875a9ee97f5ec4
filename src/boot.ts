import type { Parts } from './assemble.ts'
import { rootCaCertificatePublisher, rootCaConfigMap } from './controllers/rootCaCertificate.ts'
import { API_ADDRESS } from './registries/allocation/clusterIPs.ts'
import type { Context } from './registries/context.ts'
import { systemPriorityClasses } from './registries/priorityClasses.ts'
import type { Machine } from './node/nodeTemplate.ts'

/** The namespaces every cluster has from the beginning. */
const namespaces: readonly string[] = Object.freeze(['default', 'kube-node-lease', 'kube-public', 'kube-system'])

/** Where the API server listens: beside the machines, on the host of their network, as one that somebody else runs. */
const apiServer = { address: '172.18.0.1', port: { name: 'https', port: 6443, protocol: 'TCP' } } as const

interface Named {
  readonly name: string
  readonly namespace?: string
  readonly [more: string]: unknown
}

/** What a cluster has before anyone acts: what the API server of a real one makes when it starts, and its machines. */
export function boot(parts: Parts, machines: readonly Machine[]): void {
  const { server, kernel, watches } = parts
  const context: Context = { actor: 'kube-apiserver', cause: 0, at: kernel.now }
  const create = (kind: string, metadata: Named, more: object = {}): void => {
    const [apiVersion, bare] = splitKind(kind)
    const resource = server.records.ofKind(kind)
    const namespace = metadata.namespace ?? (resource.definition.namespaced ? 'default' : '')
    server.create(resource, namespace, { apiVersion, kind: bare, metadata, ...more }, context)
  }
  for (const name of namespaces) create('v1/Namespace', { name })
  for (const namespace of namespaces) {
    // So that pods can be made in them before any controller has had its turn.
    create('v1/ServiceAccount', { name: 'default', namespace })
    const { metadata, data } = rootCaConfigMap(namespace)
    if (parts.controllers.has(rootCaCertificatePublisher.name)) create('v1/ConfigMap', metadata, { data })
  }
  for (const { name, ...rest } of systemPriorityClasses) create('scheduling.k8s.io/v1/PriorityClass', { name }, rest)
  createApiService(create)
  parts.kubelets?.register(machines)
  watches.deliver()
}

/** The service `kubernetes` and its endpoints. Mirrors pkg/controlplane/controller/kubernetesservice and reconcilers. */
function createApiService(create: (kind: string, metadata: Named, more: object) => void): void {
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
