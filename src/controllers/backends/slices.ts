import type { KubeObject } from '../../api/meta.ts'
import type { Service } from '../../api/types/core.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/types/discovery.ts'
import type { Backend } from './group.ts'
import { labelsOf } from './labels.ts'
import type { BackendPort, Ports } from './ports.ts'

const serviceName = 'kubernetes.io/service-name'
const managed = 'endpointslice.kubernetes.io/managed-by'
const managedBy = 'endpointslice-controller.k8s.io'
const none: readonly string[] = Object.freeze([])

/** A pod's endpoint in a slice. */
export interface SliceBackend extends Backend {
  readonly endpoint: Endpoint
}

/** A slice as it is to be: one that is there, or without `slice` a new one. */
export interface Draft {
  slice: EndpointSlice | undefined
  /** The key of the ports. */
  readonly key: string
  readonly ports: readonly EndpointPort[]
  endpoints: readonly Endpoint[]
  isChanged: boolean
}

/** The service, by key, of a slice that the controller of slices keeps. */
export function serviceKeyOf({ metadata: { labels, namespace } }: KubeObject): string | undefined {
  const name = labels?.[managed] === managedBy ? labels[serviceName] : undefined
  return name === undefined ? undefined : `${namespace}/${name}`
}

/** The services that a change of a slice is about: labels may change. */
export function keysOfSlice(object: KubeObject, previous: KubeObject | undefined): readonly string[] {
  const key = serviceKeyOf(object)
  const before = previous === undefined ? undefined : serviceKeyOf(previous)
  if (key === undefined) return before === undefined ? none : [before]
  return before === undefined || before === key ? [key] : [before, key]
}

/** The labels of a service's slices. Mirrors setEndpointSliceLabels of k8s.io/endpointslice. */
export function sliceLabels(service: Service): Readonly<Record<string, string>> {
  return { ...labelsOf(service), [managed]: managedBy, [serviceName]: service.metadata.name }
}

/** A slice for the API server to name. */
export function newSlice(service: Service, ports: readonly EndpointPort[], endpoints: readonly Endpoint[]): object {
  const { name, uid } = service.metadata
  const owner = { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true }
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { generateName: `${name}-`, labels: sliceLabels(service), ownerReferences: [owner] },
    addressType: 'IPv4',
    endpoints,
    ports,
  }
}

/** Of another service of the same name, that is gone, a slice is not this one's. */
export function isOwnedBy({ metadata }: EndpointSlice, service: Service): boolean {
  return (metadata.ownerReferences ?? []).some(({ uid }) => uid === service.metadata.uid)
}

/** Ports as a slice has them. */
export function slicePorts({ list }: Ports): readonly EndpointPort[] {
  return list.map(portOf)
}

function portOf({ service, number }: BackendPort): EndpointPort {
  const { name = '', protocol = 'TCP', appProtocol } = service
  const port = { name, port: number, protocol }
  return appProtocol === undefined ? port : { appProtocol, ...port }
}

/** What the key of a pod's ports would be that stands in this slice. */
export function portsKey({ ports = [] }: EndpointSlice): string {
  return ports
    .map(({ name = '', port, protocol = '', appProtocol = '' }) => `${name}:${port ?? ''}/${protocol}/${appProtocol}`)
    .join()
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return (
    a === b ||
    (a.addresses.length === b.addresses.length &&
      a.addresses[0] === b.addresses[0] &&
      a.conditions?.ready === b.conditions?.ready &&
      a.conditions?.serving === b.conditions?.serving &&
      a.conditions?.terminating === b.conditions?.terminating &&
      a.nodeName === b.nodeName &&
      a.zone === b.zone &&
      a.hints?.forNodes?.[0]?.name === b.hints?.forNodes?.[0]?.name &&
      a.hints?.forZones?.[0]?.name === b.hints?.forZones?.[0]?.name &&
      a.hostname === b.hostname &&
      a.targetRef?.name === b.targetRef?.name &&
      a.targetRef?.uid === b.targetRef?.uid)
  )
}
