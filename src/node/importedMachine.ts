import { badRequest } from '../api/errors.ts'
import { parseIPv4 } from '../api/addresses.ts'
import { bytes, cpuMilli } from '../api/quantity.ts'
import type { Node, Pod } from '../api/types/core.ts'
import { isWithin, parseRange } from './addresses.ts'
import { parseImage } from '../api/imageNames.ts'
import type { ImageRecord } from './machines.ts'
import type { Machine } from './nodeTemplate.ts'

/** The machine behind a Node of another cluster. `ranged`: pods' addresses come out of the node's range there. */
export function importedMachine({ metadata, spec, status }: Node, ranged: boolean): Machine {
  const { capacity = {}, allocatable = capacity, addresses = [] } = status
  const internal = addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address)
  // Where a node does not say, some address that nobody has.
  const [hostIP = '0.0.0.0'] = internal.length > 0 ? internal : addresses.map(({ address }) => address)
  return {
    name: metadata.name,
    capacity,
    cpuMilli: cpuMilli(allocatable['cpu']),
    memoryBytes: bytes(allocatable['memory']),
    pods: Number(allocatable['pods'] ?? 110),
    labels: {},
    annotations: {},
    taints: [],
    known: {
      hostIP,
      hostIPs: (internal.length > 0 ? internal : [hostIP]).map((ip) => ({ ip })),
      range: ranged ? parseRange(spec.podCIDR ?? '') : undefined,
    },
  }
}

/** Whether each pod's address lies in the range of its node, so that ranges are what addresses are given out by. */
export function isRanged(nodes: readonly Node[], pods: readonly Pod[]): boolean {
  const ranges = new Map(nodes.map(({ metadata, spec }) => [metadata.name, parseRange(spec.podCIDR ?? '')]))
  if ([...ranges.values()].includes(undefined)) return false
  return pods.every(({ spec, status }) => {
    const address = spec.hostNetwork === true ? undefined : parseIPv4(status.podIP ?? '')
    const range = ranges.get(spec.nodeName ?? '')
    return address === undefined || range === undefined || isWithin(range, address)
  })
}

/** The images that a Node reports, under every name by which manifests may ask for them. */
export function importedImages({ status }: Node, pods: readonly Pod[], now: number): ImageRecord[] {
  const names = new Set<string>()
  for (const { names: reported = [] } of status.images ?? [])
    for (const name of reported) for (const one of shorter(name)) names.add(one)
  for (const { spec, status: ofPod } of pods) {
    const begun = new Set(
      [...(ofPod.initContainerStatuses ?? []), ...(ofPod.containerStatuses ?? [])]
        .filter(({ containerID }) => containerID)
        .map(({ name }) => name),
    )
    for (const { name, image } of [...(spec.initContainers ?? []), ...spec.containers])
      if (begun.has(name) && image !== undefined) names.add(image)
  }
  return [...names].map((name) => ({ name, readyAt: now }))
}

/** `docker.io/library/nginx:1`, `library/nginx:1`, `nginx:1`; without the tag where it is `latest`. */
function shorter(name: string): string[] {
  const { repository, tag } = parseImage(name)
  const forms = [name]
  if (repository.startsWith('docker.io/') && name.startsWith('docker.io/')) forms.push(name.slice('docker.io/'.length))
  if (repository.startsWith('docker.io/library/') && name.startsWith('docker.io/library/'))
    forms.push(name.slice('docker.io/library/'.length))
  return tag === 'latest' ? [...forms, ...forms.map((form) => form.replace(/:latest$/u, ''))] : forms
}

/** Throws BadRequest for a Node that no scheduler could count with. */
export function checkMachine({ metadata, status }: Node, path: string): void {
  const { capacity, allocatable = capacity } = status
  for (const resource of ['cpu', 'memory', 'pods'])
    if (allocatable?.[resource] === undefined)
      throw badRequest(`${path}: nodes "${metadata.name}": status.allocatable[${resource}]: Required value`)
}

/** Whether a Node says that it is ready. */
export function isReady({ status }: Node): boolean {
  return status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
}

/** The addresses that nodes keep for themselves at the end of their ranges, and those of their pods. */
export function* addressesOf(nodes: readonly Node[], pods: readonly Pod[]): Iterable<number> {
  for (const { spec } of nodes) {
    const range = parseRange(spec.podCIDR ?? '')
    if (range !== undefined) yield range.base + range.size - 1
  }
  for (const { status } of pods) {
    const address = parseIPv4(status.podIP ?? '')
    if (address !== undefined) yield address
  }
}
