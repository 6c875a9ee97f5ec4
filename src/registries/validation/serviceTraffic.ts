/** How traffic to a service may be led. Mirrors validateServiceExternalTrafficPolicy and its like of core validation. */
import { invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { portNumberErrors } from '../../api/names.ts'
import type { ServiceSpec } from '../../api/types/core.ts'
import { isExternallyAccessible, needsHealthCheckPort } from '../serviceTypes.ts'
import { checkChoice, complain } from './common.ts'
import type { Errors } from './common.ts'

const POLICIES = ['Cluster', 'Local']
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']

export function checkTraffic(spec: ServiceSpec, errors: Errors): void {
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal, trafficDistribution } = spec
  if (isExternallyAccessible(spec)) checkChoice(errors, 'spec.externalTrafficPolicy', external, POLICIES)
  else if (external) {
    const detail = 'may only be set for externally-accessible services'
    errors.push(invalid('spec.externalTrafficPolicy', external, detail))
  }
  checkHealthCheckPort(spec, errors)
  if (internal !== undefined || spec.type !== 'ExternalName')
    checkChoice(errors, 'spec.internalTrafficPolicy', internal, POLICIES)
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution))
    errors.push(notSupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS))
}

function checkHealthCheckPort(spec: ServiceSpec, errors: Errors): void {
  const path = 'spec.healthCheckNodePort'
  const port = spec.healthCheckNodePort ?? 0
  if (!needsHealthCheckPort(spec)) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
    if (port !== 0) errors.push(invalid(path, port, detail))
  } else if (port === 0) errors.push(required(path))
  else complain(errors, path, port, portNumberErrors(port))
}
