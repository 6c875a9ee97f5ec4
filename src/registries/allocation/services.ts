/** What is handed out to services. Mirrors pkg/registry/core/service/storage/alloc.go, for IPv4 alone. */
import type { Service } from '../../api/types/core.ts'
import type { Allocation } from '../definition.ts'
import { withClusterIPs } from './clusterIPs.ts'
import { withFamilies } from './ipFamilies.ts'
import { withNodePorts } from './nodePorts.ts'

export const serviceAllocation: Allocation<Service> = {
  allocate: (service, previous, pool) => {
    const addressed = withClusterIPs(withFamilies(service, previous), previous, pool)
    return withNodePorts(addressed, previous, pool)
  },
  held,
}

function held({ spec }: Service): readonly string[] {
  const addresses = (spec.clusterIPs ?? []).filter((address) => address !== 'None')
  const ports = new Set([...(spec.ports ?? []).map(({ nodePort }) => nodePort), spec.healthCheckNodePort])
  return [
    ...addresses.map((address) => `ip/${address}`),
    ...[...ports].filter((port) => port !== undefined && port !== 0).map((port) => `port/${port}`),
  ]
}
