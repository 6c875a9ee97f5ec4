/** The rules of services. Mirrors ValidateService and ValidateServiceUpdate of core validation. */
import { duplicate, forbidden, invalid, required } from '../../api/fieldErrors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import { validateLabels } from '../../api/metaValidation.ts'
import { portNumberErrors } from '../../api/names.ts'
import type { Service, ServicePort, ServiceSpec } from '../../api/types/core.ts'
import { isHeadless, needsHealthCheckPort } from '../serviceTypes.ts'
import { checkIP, checkOrdinaryIP } from './addresses.ts'
import { checkClusterIPs, checkKeptAddresses } from './clusterIPs.ts'
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
import { checkBalancer, checkBalancerStatus } from './loadBalancers.ts'
import { checkTraffic } from './serviceTraffic.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const KUBELET_PORT = 10_250
const NODE_PORTS = 'provided port is not in the valid range. The range of valid ports is 30000-32767'

export function validateService(service: Service): readonly FieldError[] {
  const errors: FieldError[] = []
  const { spec, status } = service
  const ports = spec.ports ?? []
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') errors.push(required('spec.ports'))
  checkType(spec, errors)
  const names: string[] = []
  for (let i = 0; i < ports.length; i++) checkServicePort(ports, i, names, errors)
  validateLabels(spec.selector, 'spec.selector', errors)
  checkAffinity(spec, errors)
  errors.push(...checkClusterIPs(spec))
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) {
    checkIP(errors, `spec.externalIPs[${i}]`, ip)
    checkOrdinaryIP(errors, `spec.externalIPs[${i}]`, ip)
  }
  checkChoice(errors, 'spec.type', spec.type, TYPES)
  checkNodePorts(spec, errors)
  checkTraffic(spec, errors)
  checkBalancer(spec, errors)
  checkBalancerStatus(service, status, errors)
  return errors
}

export function validateServiceUpdate(next: Service, previous: Service): readonly FieldError[] {
  const errors: FieldError[] = [...checkKeptAddresses(next, previous)]
  const { loadBalancerClass, healthCheckNodePort } = next.spec
  const areBalanced = next.spec.type === 'LoadBalancer' && previous.spec.type === 'LoadBalancer'
  if (areBalanced && loadBalancerClass !== previous.spec.loadBalancerClass)
    errors.push(invalid('spec.loadBalancerClass', loadBalancerClass, 'may not change once set'))
  const isChecked = needsHealthCheckPort(next.spec) && needsHealthCheckPort(previous.spec)
  if (isChecked && healthCheckNodePort !== previous.spec.healthCheckNodePort)
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'))
  return errors
}

function checkType(spec: ServiceSpec, errors: Errors): void {
  if (isHeadless(spec) && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`))
  }
  if (spec.type === 'LoadBalancer') {
    const detail = `may not expose port ${KUBELET_PORT} externally since it is used by kubelet`
    for (const [i, { port }] of (spec.ports ?? []).entries())
      if (port === KUBELET_PORT) errors.push(invalid(`spec.ports[${i}]`, port, detail))
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
