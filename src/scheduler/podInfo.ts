/**
 * What placing a pod needs to know of its spec, worked out once for all pods that ask the same. Two pods with the
 * same PodInfo are one class: every plugin answers alike for both.
 */
import type { NodeAffinity, Pod, PodSpec, ResourceRequirements, Toleration } from '../api/types/core.ts'
import { type HostPort, hostPortsOf } from '../api/hostPorts.ts'
import { namedNodes, soleName } from './nodeNames.ts'
import { type PodRequests, podRequests } from '../api/podRequests.ts'
import { hasTerms } from './topology/terms.ts'

export interface PodInfo {
  readonly requests: PodRequests
  readonly tolerations: readonly Toleration[]
  readonly nodeSelector: Readonly<Record<string, string>> | undefined
  readonly nodeAffinity: NodeAffinity | undefined
  /** The only nodes that the required affinity names, if it does: none where its terms contradict each other. */
  readonly nodeNames: readonly string[] | undefined
  readonly hostPorts: readonly HostPort[]
  readonly nodeName: string
  /** 0 unless given. Pods that are to come to a node count against those of lower or the same priority. */
  readonly priority: number
  /** Whether there are rules about where it is beside other pods. */
  readonly hasPodTerms: boolean
  /** Of a class that a user's plugin may tell from others: a pod of it. */
  readonly subject?: Pod
}

/** Of one scheduler: finds the class of a spec. */
export type PodInfos = (spec: PodSpec) => PodInfo

const NO_TOLERATIONS: readonly Toleration[] = Object.freeze([])

/** So many classes are remembered; when there are more, all are forgotten and worked out again as they come. */
const MOST_CLASSES = 4096

/** So many specs are known by identity: pods of one template share the parts of their specs. */
const MOST_SPECS = 256

interface KnownSpec {
  readonly spec: PodSpec
  readonly info: PodInfo
  /** The class of the same pod if it named no node; its own where it does not, or not only that. */
  readonly kin: PodInfo
}

/** Classes are told apart by content, because no pod should cost memory here. */
export function createPodInfos(): PodInfos {
  const classes = new Map<string, PodInfo>()
  const named = new NamedInfos()
  const specs = new Map<PodSpec['containers'], KnownSpec>()
  const tolerated = new Map<string, string>()
  const nameOf = (tolerations: PodSpec['tolerations']): string => {
    const text = tolerationsKey(tolerations)
    let name = tolerated.get(text)
    if (name === undefined) {
      if (tolerated.size >= MOST_CLASSES) {
        tolerated.clear()
        classes.clear()
      }
      tolerated.set(text, (name = `;${tolerated.size}`))
    }
    return name
  }
  // Nearly all pods share one list of tolerations, the one that admission gives them.
  let last: PodSpec['tolerations'] = NO_TOLERATIONS
  let lastName = nameOf(last)
  const kinOf = (spec: PodSpec, affinity: NodeAffinity | undefined): PodInfo => {
    if (spec.tolerations !== last) lastName = nameOf((last = spec.tolerations))
    const key = classKey(spec, affinity) + lastName
    let info = classes.get(key)
    if (info === undefined) {
      if (classes.size >= MOST_CLASSES) classes.clear()
      info = compile(spec, affinity)
      classes.set(key, info)
    }
    return info
  }
  return (spec) => {
    const known = specs.get(spec.containers)
    const isAlike = known !== undefined && areAlikeButAffinity(known.spec, spec)
    if (isAlike && known.spec.affinity === spec.affinity) return known.info
    const name = soleName(spec.affinity)
    const isKin = isAlike && name !== undefined && known.kin !== known.info
    const kin = isKin ? known.kin : kinOf(spec, name === undefined ? spec.affinity?.nodeAffinity : undefined)
    const info = name === undefined ? kin : named.of(kin, name, spec.affinity!.nodeAffinity!)
    if (specs.size >= MOST_SPECS) specs.clear()
    specs.set(spec.containers, { spec, info, kin })
    return info
  }
}

/** The classes of pods that name one node each, as those of a DaemonSet do, and are alike otherwise. */
class NamedInfos {
  private readonly byKin = new Map<PodInfo, Map<string, PodInfo>>()
  private count = 0

  of(kin: PodInfo, name: string, nodeAffinity: NodeAffinity): PodInfo {
    let byName = this.byKin.get(kin)
    const known = byName?.get(name)
    if (known !== undefined) return known
    if (this.count >= MOST_CLASSES) {
      this.byKin.clear()
      this.count = 0
      byName = undefined
    }
    if (byName === undefined) this.byKin.set(kin, (byName = new Map()))
    const info = naming(kin, name, nodeAffinity)
    byName.set(name, info)
    this.count++
    return info
  }
}

