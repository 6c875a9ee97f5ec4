import type { EndpointAddress, EndpointSubset } from '../../api/types/core.ts'

/** How many addresses one Endpoints object holds: maxCapacity of pkg/controller/endpoint/endpoints_controller.go. */
const capacity = 1000

/**
 * No more addresses than fit, each subset its share of them, the ready ones first. Mirrors truncateEndpoints.
 */
export function truncated(subsets: readonly EndpointSubset[]): {
  readonly subsets: readonly EndpointSubset[]
  readonly isTruncated: boolean
} {
  const ready = sum(subsets, 'addresses')
  const notReady = sum(subsets, 'notReadyAddresses')
  if (ready + notReady <= capacity) return { subsets, isTruncated: false }
  const field = ready > capacity ? 'addresses' : 'notReadyAddresses'
  const total = ready > capacity ? ready : notReady
  const room = ready > capacity ? capacity : capacity - ready
  let left = room
  const cut = subsets.map((subset) => {
    const { addresses = none, notReadyAddresses: _cut, ...rest } = subset
    const list = subset[field] ?? none
    const taken = list.slice(0, Math.min(left, Math.ceil((list.length / total) * room)))
    left -= taken.length
    const [kept, waiting] = field === 'addresses' ? [taken, none] : [addresses, taken]
    return { ...filled(kept, waiting), ...rest }
  })
  return {
    subsets: cut.filter((subset) => subset.addresses !== undefined || subset.notReadyAddresses !== undefined),
    isTruncated: true,
  }
}

function sum(subsets: readonly EndpointSubset[], field: 'addresses' | 'notReadyAddresses'): number {
  return subsets.reduce((count, subset) => count + (subset[field]?.length ?? 0), 0)
}

/** Lists of nothing are left out. */
function filled(addresses: readonly EndpointAddress[], notReadyAddresses: readonly EndpointAddress[]): EndpointSubset {
  return {
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses }),
  }
}

const none: readonly EndpointAddress[] = Object.freeze([])
