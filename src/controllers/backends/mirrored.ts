import { canonicalIPv6, isIPv4 } from '../../api/addresses.ts'
import { byCodeUnit } from '../../api/order.ts'
import type { EndpointAddress, Endpoints } from '../../api/types/core.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/types/discovery.ts'
import { portOf, portsKey } from './slices.ts'

/** How many addresses of a subset are mirrored: --mirroring-max-endpoints-per-subset. */
export const most = 1_000
const families = ['IPv4', 'IPv6'] as const

/** What one slice is to hold. */
export type Mirrored = Pick<EndpointSlice, 'addressType' | 'ports' | 'endpoints'>

interface Standing {
  readonly address: EndpointAddress
  readonly isReady: boolean
}

/** Addresses by themselves and whose they are, on one port or on several. */
interface Subset {
  readonly ports: EndpointPort[]
  readonly standing: Map<string, Standing>
}

/**
 * The slices that mirror Endpoints, and how many addresses they have no room for. Mirrors RepackSubsets of
 * pkg/api/v1/endpoints and desiredCalc of pkg/controller/endpointslicemirroring.
 */
export function mirrored(endpoints: Endpoints): { readonly slices: readonly Mirrored[]; readonly skipped: number } {
  const repacked = subsetsOf(endpoints).map(({ ports, standing }) => ({
    ports,
    all: [...standing.values()].sort(order),
  }))
  const slices = repacked.flatMap(({ ports, all }) =>
    families.flatMap((addressType): readonly Mirrored[] => {
      const own = all.slice(0, most).filter(({ address }) => isIPv4(address.ip) === (addressType === 'IPv4'))
      return own.length === 0 ? [] : [{ addressType, ports, endpoints: own.map(endpointOf) }]
    }),
  )
  return { slices, skipped: repacked.reduce((sum, { all }) => sum + Math.max(0, all.length - most), 0) }
}

/** Ports on which the same addresses stand, and stand alike, are one subset. */
function subsetsOf(endpoints: Endpoints): readonly Subset[] {
  const subsets = new Map<string, Subset>()
  for (const { ports, standing } of byPort(endpoints).values()) {
    const key = [...standing].map(([address, { isReady }]) => `${address} ${isReady}`).sort()
    const subset = subsets.get(key.join())
    if (subset === undefined) subsets.set(key.join(), { ports: [...ports], standing })
    else subset.ports.push(...ports)
  }
  return [...subsets.values()]
}

function byPort({ subsets = [] }: Endpoints): ReadonlyMap<string, Subset> {
  const found = new Map<string, Subset>()
  for (const { ports = [], addresses = [], notReadyAddresses = [] } of subsets) {
    // Addresses without a port are kept, too.
    for (const port of ports.length === 0 ? [undefined] : ports) {
      const own = port === undefined ? [] : [portOf(port, port.port)]
      const key = portsKey({ ports: own })
      const subset = found.get(key) ?? { ports: own, standing: new Map() }
      found.set(key, subset)
      for (const address of addresses) stand(subset, address, true)
      for (const address of notReadyAddresses) stand(subset, address, false)
    }
  }
  return found
}

/** What is said to be not ready as well is not. */
function stand({ standing }: Subset, address: EndpointAddress, isReady: boolean): void {
  const key = `${address.ip} ${address.targetRef?.uid ?? ''}`
  const before = standing.get(key)
  standing.set(key, { address: before?.address ?? address, isReady: isReady && before?.isReady !== false })
}

function order(a: Standing, b: Standing): number {
  if (a.isReady !== b.isReady) return a.isReady ? -1 : 1
  return byCodeUnit(a.address.ip, b.address.ip)
}

/** Mirrors addressToEndpoint. */
function endpointOf({ address: { ip, hostname, nodeName, targetRef }, isReady }: Standing): Endpoint {
  return {
    addresses: [isIPv4(ip) ? ip : canonicalIPv6(ip)],
    conditions: { ready: isReady },
    ...(hostname && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    ...(targetRef && { targetRef }),
  }
}
