/** The rules of EndpointSlices. Mirrors pkg/apis/discovery/validation/validation.go. */
import { duplicate, invalid, notSupported, required, tooMany } from '../../api/fieldErrors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import { labelValueErrors, subdomainErrors } from '../../api/names.ts'
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '../../api/types/discovery.ts'
import { equal } from '../equal.ts'
import { checkCanonicalIP, checkIP, checkOrdinaryIP, isIPv4, isIPv6 } from './addresses.ts'
import type { Errors } from './common.ts'
import { PROTOCOLS, checkChoice, checkLabel, checkQualifiedName, checkSubdomain, complain } from './common.ts'

const MAX_ADDRESSES = 100
const MAX_PORTS = 20_000
const MAX_ENDPOINTS = 1000
const MAX_HINTS = 8

export function validateEndpointSlice(slice: EndpointSlice, previous?: EndpointSlice): readonly FieldError[] {
  const errors: FieldError[] = []
  const { addressType, ports = [] } = slice
  checkChoice(errors, 'addressType', addressType, ['FQDN', 'IPv4', 'IPv6'])
  if (ports.length > MAX_PORTS) errors.push(tooMany('ports', ports.length, MAX_PORTS))
  else checkPorts(ports, errors)
  const ofEndpoints = endpointErrors(slice)
  // What has been there is tolerated: older rules may have let it in.
  const isKept = ofEndpoints.length > 0 && previous !== undefined && equal(slice.endpoints, previous.endpoints)
  return isKept ? errors : [...errors, ...ofEndpoints]
}

function endpointErrors({ addressType, endpoints = [] }: EndpointSlice): readonly FieldError[] {
  if (endpoints.length > MAX_ENDPOINTS) return [tooMany('endpoints', endpoints.length, MAX_ENDPOINTS)]
  const errors: FieldError[] = []
  for (const [i, endpoint] of endpoints.entries()) checkEndpoint(endpoint, addressType, `endpoints[${i}]`, errors)
  return errors
}

function checkEndpoint(endpoint: Endpoint, type: string, at: string, errors: Errors): void {
  const { addresses = [], nodeName, hostname, hints } = endpoint
  const path = `${at}.addresses`
  if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'))
  else if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(path, addresses.length, MAX_ADDRESSES))
  for (const [i, address] of addresses.entries()) checkAddress(address, type, path, i, errors)
  if (nodeName !== undefined) checkSubdomain(errors, `${at}.nodeName`, nodeName)
  if (hostname !== undefined) checkLabel(errors, `${at}.hostname`, hostname)
  if (hints !== undefined) checkHints(hints, `${at}.hints`, errors)
}

function checkAddress(address: string, type: string, path: string, index: number, errors: Errors): void {
  const at = `${path}[${index}]`
  if (type === 'FQDN') checkFullName(address, at, errors)
  if (type !== 'IPv4' && type !== 'IPv6') return
  const [check, isOfFamily] = type === 'IPv4' ? [checkIP, isIPv4] : [checkCanonicalIP, isIPv6]
  if (!check(errors, at, address)) return
  if (!isOfFamily(address)) errors.push(invalid(path, address, `must be an ${type} address`))
  checkOrdinaryIP(errors, at, address)
}

/** Mirrors IsFullyQualifiedDomainName of apimachinery's validation. */
function checkFullName(name: string, at: string, errors: Errors): void {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name
  if (bare === '') errors.push(required(at))
  else if (subdomainErrors(bare).length > 0) complain(errors, at, bare, subdomainErrors(bare))
  else if (bare.split('.').length < 2)
    errors.push(invalid(at, bare, 'should be a domain with at least two segments separated by dots'))
}

function checkHints({ forZones = [], forNodes = [] }: EndpointHints, at: string, errors: Errors): void {
  checkNames(forZones, `${at}.forZones`, labelValueErrors, errors)
  checkNames(forNodes, `${at}.forNodes`, subdomainErrors, errors)
}

function checkNames(
  list: readonly { readonly name?: string }[],
  at: string,
  rule: (name: string) => readonly string[],
  errors: Errors,
): void {
  if (list.length > MAX_HINTS) {
    errors.push(tooMany(at, list.length, MAX_HINTS))
    return
  }
  const names = list.map(({ name = '' }) => name)
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i) errors.push(duplicate(`${at}[${i}].name`, name))
    complain(errors, `${at}[${i}].name`, name, rule(name))
  }
}

function checkPorts(ports: readonly EndpointPort[], errors: Errors): void {
  const seen = new Set<string>()
  for (const [i, { name = '', protocol, appProtocol }] of ports.entries()) {
    const at = `ports[${i}]`
    if (name !== '') checkLabel(errors, `${at}.name`, name)
    if (seen.has(name)) errors.push(duplicate(`${at}.name`, name))
    seen.add(name)
    if (protocol === undefined || !PROTOCOLS.includes(protocol))
      errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
    if (appProtocol !== undefined) checkQualifiedName(errors, `${at}.appProtocol`, appProtocol)
  }
}
