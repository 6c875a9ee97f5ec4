import { formOf, type SavedForm } from '../kernel/saved/form.ts'
import { machineAddress } from './addresses.ts'
import { createContainerIds } from './containerIds.ts'
import type { StatusFacts } from './containerStatus.ts'
import { createImageFacts } from './images.ts'
import { type HostFacts, LeanPodStatus } from './leanPodStatus.ts'
import { createStatusExtras } from './statusExtras.ts'

/** What statuses say of a machine, by its number. A cache. */
export function createHosts(facts: StatusFacts): (node: number) => HostFacts {
  const hosts: (HostFacts | undefined)[] = []
  return (node) => {
    while (hosts.length <= node) hosts.push(undefined)
    return (hosts[node] ??= hostFacts(node, facts))
  }
}

function hostFacts(node: number, facts: StatusFacts): HostFacts {
  const hostIP = machineAddress(node)
  return { node, hostIP, hostIPs: [{ ip: hostIP }], facts }
}

/** How lean statuses are saved. One form a load: the statuses it makes share what it knows of machines and images. */
export function createLeanStatusForm(): SavedForm {
  const images = createImageFacts()
  const hostOf = createHosts({ images, containerId: createContainerIds(), extras: createStatusExtras() })
  return formOf({
    name: 'leanPodStatus',
    type: LeanPodStatus,
    parts: (status) => status.saved(),
    make: ([shape, node, address, uid, spec]) => new LeanPodStatus(shape, hostOf(node), address, uid, spec),
  })
}
