/** How the devices are that a container was given. Mirrors validateContainerStatusAllocatedResourcesStatus of core validation. */
import { duplicate, invalid, notSupported, required, tooLong } from '../../api/fieldErrors.ts'
import type { Container, ContainerStatus, ResourceStatus } from '../../api/types/core.ts'
import type { Errors } from './common.ts'

const HEALTH = ['Healthy', 'Unhealthy', 'Unknown']
const LONGEST_MESSAGE = 1024
const CLAIM = 'claim:'
const AMONG_CLAIMS =
  "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' " +
  'if request is empty'

export function checkAllocatedResources(
  statuses: readonly ContainerStatus[] | undefined,
  containers: readonly Container[],
  path: string,
  errors: Errors,
): void {
  for (const [i, status] of (statuses ?? []).entries()) {
    const container = containers.find(({ name }) => name === status.name)
    for (const [j, resource] of (status.allocatedResourcesStatus ?? []).entries()) {
      const at = `${path}[${i}].allocatedResourcesStatus[${j}]`
      if (container !== undefined) checkAsked(resource.name ?? '', container, `${at}.name`, errors)
      checkHealth(resource, at, errors)
    }
  }
}

function checkAsked(name: string, { resources }: Container, at: string, errors: Errors): void {
  if (!name.startsWith(CLAIM)) {
    if (resources?.requests?.[name] !== undefined) return
    errors.push(invalid(at, name, "must match one of the container's resource requests"))
    return
  }
  const claims = resources?.claims ?? []
  const isClaimed = claims.some((claim) => `${CLAIM}${claim.name}${claim.request ? `/${claim.request}` : ''}` === name)
  if (!isClaimed) errors.push(invalid(at, name, AMONG_CLAIMS))
}

function checkHealth({ resources = [] }: ResourceStatus, path: string, errors: Errors): void {
  const seen = new Set<string>()
  for (const [k, { health = '', message, resourceID = '' }] of resources.entries()) {
    const at = `${path}.resources[${k}]`
    if (!HEALTH.includes(health)) errors.push(notSupported(`${at}.health`, health, HEALTH))
    if (message === '') errors.push(required(`${at}.message`, 'must be non-empty if specified'))
    else if (message !== undefined && message.length > LONGEST_MESSAGE) {
      errors.push(tooLong(`${at}.message`, LONGEST_MESSAGE))
    }
    if (seen.has(resourceID)) errors.push(duplicate(`${at}.resourceID`, resourceID))
    seen.add(resourceID)
  }
}
