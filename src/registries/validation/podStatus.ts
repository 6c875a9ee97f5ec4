/** What an update of a pod's status may say. Mirrors ValidatePodStatusUpdate of core validation. */
import { forbidden, immutable, invalid, required, duplicate } from '../../api/fieldErrors.ts'
import { internally } from '../../api/internalForm.ts'
import { subdomainErrors } from '../../api/names.ts'
import { mayRestartAll, restartsAfter } from '../../api/restartPolicy.ts'
import type { Container, ContainerStatus, Pod, PodSpec, PodStatus } from '../../api/types/core.ts'
import { checkIP, isIPv4, isIPv6 } from './addresses.ts'
import type { Errors } from './common.ts'
import { checkLabel, checkQualifiedName, checkSubdomain, complain } from './common.ts'
import { checkAllocatedResources } from './allocatedResources.ts'
import { checkId } from './security.ts'

const NOT_NEGATIVE = 'must be a non-negative integer'
/** Types of conditions that are Kubernetes' own. */
const OWN_TYPES = ['PodScheduled', 'Ready', 'Initialized']
const IP = { IP: '' }

export function checkPodStatusUpdate(next: Pod, previous: Pod, errors: Errors): void {
  const { status, spec } = next
  const before = previous.status
  checkConditions(status, errors)
  checkNomination(status, previous, errors)
  const { observedGeneration = 0, qosClass = '' } = status
  if (observedGeneration < 0) errors.push(invalid('status.observedGeneration', observedGeneration, NOT_NEGATIVE))
  if (qosClass !== (before.qosClass ?? '')) errors.push(immutable('status.qosClass', qosClass))
  const { containers = [], initContainers = [] } = spec
  if (!mayRestartAll(spec)) {
    checkTransitions(status.containerStatuses, before.containerStatuses, spec, containers, 'containerStatuses', errors)
    const inits = 'initContainerStatuses'
    checkTransitions(status[inits], before[inits], spec, initContainers, inits, errors)
  }
  const debugging = 'ephemeralContainerStatuses'
  checkTransitions(status[debugging], before[debugging], spec, [], debugging, errors)
  checkClaimStatuses(status, spec, errors)
  checkExtendedClaim(status, spec, errors)
  checkAddresses(status, before, errors)
  for (const list of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const) {
    checkUsers(status[list], spec, `status.${list}`, errors)
  }
  checkAllocatedResources(status.containerStatuses, containers, 'status.containerStatuses', errors)
  checkAllocatedResources(status.initContainerStatuses, initContainers, 'status.initContainerStatuses', errors)
  for (const [i, { allocatedResourcesStatus }] of (status.ephemeralContainerStatuses ?? []).entries()) {
    const at = `status.ephemeralContainerStatuses[${i}].allocatedResourcesStatus`
    if (allocatedResourcesStatus?.length) errors.push(forbidden(at, 'must not be specified in container status'))
  }
}

function checkConditions({ conditions = [] }: PodStatus, errors: Errors): void {
  for (const [i, { type = '', observedGeneration = 0 }] of conditions.entries()) {
    const at = `status.conditions[${i}]`
    if (observedGeneration < 0) errors.push(invalid(`${at}.observedGeneration`, observedGeneration, NOT_NEGATIVE))
    if (!OWN_TYPES.includes(type)) checkQualifiedName(errors, `${at}.Type`, type)
  }
}

/** Only of a pod that is on no node a node can be freed. */
function checkNomination({ nominatedNodeName: name }: PodStatus, previous: Pod, errors: Errors): void {
  if (!name || name === previous.status.nominatedNodeName) return
  const at = 'status.nominatedNodeName'
  checkSubdomain(errors, at, name)
  if (previous.spec.nodeName) errors.push(forbidden(at, 'may not be set on pods that are already bound to a node'))
}

/** What has ended and is not started again stays so. */
function checkTransitions(
  next: readonly ContainerStatus[] = [],
  previous: readonly ContainerStatus[] | undefined,
  spec: PodSpec,
  containers: readonly Container[],
  list: string,
  errors: Errors,
): void {
  for (const [i, { name, state }] of (previous ?? []).entries()) {
    const ended = state?.terminated
    const status = ended && next.find((other) => other.name === name && other.state?.terminated === undefined)
    if (status === undefined) continue
    const container = containers.find((other) => other.name === name)
    if (container !== undefined && restartsAfter(spec, container, ended!.exitCode)) continue
    errors.push(forbidden(`status.${list}[${i}].state`, 'may not be transitioned to non-terminated state'))
  }
}

