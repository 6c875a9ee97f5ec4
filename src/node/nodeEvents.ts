import { isStatusError } from '../api/errors.ts'
import type { Node } from '../api/types/core.ts'
import type { Link } from '../client/link.ts'
import type { EventSource, EventSubject } from '../registries/eventRecord.ts'
import type { Machines } from './machines.ts'
import { containerAt } from './podRuntimes.ts'
import { type PodRuntime, appEnd, initCount } from './runtimeState.ts'

export type EventType = 'Normal' | 'Warning'

/** The Kubernetes Events of kubelets. Reasons and words mirror pkg/kubelet/events/event.go. */
export interface NodeEvents {
  pod(node: number, pod: PodRuntime, type: EventType, reason: string, message: string): void
  /** About one container of a pod. `{detail}` in the message stands for `detail`; `times`: how often since it was told last. */
  container(
    node: number,
    pod: PodRuntime,
    place: number,
    type: EventType,
    reason: string,
    message: string,
    detail?: string,
    times?: number,
  ): void
  /** About whatever else has to do with the node. */
  object(node: number, subject: EventSubject, type: EventType, reason: string, message: string): void
  node(node: number, uid: string, type: EventType, reason: string, message: string): void
  /** The same of a node as the API has it; of one that it has not, or cannot be asked for, nothing is told. */
  ownNode(node: number, type: EventType, reason: string, message: string): void
}

export function createNodeEvents(machines: Machines, link: (node: string) => Link): NodeEvents {
  const sources: (EventSource | undefined)[] = []
  const pathOf = createPaths()

  const sourceOf = (node: number): EventSource => {
    while (sources.length <= node) sources.push(undefined)
    return (sources[node] ??= { component: 'kubelet', host: machines.name(node) })
  }
  /** Events are told once: one that does not get through is lost, and nothing else suffers. */
  const record = (
    node: number,
    subject: EventSubject,
    type: EventType,
    reason: string,
    message: string,
    detail?: string,
    times?: number,
  ): void => {
    try {
      link(machines.name(node)).record(subject, type, reason, message, sourceOf(node), detail, times)
    } catch (error) {
      if (!isStatusError(error)) throw error
    }
  }

  const ofNode = (node: number, uid: string, type: EventType, reason: string, message: string): void => {
    const metadata = { name: machines.name(node), uid, resourceVersion: '0' }
    record(node, { apiVersion: 'v1', kind: 'Node', metadata }, type, reason, message)
  }

  return {
    pod: (node, pod, type, reason, message) =>
      record(node, { apiVersion: 'v1', kind: 'Pod', metadata: pod }, type, reason, message),
    container: (node, pod, place, type, reason, message, detail, times) =>
      record(
        node,
        { apiVersion: 'v1', kind: 'Pod', metadata: pod, fieldPath: pathOf(pod, place) },
        type,
        reason,
        message,
        detail,
        times,
      ),
    object: (node, subject, type, reason, message) => record(node, subject, type, reason, message),
    node: ofNode,
    ownNode(node, type, reason, message) {
      const name = machines.name(node)
      try {
        const own = link(name).find<Node>('nodes', '', name)
        if (own !== undefined) ofNode(node, own.metadata.uid, type, reason, message)
      } catch (error) {
        if (!isStatusError(error)) throw error
      }
    },
  }
}

/** How many containers' names are remembered. */
const pathLimit = 1000

/** Where a container stands in its pod, such as `spec.containers{web}`. What it returns is one string for each name. */
function createPaths(): (pod: PodRuntime, place: number) => string {
  const paths = {
    initContainers: new Map<string, string>(),
    containers: new Map<string, string>(),
    ephemeralContainers: new Map<string, string>(),
  }
  return (pod, place) => {
    const { name } = containerAt(pod, place)
    const list = listOf(pod, place)
    const known = paths[list].get(name)
    if (known !== undefined) return known
    const made = `spec.${list}{${name}}`
    if (paths[list].size === pathLimit) paths[list].clear()
    paths[list].set(name, made)
    return made
  }
}

function listOf({ spec }: PodRuntime, place: number): 'initContainers' | 'containers' | 'ephemeralContainers' {
  if (place < initCount(spec)) return 'initContainers'
  return place < appEnd(spec) ? 'containers' : 'ephemeralContainers'
}

/** `web-1_default(uid)`: format.Pod of pkg/kubelet/util/format/pod.go. */
export function podText(pod: PodRuntime): string {
  return `${pod.name}_${pod.namespace}(${pod.uid})`
}
