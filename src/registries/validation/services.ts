/** The rules of services. Mirrors ValidateService and ValidateServiceUpdate of core validation. */
import { duplicate, forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import { validateLabels } from '../../api/metaValidation.ts'
import { portNumberErrors } from '../../api/names.ts'
import type { Service, ServicePort, ServiceSpec } from '../../api/types/core.ts'
import { checkIP, checkOrdinaryIP, isIPv4, isIPv6 } from './addresses.ts'
import type { Errors } from './common.ts'
import {
  PROTOCOLS,
  checkChoice,
  checkLabel,
  checkPort,
  checkQualifiedName,
  checkSubdomain,
  complain,
} from './common.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const NODE_PORTS = 'provided port is not in the valid range. The range of valid ports is 30000-32767'

export function validateService(service: Service): readonly FieldError[] {
  const errors: FieldError[] = []
  const { spec } = service
  const headless = spec.clusterIP === 'None'
  const ports = spec.ports ?? []
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName') errors.push(required('spec.ports'))
  checkType(spec, headless, errors)
  const names: string[] = []
  for (let i = 0; i < ports.length; i++) checkServicePort(ports, i, names, errors)
  validateLabels(spec.selector, 'spec.selector', errors)
  checkAffinity(spec, errors)
  checkClusterIPs(spec, errors)
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) {
    checkIP(errors, `spec.externalIPs[${i}]`, ip)
    checkOrdinaryIP(errors, `spec.externalIPs[${i}]`, ip)
  }
  checkChoice(errors, 'spec.type', spec.type, TYPES)
  checkNodePorts(spec, errors)
  checkTraffic(spec, errors)
  return errors
}

/** The address a service has been given is its own for good, unless it turns into or from a mere name. */
export function validateServiceUpdate(next: Service, previous: Service): readonly FieldError[] {
  const old = previous.spec.clusterIP
  const external = next.spec.type === 'ExternalName' || previous.spec.type === 'ExternalName'
  if (external || !old || old === next.spec.clusterIP) return []
  return [invalid('spec.clusterIPs[0]', next.spec.clusterIPs ?? [next.spec.clusterIP ?? ''], 'may not change once set')]
}

function checkType(spec: ServiceSpec, headless: boolean, errors: Errors): void {
  if (headless && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`))
  }
  if (spec.type !== 'ExternalName') return
  for (const field of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) {
    if (spec[field]?.length) errors.push(forbidden(`spec.${field}`, 'may not be set for ExternalName services'))
  }
  const name = (spec.externalName ?? '').replace(/\.$/, '')
  if (name === '') errors.push(required('spec.externalName'))
  else checkSubdomain(errors, 'spec.externalName', name)
}

function checkServicePort(ports: readonly ServicePort[], index: number, names: string[], errors: Errors): void {
  const port = ports[index] as ServicePort
  const at = `spec.ports[${index}]`
  if (!port.name) {
    if (ports.length > 1) errors.push(required(`${at}.name`))
  } else {
    checkLabel(errors, `${at}.name`, port.name)
    if (names.includes(port.name)) errors.push(duplicate(`${at}.name`, port.name))
    names.push(port.name)
  }
  complain(errors, `${at}.port`, port.port ?? 0, portNumberErrors(port.port ?? 0))
  checkChoice(errors, `${at}.protocol`, port.protocol, PROTOCOLS)
  checkPort(errors, `${at}.targetPort`, port.targetPort)
  if (port.appProtocol !== undefined) checkQualifiedName(errors, `${at}.appProtocol`, port.appProtocol)
  const twin = ports.findIndex((other) => other.port === port.port && other.protocol === port.protocol)
  if (twin < index) errors.push(duplicate(at, { port: port.port, protocol: port.protocol }))
}

function checkAffinity(spec: ServiceSpec, errors: Errors): void {
  checkChoice(errors, 'spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None'])
  if (spec.sessionAffinity !== 'ClientIP') return
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 0
  if (seconds > 0 && seconds <= 86_400) return
  const at = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'
  errors.push(invalid(at, seconds, 'must be greater than 0 and less than 86400'))
}

function checkClusterIPs(spec: ServiceSpec, errors: Errors): void {
  const ips = spec.clusterIPs ?? []
  if (spec.clusterIP && ips[0] !== undefined && ips[0] !== spec.clusterIP) {
    errors.push(invalid('spec.clusterIPs', ips, 'first value must match `clusterIP`'))
  }
  for (const [i, ip] of ips.entries()) {
    if (ip === 'None' && i === 0) continue
    if (isIPv4(ip) || isIPv6(ip)) continue
    errors.push(invalid(`spec.clusterIPs[${i}]`, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'))
  }
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    if (family !== 'IPv4' && family !== 'IPv6')
      errors.push(notSupported(`spec.ipFamilies[${i}]`, family, ['IPv4', 'IPv6']))
  }
  const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
  if (spec.ipFamilyPolicy !== undefined) checkChoice(errors, 'spec.ipFamilyPolicy', spec.ipFamilyPolicy, policies)
}

function checkNodePorts(spec: ServiceSpec, errors: Errors): void {
  const ports = spec.ports ?? []
  for (const [i, { nodePort, protocol }] of ports.entries()) {
    if (!nodePort) continue
    const at = `spec.ports[${i}].nodePort`
    if (spec.type === 'ClusterIP') errors.push(forbidden(at, "may not be used when `type` is 'ClusterIP'"))
    else if (nodePort < 30_000 || nodePort > 32_767) errors.push(invalid(at, nodePort, NODE_PORTS))
    const twin = ports.findIndex((other) => other.nodePort === nodePort && other.protocol === protocol)
    if (twin < i) errors.push(duplicate(at, nodePort))
  }
}

function checkTraffic(spec: ServiceSpec, errors: Errors): void {
  const policies = ['Cluster', 'Local']
  const accessible = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.externalIPs ?? []).length > 0
  if (accessible && spec.externalTrafficPolicy !== undefined) {
    checkChoice(errors, 'spec.externalTrafficPolicy', spec.externalTrafficPolicy, policies)
  } else if (!accessible && spec.externalTrafficPolicy) {
    const detail = 'may only be set for externally-accessible services'
    errors.push(invalid('spec.externalTrafficPolicy', spec.externalTrafficPolicy, detail))
  }
  if (spec.internalTrafficPolicy !== undefined) {
    checkChoice(errors, 'spec.internalTrafficPolicy', spec.internalTrafficPolicy, policies)
  }
  if (spec.type === 'LoadBalancer') return
  for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerSourceRanges', 'loadBalancerClass'] as const) {
    if (spec[field] !== undefined)
      errors.push(forbidden(`spec.${field}`, "may only be used when `type` is 'LoadBalancer'"))
  }
}
