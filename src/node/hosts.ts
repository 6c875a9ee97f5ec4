import { formOf, type SavedForm } from '../kernel/saved/form.ts'
import { machineAddress } from './addresses.ts'
import { createContainerIds } from './containerIds.ts'
import type { StatusFacts } from './containerStatus.ts'
import { createImageFacts } from './images.ts'
import { type HostFacts, LeanPodStatus } from './leanPodStatus.ts'
import type { KnownMachine } from './nodeTemplate.ts'
import { createStatusExtras } from './statusExtras.ts'

/** What statuses say of a machine, by its number. A cache. `known`: what a machine has of another cluster. */
export function createHosts(
  facts: StatusFacts,
  known: (node: number) => KnownMachine | undefined = () => undefined,
): (node: number) => HostFacts {
  const hosts: (HostFacts | undefined)[] = []
  return (node) => {
    while (hosts.length <= node) hosts.push(undefined)
    return (hosts[node] ??= hostFacts(node, known(node), facts))
  }
}

function hostFacts(node: number, known: KnownMachine | undefined, facts: StatusFacts): HostFacts {
  if (known !== undefined) return { node, hostIP: known.hostIP, hostIPs: known.hostIPs, isImported: true, facts }
  const hostIP = machineAddress(node)
  return { node, hostIP, hostIPs: [{ ip: hostIP }], isImported: false, facts }
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
