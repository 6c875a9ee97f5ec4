import { isStatusError } from '../api/errors.ts'
import type { Pod, PodStatus } from '../api/types/core.ts'
import type { Link } from '../client/link.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { machineAddress } from './addresses.ts'
import type { StatusFacts } from './containerStatus.ts'
import type { Interned } from './interned.ts'
import type { Machines } from './machines.ts'
import type { RetryMessage } from './messages.ts'
import type { HostFacts } from './leanPodStatus.ts'
import { createStatuses } from './podStatus.ts'
import { FINISHED, type PodRuntime, isAlive } from './runtimeState.ts'

// pkg/kubelet/status/status_manager.go: syncPeriod.
const retryMs = 10_000

export interface StatusWriterParts {
  readonly kernel: Kernel
  readonly machines: Machines
  readonly link: (node: string) => Link
  readonly facts: StatusFacts
  readonly interned: Interned
  readonly kubelet: string
}

/** How a kubelet speaks to the API about its pods: what cannot be said now is said later. */
export interface StatusWriter {
  /** The pod as the API has it now; undefined when it is gone, or cannot be asked for (then a retry follows). */
  read(node: number, namespace: string, name: string, uid: string): Pod | undefined
  /** Writes the pod's status if it differs; `known` spares a read. */
  write(node: number, pod: PodRuntime, known?: Pod): void
  /** Writes a status that says why the pod will not run here. */
  reject(node: number, pod: Pod, status: PodStatus): void
  /** Lets the pod go from the API: it is over. */
  remove(node: number, namespace: string, name: string, uid: string): void
}

export function createStatusWriter(parts: StatusWriterParts): StatusWriter {
  const { kernel, machines, link, facts, interned, kubelet } = parts
  const statusOf = createStatuses(interned)
  const hosts: (HostFacts | undefined)[] = []

  const hostOf = (node: number): HostFacts => {
    while (hosts.length <= node) hosts.push(undefined)
    return (hosts[node] ??= hostFacts(node, facts))
  }
  /** What the API refuses for good is over; whatever else went wrong is tried again. */
  const tried = <T>(node: number, namespace: string, name: string, uid: string, attempt: () => T): T | undefined => {
    try {
      return attempt()
    } catch (error) {
      if (!isStatusError(error)) throw error
      if (isStatusError(error, 'NotFound')) return undefined
      if (isStatusError(error, 'Conflict')) return undefined
      const message: RetryMessage = { type: 'retry', node, namespace, name, uid }
      kernel.schedule(kubelet, retryMs, 'timer', message)
      return undefined
    }
  }
  const find = (node: number, namespace: string, name: string, uid: string): Pod | undefined => {
    const found = link(machines.name(node)).peek<Pod>('pods', namespace, name)
    return found?.metadata.uid === uid ? found : undefined
  }

  return {
    read: (node, namespace, name, uid) => tried(node, namespace, name, uid, () => find(node, namespace, name, uid)),
    write: (node, pod, known) => {
      const { namespace, name, uid } = pod
      tried(node, namespace, name, uid, () => {
        const current = known ?? find(node, namespace, name, uid)
        if (current === undefined) return
        const status = statusOf({
          pod: current,
          runtime: pod,
          isTerminal: isOver(pod),
          now: kernel.now,
          host: hostOf(node),
        })
        if (status !== current.status) link(machines.name(node)).patchStatus('pods', namespace, name, uid, status)
      })
    },
    reject: (node, { metadata }, status) => {
      const { namespace = '', name, uid } = metadata
      tried(node, namespace, name, uid, () =>
        link(machines.name(node)).patchStatus('pods', namespace, name, uid, status),
      )
    },
    remove: (node, namespace, name, uid) => {
      const options = { gracePeriodSeconds: 0, preconditions: { uid } }
      tried(node, namespace, name, uid, () => link(machines.name(node)).delete('pods', namespace, name, options))
    },
  }
}

/** Whether no container of the pod will run again. */
export function isOver(pod: PodRuntime): boolean {
  return pod.stage === FINISHED || (pod.stage >= 0 && !pod.containers.some(isAlive))
}

function hostFacts(node: number, facts: StatusFacts): HostFacts {
  const hostIP = machineAddress(node)
  return { node, hostIP, hostIPs: [{ ip: hostIP }], facts }
}