/** Whether two specs with the same containers are the same to us, affinity aside; being bound makes no difference. */
function areAlikeButAffinity(a: PodSpec, b: PodSpec): boolean {
  return (
    a === b ||
    (a.tolerations === b.tolerations &&
      a.nodeSelector === b.nodeSelector &&
      a.priority === b.priority &&
      a.initContainers === b.initContainers &&
      a.overhead === b.overhead &&
      a.resources === b.resources)
  )
}

function compile(spec: PodSpec, nodeAffinity: NodeAffinity | undefined): PodInfo {
  return {
    requests: podRequests(spec),
    tolerations: spec.tolerations ?? NO_TOLERATIONS,
    nodeSelector: spec.nodeSelector,
    nodeAffinity,
    nodeNames: namedNodes(nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms),
    hostPorts: hostPortsOf(spec),
    nodeName: '',
    priority: spec.priority ?? 0,
    hasPodTerms: hasTerms(spec.affinity),
  }
}

/** Field by field: it is made for each of many pods. */
function naming(kin: PodInfo, name: string, nodeAffinity: NodeAffinity): PodInfo {
  return {
    requests: kin.requests,
    tolerations: kin.tolerations,
    nodeSelector: kin.nodeSelector,
    nodeAffinity,
    nodeNames: [name],
    hostPorts: kin.hostPorts,
    nodeName: kin.nodeName,
    priority: kin.priority,
    hasPodTerms: kin.hasPodTerms,
  }
}

/**
 * Finds the class of a pod where plugins of users may look at more of it than the built-in ones do: its whole spec, its
 * labels, annotations and namespace.
 */
export function createSubjects(infos: PodInfos, show: (pod: Pod) => Pod): (pod: Pod) => PodInfo {
  const texts = new WeakMap<PodSpec, string>()
  const classes = new Map<string, PodInfo>()
  return (pod) => {
    const { namespace, labels, annotations } = pod.metadata
    let text = texts.get(pod.spec)
    if (text === undefined) texts.set(pod.spec, (text = JSON.stringify(pod.spec)))
    const key = JSON.stringify([namespace, labels, annotations]) + text
    let info = classes.get(key)
    if (info === undefined) {
      if (classes.size >= MOST_CLASSES) classes.clear()
      classes.set(key, (info = { ...infos(pod.spec), subject: show(pod) }))
    }
    return info
  }
}

/** The same pod, wanted on one node only. Whether a pod is bound is no part of its class: bound pods count alike. */
export function onNode(pod: PodInfo, nodeName: string): PodInfo {
  return { ...pod, nodeName }
}

/** Tolerations aside, equal keys mean equal classes. The converse may fail (`1` and `1000m`), which costs time and nothing else. */
function classKey(spec: PodSpec, affinity: NodeAffinity | undefined): string {
  let key = spec.priority ? `p${spec.priority}` : ''
  for (const { resources, ports } of spec.containers) {
    key += `c${requestsKey(resources)}`
    if (ports !== undefined) {
      for (const port of ports) if (port.hostPort) key += `:${port.hostIP}\n${port.protocol}\n${port.hostPort}`
    }
  }
  return hasRareParts(spec, affinity) ? key + rareKey(spec, affinity) : key
}

function tolerationsKey(tolerations: PodSpec['tolerations'] = []): string {
  let text = ''
  for (const { key, operator, effect, value } of tolerations) text += `;${key}\n${operator}\n${value}\n${effect}`
  return text
}

function requestsKey(resources: ResourceRequirements | undefined): string {
  const requests = resources?.requests
  let key = ''
  for (const name in requests) key += `|${name}=${requests[name]}`
  return key
}

function hasRareParts(spec: PodSpec, affinity: NodeAffinity | undefined): boolean {
  return (
    spec.nodeSelector !== undefined ||
    affinity !== undefined ||
    hasTerms(spec.affinity) ||
    spec.initContainers !== undefined ||
    spec.overhead !== undefined ||
    spec.resources !== undefined
  )
}

function rareKey(spec: PodSpec, affinity: NodeAffinity | undefined): string {
  const init = (spec.initContainers ?? []).map(({ resources, restartPolicy, ports }) => [
    resources?.requests,
    restartPolicy,
    restartPolicy === 'Always' ? ports : undefined,
  ])
  const own = [init, spec.overhead, spec.resources?.requests, spec.nodeSelector, affinity, hasTerms(spec.affinity)]
  return JSON.stringify(own)
}
