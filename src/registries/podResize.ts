/** The resize subresource of pods. Mirrors podResizeStrategy of pkg/registry/core/pod/strategy.go. */
import { forbidden } from '../api/errors.ts'
import { podRequests } from '../api/podRequests.ts'
import { bytes, cpuMilli } from '../api/quantity.ts'
import type { Container, Node, Pod } from '../api/types/core.ts'
import { checkPodLimits } from './admission/limitRanger.ts'
import { copyOf } from './defaults/mutable.ts'
import type { SubresourceRules, Surroundings } from './definition.ts'
import { checkPodResize, resizeBars } from './validation/podResize.ts'

const LISTS = ['containers', 'initContainers'] as const
const PARTS = ['resources', 'resizePolicy'] as const

export const resize: SubresourceRules<Pod> = {
  prepareForUpdate: resized,
  bars: resizeBars,
  validateUpdate: checkPodResize,
  admit: (pod, previous, around) => {
    checkPodLimits(pod, around)
    if (pod.spec.nodeName && pod.metadata.generation !== previous?.metadata.generation) checkNode(pod, around)
  },
  settable: LISTS.flatMap((list) => PARTS.map((part) => ['f:spec', `f:${list}`, '*', `f:${part}`])),
}

/** The pod with other resources. Containers that come, go or change places stay as they were said, to be refused. */
function resized(next: Pod, previous: Pod): Pod {
  const { metadata, spec } = next
  const isSame = LISTS.every((list) => (spec[list] ?? []).length === (previous.spec[list] ?? []).length)
  if (!isSame) return next
  const kept = copyOf(previous.spec)
  if (spec.resources === undefined) delete kept.resources
  else kept.resources = spec.resources
  for (const list of LISTS) {
    if (spec[list] !== undefined) kept[list] = resizedContainers(spec[list], previous.spec[list] ?? [])
  }
  return { ...previous, metadata, spec: kept }
}

function resizedContainers(next: readonly Container[], previous: readonly Container[]): readonly Container[] {
  if (next.some(({ name }, place) => name !== previous[place]!.name)) return next
  return previous.map((container, place) => {
    const { resources, resizePolicy } = next[place]!
    const { resources: _resources, resizePolicy: _policy, ...rest } = container
    return { ...rest, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) }
  })
}

/** What no node could give it is refused at once. Mirrors plugin/pkg/admission/podresize. */
function checkNode({ metadata, spec }: Pod, around: Surroundings): void {
  const { nodeName = '' } = spec
  const node = around.find<Node>('nodes', '', nodeName)
  const refuse = (why: string, reason?: string): never => {
    throw forbidden('pods', metadata.name, why, '', reason === undefined ? undefined : [{ reason, message: '' }])
  }
  if (node === undefined) return refuse(`node "${nodeName}" not found`)
  const os = node.metadata.labels?.['kubernetes.io/os'] ?? 'linux'
  if (os !== 'linux') {
    const why = `pod resize is only supported on linux nodes, node "${nodeName}" is "${os}"`
    return refuse(why, 'UnsupportedPlatform')
  }
  const { allocatable = {} } = node.status
  const requests = podRequests(spec)
  const asked = [
    ['cpu', requests.cpuMilli, cpuMilli(allocatable['cpu'])],
    ['memory', requests.memoryBytes, bytes(allocatable['memory'])],
  ] as const
  const short = asked.filter(([, requested, most]) => requested > most)
  if (short.length === 0) return
  const said = short.map(([name, requested, most]) => `${name}, requested: ${requested}, allocatable: ${most}`)
  refuse(`node didn't have enough allocatable resources: ${said.join('; ')}`, 'NodeCapacity')
}
