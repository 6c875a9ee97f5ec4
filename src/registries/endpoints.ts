/** Endpoints. Mirrors pkg/registry/core/endpoint/strategy.go and validateEndpointSubsets of core validation. */
import { mapKept } from '../api/mapKept.ts'
import { invalid, required } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import { portNumberErrors } from '../api/names.ts'
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from '../api/types/core.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import type { ResourceDefinition } from './definition.ts'
import { equal } from './equal.ts'
import { checkIP, checkOrdinaryIP, isIPv4, isIPv6 } from './validation/addresses.ts'
import type { Errors } from './validation/common.ts'
import {
  PROTOCOLS,
  checkChoice,
  checkLabel,
  checkQualifiedName,
  checkSubdomain,
  complain,
} from './validation/common.ts'

const SHOWN = 3

export const endpoints: ResourceDefinition<Endpoints> = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'],
  nameRule: 'subdomain',
  defaults,
  validate,
  validateUpdate: () => [],
  columns: [nameColumn(), { name: 'Endpoints', cell: endpointsCell }, ageColumn()],
}

function defaults(object: Endpoints): Endpoints {
  if (object.subsets === undefined) return object
  const subsets = mapKept(object.subsets, (subset) => {
    const ports = subset.ports && mapKept(subset.ports, (port) => (port.protocol ? port : { ...port, protocol: 'TCP' }))
    return ports === undefined || ports === subset.ports ? subset : { ...subset, ports }
  })
  return subsets === object.subsets ? object : { ...object, subsets }
}

/** What has been there is tolerated: older rules may have let it in. */
function validate(object: Endpoints, previous?: Endpoints): readonly FieldError[] {
  const errors: FieldError[] = []
  for (const [i, subset] of (object.subsets ?? []).entries()) checkSubset(subset, `subsets[${i}]`, errors)
  return errors.length > 0 && previous !== undefined && equal(object.subsets, previous.subsets) ? [] : errors
}

function checkSubset(subset: EndpointSubset, at: string, errors: Errors): void {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    errors.push(required(at, 'must specify `addresses` or `notReadyAddresses`'))
  }
  for (const [i, address] of addresses.entries()) checkAddress(address, `${at}.addresses[${i}]`, errors)
  for (const [i, address] of notReadyAddresses.entries()) checkAddress(address, `${at}.notReadyAddresses[${i}]`, errors)
  for (const [i, port] of ports.entries()) checkEndpointPort(port, ports.length > 1, `${at}.ports[${i}]`, errors)
}

function checkAddress(address: EndpointAddress, at: string, errors: Errors): void {
  const { ip = '' } = address
  const isRead = checkIP(errors, `${at}.ip`, ip) || isIPv4(ip) || isIPv6(ip)
  if (address.hostname) checkLabel(errors, `${at}.hostname`, address.hostname)
  if (address.nodeName !== undefined) checkSubdomain(errors, `${at}.nodeName`, address.nodeName)
  if (isRead) checkOrdinaryIP(errors, `${at}.ip`, ip)
  else errors.push(invalid(`${at}.ip`, ip, 'must be a valid IP address'))
}

function checkEndpointPort(port: EndpointPort, named: boolean, at: string, errors: Errors): void {
  if (!port.name) {
    if (named) errors.push(required(`${at}.name`))
  } else checkLabel(errors, `${at}.name`, port.name)
  complain(errors, `${at}.port`, port.port ?? 0, portNumberErrors(port.port ?? 0))
  checkChoice(errors, `${at}.protocol`, port.protocol, PROTOCOLS)
  if (port.appProtocol !== undefined) checkQualifiedName(errors, `${at}.appProtocol`, port.appProtocol)
}

/** `10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...`. Mirrors formatEndpoints of the printers. */
function endpointsCell(object: Endpoints): string {
  const { subsets = [] } = object
  if (subsets.length === 0) return '<none>'
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  )
  const shown = all.slice(0, SHOWN).join(',')
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown
}
