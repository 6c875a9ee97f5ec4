/** Network policies. Mirrors pkg/apis/networking/v1/defaults.go and ValidateNetworkPolicySpec of its validation. */
import { mapKept } from '../../api/mapKept.ts'
import { isCIDR, isWithin } from '../../api/addresses.ts'
import { forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { portNumberErrors } from '../../api/names.ts'
import { formatLabelSelector } from '../../api/selectors.ts'
import { orNone } from '../../api/table.ts'
import type {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from '../../api/types/networking.ts'
import { EMPTY } from '../defaults/mutable.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import { checkCIDR } from '../validation/addresses.ts'
import { checkLabelSelector } from '../validation/affinity.ts'
import type { Errors } from '../validation/common.ts'
import { checkPort, complain } from '../validation/common.ts'

const PROTOCOLS = ['TCP', 'UDP', 'SCTP']
const TYPES = ['Ingress', 'Egress']

export const networkPolicies: ResourceDefinition<NetworkPolicy> = defineResource({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  namespaced: true,
  hasGeneration: true,
  isKeptOnly: true,
  fillSpec,
  check: ({ spec }, errors) => checkSpec(spec, errors),
  columns: [
    nameColumn(),
    { name: 'Pod-Selector', cell: ({ spec }) => orNone(formatLabelSelector(spec.podSelector)) },
    ageColumn(),
  ],
})

type Rule = { readonly ports?: readonly NetworkPolicyPort[] }

/** A policy is about what comes in, and about what goes out if it has rules for that. */
function fillSpec(spec: NetworkPolicySpec): NetworkPolicySpec {
  const ingress = spec.ingress && mapKept(spec.ingress, defaultRule)
  const egress = spec.egress && mapKept(spec.egress, defaultRule)
  const types = (spec.egress ?? []).length > 0 ? TYPES : TYPES.slice(0, 1)
  const policyTypes = (spec.policyTypes ?? []).length > 0 ? spec.policyTypes! : types
  const whole = fill(policyTypes === spec.policyTypes ? spec : { ...spec, policyTypes }, { podSelector: EMPTY })
  if (ingress === spec.ingress && egress === spec.egress) return whole
  return { ...whole, ...(ingress && { ingress }), ...(egress && { egress }) }
}

function defaultRule<R extends Rule>(rule: R): R {
  const ports = rule.ports && mapKept(rule.ports, (port) => fill(port, { protocol: 'TCP' }))
  return ports === rule.ports ? rule : { ...rule, ports }
}

function checkSpec(spec: NetworkPolicySpec, errors: Errors): void {
  checkLabelSelector(spec.podSelector, 'spec.podSelector', errors)
  for (const [i, { ports, from }] of (spec.ingress ?? []).entries()) {
    checkRule(ports, from, 'from', `spec.ingress[${i}]`, errors)
  }
  for (const [i, { ports, to }] of (spec.egress ?? []).entries()) {
    checkRule(ports, to, 'to', `spec.egress[${i}]`, errors)
  }
  const types = spec.policyTypes ?? []
  if (types.length > TYPES.length) {
    errors.push(invalid('spec.policyTypes', types, 'may not specify more than two policyTypes'))
    return
  }
  for (const [i, type] of types.entries()) {
    if (!TYPES.includes(type)) errors.push(notSupported(`spec.policyTypes[${i}]`, type, TYPES))
  }
}

function checkRule(
  ports: readonly NetworkPolicyPort[] | undefined,
  peers: readonly NetworkPolicyPeer[] | undefined,
  side: string,
  at: string,
  errors: Errors,
): void {
  for (const [i, port] of (ports ?? []).entries()) checkPolicyPort(port, `${at}.ports[${i}]`, errors)
  for (const [i, peer] of (peers ?? []).entries()) checkPeer(peer, `${at}.${side}[${i}]`, errors)
}

function checkPolicyPort({ protocol, port, endPort }: NetworkPolicyPort, at: string, errors: Errors): void {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) {
    errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
  }
  const path = `${at}.endPort`
  if (typeof port === 'string' && endPort !== undefined) {
    errors.push(invalid(path, endPort, 'may not be specified when `port` is non-numeric'))
  }
  if (port !== undefined) checkPort(errors, `${at}.port`, port)
  if (endPort === undefined || typeof port === 'string') return
  if (port === undefined) errors.push(invalid(path, endPort, 'may not be specified when `port` is not specified'))
  else {
    if (endPort < port) errors.push(invalid(path, port, 'must be greater than or equal to `port`'))
    complain(errors, path, endPort, portNumberErrors(endPort))
  }
}

function checkPeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, at: string, errors: Errors): void {
  checkLabelSelector(podSelector, `${at}.podSelector`, errors)
  checkLabelSelector(namespaceSelector, `${at}.namespaceSelector`, errors)
  if (ipBlock !== undefined) checkBlock(ipBlock, `${at}.ipBlock`, errors)
  const selects = podSelector !== undefined || namespaceSelector !== undefined
  if (!selects && ipBlock === undefined) errors.push(required(at, 'must specify a peer'))
  if (selects && ipBlock !== undefined) {
    errors.push(forbidden(at, 'may not specify both ipBlock and another peer'))
  }
}

function checkBlock({ cidr, except = [] }: IPBlock, at: string, errors: Errors): void {
  if (!cidr) {
    errors.push(required(`${at}.cidr`))
    return
  }
  checkCIDR(errors, `${at}.cidr`, cidr)
  if (!isCIDR(cidr)) return
  for (const [i, part] of except.entries()) {
    const path = `${at}.except[${i}]`
    checkCIDR(errors, path, part)
    if (isCIDR(part) && !isWithin(part, cidr)) errors.push(invalid(path, part, 'must be a strict subset of `cidr`'))
  }
}
