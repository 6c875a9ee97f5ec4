import { controllerReference } from '../../api/controllerRef.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Service } from '../../api/types/core.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/types/discovery.ts'
import type { Backend } from './group.ts'
import { labelsOf } from './labels.ts'
import type { Ports } from './ports.ts'

const serviceName = 'kubernetes.io/service-name'
const managed = 'endpointslice.kubernetes.io/managed-by'
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

/** The slices that one controller keeps. */
export interface ManagedSlices {
  /** The service, by key, that a slice is of; undefined of another's. */
  readonly serviceKey: (slice: KubeObject) => string | undefined
  /** The services that a change of a slice is about: labels may change. */
  readonly keys: (slice: KubeObject, previous: KubeObject | undefined) => readonly string[]
  /** The labels that make it one of them. */
  readonly labels: (service: string) => Readonly<Record<string, string>>
}

export function managedSlices(by: string): ManagedSlices {
  const serviceKey = ({ metadata: { labels, namespace } }: KubeObject): string | undefined => {
    const name = labels?.[managed] === by ? labels[serviceName] : undefined
    return name === undefined ? undefined : `${namespace}/${name}`
  }
  return {
    serviceKey,
    keys(slice, previous) {
      const key = serviceKey(slice)
      const before = previous === undefined ? undefined : serviceKey(previous)
      if (key === undefined) return before === undefined ? none : [before]
      return before === undefined || before === key ? [key] : [before, key]
    },
    labels: (service) => ({ [managed]: by, [serviceName]: service }),
  }
}

/** Those of services with a selector. */
export const ofServices: ManagedSlices = managedSlices('endpointslice-controller.k8s.io')

/** The labels of a service's slices. Mirrors setEndpointSliceLabels of k8s.io/endpointslice. */
export function sliceLabels(service: Service): Readonly<Record<string, string>> {
  return { ...labelsOf(service), ...ofServices.labels(service.metadata.name) }
}

/** A slice for the API server to name. */
export function newSlice(service: Service, ports: readonly EndpointPort[], endpoints: readonly Endpoint[]): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${service.metadata.name}-`,
      labels: sliceLabels(service),
      ownerReferences: [controllerReference(service)],
    },
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
  return list.map(({ service, number }) => portOf(service, number))
}

type SaidPort = Pick<EndpointPort, 'name' | 'protocol' | 'appProtocol'>

/** The port of a slice that says what a port of a service or of Endpoints does. */
export function portOf({ name = '', protocol = 'TCP', appProtocol }: SaidPort, number: number): EndpointPort {
  const port = { name, port: number, protocol }
  return appProtocol === undefined ? port : { appProtocol, ...port }
}

/** What the key of a pod's ports would be that stands in this slice. */
export function portsKey({ ports = [] }: Pick<EndpointSlice, 'ports'>): string {
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
