/** EndpointSlices. Mirrors pkg/registry/discovery/endpointslice/strategy.go and pkg/apis/discovery/validation. */
import { mapKept } from '../api/mapKept.ts'
import { immutable } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '../api/types/discovery.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import { EMPTY } from './defaults/mutable.ts'
import type { ResourceDefinition } from './definition.ts'
import { equal } from './equal.ts'
import { validateEndpointSlice } from './validation/endpointSlices.ts'

const SHOWN = 3

export const endpointSlices: ResourceDefinition<EndpointSlice> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  shortNames: [],
  namespaced: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'],
  nameRule: 'subdomain',
  defaults,
  validate: validateEndpointSlice,
  validateUpdate,
  hasGeneration: true,
  contentChanged,
  columns: [
    nameColumn(),
    { name: 'AddressType', cell: ({ addressType }) => addressType },
    { name: 'Ports', cell: ({ ports = [] }) => listed(ports.map(({ port, name }) => String(port ?? name ?? '*'))) },
    { name: 'Endpoints', cell: ({ endpoints = [] }) => listed(endpoints.flatMap(({ addresses }) => addresses)) },
    ageColumn(),
  ],
}

function defaults(slice: EndpointSlice): EndpointSlice {
  const ports = slice.ports && mapKept(slice.ports, defaultPort)
  const endpoints = slice.endpoints && mapKept(slice.endpoints, defaultEndpoint)
  if (ports === slice.ports && endpoints === slice.endpoints) return slice
  return { ...slice, ...(ports && { ports }), ...(endpoints && { endpoints }) }
}

/** What v1beta1 had to say of a topology is not taken any more: dropTopologyOnV1. */
function defaultEndpoint(endpoint: Endpoint): Endpoint {
  if (endpoint.conditions !== undefined && endpoint.deprecatedTopology === undefined) return endpoint
  const { deprecatedTopology: _, ...rest } = endpoint
  return { ...rest, conditions: endpoint.conditions ?? EMPTY }
}

function defaultPort(port: EndpointPort): EndpointPort {
  if (port.name !== undefined && port.protocol !== undefined) return port
  return { ...port, name: port.name ?? '', protocol: port.protocol ?? 'TCP' }
}

/** Everything but metadata, and the labels. */
function contentChanged(next: EndpointSlice, previous: EndpointSlice): boolean {
  return !(
    equal(next.endpoints, previous.endpoints) &&
    equal(next.ports, previous.ports) &&
    equal(next.metadata.labels, previous.metadata.labels)
  )
}

function validateUpdate(next: EndpointSlice, previous: EndpointSlice): readonly FieldError[] {
  return next.addressType === previous.addressType ? [] : [immutable('addressType', next.addressType ?? '')]
}

/** `10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...`. Mirrors listWithMoreString of the printers. */
function listed(all: readonly string[]): string {
  const shown = all.slice(0, SHOWN).join(',')
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown || '<unset>'
}
