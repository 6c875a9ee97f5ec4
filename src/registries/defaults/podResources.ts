/** Resources of a pod as a whole. Mirrors defaultPodRequests and defaultHugePagePodLimits of pkg/apis/core/v1/defaults.go. */
import { isEmpty } from '../../api/isEmpty.ts'
import { containerAmounts } from '../../api/containerAmounts.ts'
import { isPodLevel } from '../../api/podTotal.ts'
import { formatQuantity } from '../../api/quantity.ts'
import type { Container, ResourceRequirements } from '../../api/types/core.ts'
import { defaultRequirements } from './resources.ts'

interface Containers {
  readonly containers?: readonly Container[]
  readonly initContainers?: readonly Container[]
}

const HUGE_PAGES = 'hugepages-'

/** The containers are defaulted by now. */
export function defaultPodResources(
  given: ResourceRequirements,
  within: Containers,
  pod: boolean,
): ResourceRequirements {
  const own = defaultRequirements(given, false)
  if (!pod || (isEmpty(own.limits) && isEmpty(own.requests))) return own
  const limits: Record<string, string> = { ...own.limits }
  for (const [name, amount] of containerAmounts(within, 'limits')) {
    if (name.startsWith(HUGE_PAGES) && own.requests?.[name] === undefined) limits[name] ??= formatQuantity(amount)
  }
  if (isEmpty(limits)) return own
  const requests: Record<string, string> = { ...own.requests }
  for (const [name, amount] of containerAmounts(within, 'requests')) {
    if (isPodLevel(name) && !name.startsWith(HUGE_PAGES)) requests[name] ??= formatQuantity(amount)
  }
  for (const name of Object.keys(limits)) if (isPodLevel(name)) requests[name] ??= limits[name] ?? ''
  return { ...own, limits, ...(isEmpty(requests) ? {} : { requests }) }
}
