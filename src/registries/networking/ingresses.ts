/** Ingresses. Mirrors ValidateIngressCreate of pkg/apis/networking/validation/validation.go. */
import { invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { portNameErrors, portNumberErrors, subdomainErrors, wildcardErrors } from '../../api/names.ts'
import { orNone } from '../../api/table.ts'
import type {
  HTTPIngressPath,
  HTTPIngressRuleValue,
  Ingress,
  IngressBackend,
  IngressRule,
  IngressServiceBackend,
  IngressTLS,
} from '../../api/types/networking.ts'
import { ageColumn, loadBalancerAddresses, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import { isIPv4, isIPv6 } from '../validation/addresses.ts'
import type { Errors } from '../validation/common.ts'
import { checkLabel, checkSubdomain, complain } from '../validation/common.ts'
import { checkReference } from '../validation/references.ts'

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']
const BAD_PARTS = ['//', '/./', '/../', '%2f', '%2F']
const BAD_ENDS = ['/..', '/.']

export const ingresses: ResourceDefinition<Ingress> = defineResource({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  namespaced: true,
  hasGeneration: true,
  isKeptOnly: true,
  fillSpec: (spec) => spec,
  status: { loadBalancer: {} },
  check,
  columns: [
    nameColumn(),
    {
      name: 'Class',
      cell: ({ spec, metadata }) => orNone(spec.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION]),
    },
    { name: 'Hosts', cell: hostsCell },
    { name: 'Address', cell: ({ status }) => loadBalancerAddresses(status).join(',') },
    { name: 'Ports', cell: ({ spec }) => ((spec.tls ?? []).length > 0 ? '80, 443' : '80') },
    ageColumn(),
  ],
})

function check({ spec, metadata }: Ingress, errors: Errors): void {
  const { rules = [], tls = [], defaultBackend, ingressClassName } = spec
  if (rules.length === 0 && defaultBackend === undefined) {
    errors.push(invalid('spec', spec.rules, 'either `defaultBackend` or `rules` must be specified'))
  }
  if (defaultBackend !== undefined) checkBackend(defaultBackend, 'spec.defaultBackend', errors)
  for (const [i, rule] of rules.entries()) checkRule(rule, `spec.rules[${i}]`, errors)
  for (const [i, each] of tls.entries()) checkTLS(each, `spec.tls[${i}]`, errors)
  if (ingressClassName !== undefined) checkSubdomain(errors, 'spec.ingressClassName', ingressClassName)
  const said = metadata.annotations?.[CLASS_ANNOTATION]
  if (said !== undefined && ingressClassName !== undefined && said !== ingressClassName) {
    const detail = 'must match `ingressClassName` when both are specified'
    errors.push(invalid(`annotations.${CLASS_ANNOTATION}`, said, detail))
  }
}

function checkRule({ host, http }: IngressRule, at: string, errors: Errors): void {
  if (host) {
    const path = `${at}.host`
    if (isIPv4(host) || isIPv6(host)) errors.push(invalid(path, host, 'must be a DNS name, not an IP address'))
    checkHost(host, path, errors)
  }
  if (http !== undefined) checkPaths(http, `${at}.http`, errors)
}

function checkHost(host: string, path: string, errors: Errors): void {
  complain(errors, path, host, host.includes('*') ? wildcardErrors(host) : subdomainErrors(host))
}

function checkPaths({ paths = [] }: Partial<HTTPIngressRuleValue>, at: string, errors: Errors): void {
  if (paths.length === 0) errors.push(required(`${at}.paths`))
  for (const [i, path] of paths.entries()) checkPath(path, `${at}.paths[${i}]`, errors)
}

function checkPath({ path = '', pathType, backend }: HTTPIngressPath, at: string, errors: Errors): void {
  if (pathType === undefined) {
    errors.push(required(`${at}.pathType`, 'pathType must be specified'))
    return
  }
  const where = `${at}.path`
  if (!PATH_TYPES.includes(pathType)) errors.push(notSupported(`${at}.pathType`, pathType, PATH_TYPES))
  else if (!path.startsWith('/') && (path !== '' || pathType !== 'ImplementationSpecific')) {
    errors.push(invalid(where, path, 'must be an absolute path'))
  }
  if (pathType === 'Exact' || pathType === 'Prefix') {
    for (const bad of BAD_PARTS) if (path.includes(bad)) errors.push(invalid(where, path, `must not contain '${bad}'`))
    for (const bad of BAD_ENDS) if (path.endsWith(bad)) errors.push(invalid(where, path, `cannot end with '${bad}'`))
  }
  checkBackend(backend ?? {}, `${at}.backend`, errors)
}

function checkBackend({ resource, service }: IngressBackend, at: string, errors: Errors): void {
  if (resource !== undefined && service !== undefined) {
    errors.push(invalid(at, '', 'cannot set both resource and service backends'))
  } else if (resource !== undefined) checkReference(resource, `${at}.resource`, errors)
  else if (service !== undefined) checkService(service, at, errors)
  else errors.push(invalid(at, '', 'resource or service backend is required'))
}

function checkService({ name: service, port }: IngressServiceBackend, at: string, errors: Errors): void {
  if (!service) errors.push(required(`${at}.service.name`))
  else checkLabel(errors, `${at}.service.name`, service)
  const { name = '', number = 0 } = port ?? {}
  if (name !== '' && number !== 0) errors.push(invalid(at, '', 'cannot set both port name & port number'))
  else if (name !== '') complain(errors, `${at}.service.port.name`, name, portNameErrors(name))
  else if (number !== 0) complain(errors, `${at}.service.port.number`, number, portNumberErrors(number))
  else errors.push(required(at, 'port name or number is required'))
}

function checkTLS({ hosts = [], secretName }: IngressTLS, at: string, errors: Errors): void {
  for (const [i, host] of hosts.entries()) checkHost(host, `${at}.hosts[${i}]`, errors)
  if (secretName) checkSubdomain(errors, `${at}.secretName`, secretName)
}

/** Mirrors formatHosts of pkg/printers/internalversion/printers.go. */
function hostsCell({ spec }: Ingress): string {
  const hosts = (spec.rules ?? []).map(({ host }) => host ?? '').filter((host) => host !== '')
  if (hosts.length === 0) return '*'
  const shown = hosts.slice(0, 3).join(',')
  return hosts.length > 3 ? `${shown} + ${hosts.length - 3} more...` : shown
}
