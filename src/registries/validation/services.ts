/** The rules of services. Mirrors ValidateService and ValidateServiceUpdate of core validation. */
import { duplicate, forbidden, invalid, required } from '../../api/fieldErrors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
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

const PORT: InternalForm = { Name: '', Protocol: '', AppProtocol: null, Port: 0, TargetPort: 0, NodePort: 0 }
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints'

export function validateService(service: Service, previous?: Service): readonly FieldError[] {
  const errors: FieldError[] = []
  const { spec, status } = service
  checkTopologyMode(service, errors)
  const ports = spec.ports ?? []
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') errors.push(required('spec.ports'))
  checkType(spec, errors)
  const names: string[] = []
  for (let i = 0; i < ports.length; i++) checkServicePort(ports, i, names, errors)
  validateLabels(spec.selector, 'spec.selector', errors)
  checkAffinity(spec, errors)
  errors.push(...checkClusterIPs(spec))
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) {
    if (checkIP(errors, `spec.externalIPs[${i}]`, ip)) checkOrdinaryIP(errors, `spec.externalIPs[${i}]`, ip)
  }
  checkChoice(errors, 'spec.type', spec.type, TYPES)
  checkNodePorts(spec, errors)
  checkTraffic(spec, errors)
  checkBalancer(service, previous, errors)
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
  const twin = ports.findIndex((other) => (other.port ?? 0) === (port.port ?? 0) && other.protocol === port.protocol)
  // Upstream shows no more of it than makes it a duplicate.
  if (twin < index) errors.push(duplicate(at, internally({ port: port.port, protocol: port.protocol }, PORT)))
}

/** How traffic keeps to a zone is said by one annotation, and was by another. */
function checkTopologyMode({ metadata: { annotations = {} } }: Service, errors: Errors): void {
  const [mode, hints] = [annotations[TOPOLOGY_MODE], annotations[TOPOLOGY_HINTS]]
  if (mode === undefined || hints === undefined || mode === hints) return
  const detail = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`
  errors.push(invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, detail))
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
    const twin = ports.findIndex((other) => other.nodePort === nodePort && other.protocol === protocol)
    if (twin < i) errors.push(duplicate(at, nodePort))
  }
}