function checkClaimStatuses({ resourceClaimStatuses = [] }: PodStatus, spec: PodSpec, errors: Errors): void {
  const seen = new Set<string>()
  for (const [i, { name = '', resourceClaimName }] of resourceClaimStatuses.entries()) {
    const at = `status.resourceClaimStatuses[${i}]`
    if (!spec.resourceClaims?.some((claim) => claim.name === name)) {
      errors.push(invalid(`${at}.name`, name, 'must match the name of an entry in `spec.resourceClaims`'))
    }
    if (seen.has(name)) errors.push(duplicate(`${at}.name`, name))
    seen.add(name)
    if (resourceClaimName === undefined) continue
    complain(errors, `${at}.resourceClaimName`, resourceClaimName, subdomainErrors(resourceClaimName))
  }
}

const AMONG_CONTAINERS = 'must match the name of an entry in spec.initContainers.name or spec.containers.name'
const AMONG_REQUESTS =
  'must match the extended resource name of an entry in spec.initContainers.resources.requests or ' +
  'spec.containers.resources.requests'

function checkExtendedClaim({ extendedResourceClaimStatus: claim }: PodStatus, spec: PodSpec, errors: Errors): void {
  if (claim === undefined) return
  const path = 'status.extendedResourceClaimStatus'
  const { requestMappings = [], resourceClaimName } = claim
  if (requestMappings.length === 0) {
    errors.push(required(`${path}.requestMappings`, 'at least one request mapping is required'))
  }
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  const seen = new Set<string>()
  for (const [i, mapping] of requestMappings.entries()) {
    const { containerName = '', resourceName = '', requestName = '' } = mapping
    const at = `${path}.requestMappings[${i}]`
    const container = containers.findLast(({ name }) => name === containerName)
    if (container === undefined) errors.push(invalid(`${at}.containerName`, containerName, AMONG_CONTAINERS))
    else if (container.resources?.requests?.[resourceName] === undefined) {
      errors.push(invalid(`${at}.resourceName`, resourceName, AMONG_REQUESTS))
    }
    checkLabel(errors, `${path}.requestName`, requestName)
    const key = JSON.stringify([containerName, resourceName, requestName])
    if (seen.has(key)) {
      errors.push(duplicate(`${at}.containerName`, containerName))
      errors.push(duplicate(`${at}.resourceName`, resourceName))
      errors.push(duplicate(`${at}.requestName`, requestName))
    }
    seen.add(key)
  }
  if (!resourceClaimName) errors.push(required(`${path}.resourceClaimName`))
  else checkSubdomain(errors, `${path}.resourceClaimName`, resourceClaimName)
}

function checkAddresses(status: PodStatus, previous: PodStatus, errors: Errors): void {
  const { podIPs = [], hostIPs = [], hostIP = '' } = status
  checkFamilies(podIPs, previous.podIPs, 'status.podIPs', errors)
  const first = hostIPs[0]?.ip ?? ''
  if (hostIPs.length > 0 && first !== hostIP) {
    errors.push(invalid('status.hostIPs[0].ip', first, 'must be equal to `hostIP`'))
  }
  checkFamilies(hostIPs, previous.hostIPs, 'status.hostIPs', errors)
}

type Addresses = readonly { readonly ip: string }[]

/** One of each family, at most; what was wrong before may stay. */
function checkFamilies(next: Addresses, previous: Addresses = [], path: string, errors: Errors): void {
  for (const [i, { ip = '' }] of next.entries()) {
    if (!previous.some((other) => other.ip === ip)) checkIP(errors, `${path}[${i}]`, ip)
  }
  if (next.length < 2) return
  const isDual = next.some(({ ip = '' }) => isIPv4(ip)) && next.some(({ ip = '' }) => isIPv6(ip))
  if (isDual && next.length === 2) return
  errors.push(invalid(path, internally(next, IP), 'may specify no more than one IP for each IP family'))
}

function checkUsers(statuses: readonly ContainerStatus[] = [], spec: PodSpec, path: string, errors: Errors): void {
  for (const [i, { user }] of statuses.entries()) {
    const at = `${path}[${i}].user.linux`
    const { linux } = user ?? {}
    if (linux === undefined) continue
    if (spec.os?.name === 'windows') {
      errors.push(forbidden(at, 'cannot be set for a windows pod'))
      continue
    }
    checkId(linux.uid ?? 0, `${at}.uid`, errors)
    checkId(linux.gid ?? 0, `${at}.gid`, errors)
    for (const [g, group] of (linux.supplementalGroups ?? []).entries()) {
      checkId(group, `${at}.supplementalGroups[${g}]`, errors)
    }
  }
}
