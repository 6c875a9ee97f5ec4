/** Endpoints and endpoint slices. Mirrors describeEndpoints and describeEndpointSliceV1 of describe.go. */
import type { Endpoints, EndpointSubset } from '../../api/types/core.ts'
import type { Endpoint, EndpointSlice } from '../../api/types/discovery.ts'
import { columns, field, heading, indented, type Lines, section } from './lines.ts'

export function describeEndpoints(endpoints: Endpoints): Lines {
  return [...heading(endpoints), 'Subsets:', ...(endpoints.subsets ?? []).flatMap(subsetLines)]
}

function subsetLines({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset): Lines {
  const ips = (list: readonly { readonly ip: string }[]): string => list.map(({ ip }) => ip).join(',') || '<none>'
  const rows = ports.map(({ name, port, protocol }) => [name || '<unset>', port, protocol])
  const lines = [
    field('Addresses', ips(addresses)),
    field('NotReadyAddresses', ips(notReadyAddresses)),
    ...(rows.length === 0 ? [] : section('Ports', columns(['Name', 'Port', 'Protocol'], rows))),
  ]
  return [...indented(lines), '']
}

export function describeEndpointSlice(slice: EndpointSlice): Lines {
  const { addressType, ports = [], endpoints } = slice
  const rows = ports.map(({ name, port, protocol }) => [name || '<unset>', port ?? '<unset>', protocol])
  return [
    ...heading(slice),
    field('AddressType', addressType),
    ...(rows.length === 0 ? ['Ports: <unset>'] : section('Ports', columns(['Name', 'Port', 'Protocol'], rows))),
    ...((endpoints ?? []).length === 0
      ? ['Endpoints: <none>']
      : section('Endpoints', endpoints!.flatMap(endpointLines))),
  ]
}

function endpointLines({ addresses, conditions, hostname, targetRef, nodeName, zone }: Endpoint): Lines {
  return [
    field('- Addresses', addresses.join(', ') || '<none>'),
    ...indented([
      ...section('Conditions', [field('Ready', conditions?.ready ?? '<unset>')]),
      field('Hostname', hostname ?? '<unset>'),
      ...(targetRef === undefined ? [] : [field('TargetRef', `${targetRef.kind ?? ''}/${targetRef.name ?? ''}`)]),
      field('NodeName', nodeName ?? '<unset>'),
      field('Zone', zone ?? '<unset>'),
    ]),
  ]
}
