import { isStatusError } from '../api/errors.ts'
import type { Pod, PodStatus } from '../api/types/core.ts'
import type { Link } from '../client/link.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { StatusFacts } from './containerStatus.ts'
import { createHosts } from './hosts.ts'
import type { Interned } from './interned.ts'
import type { Machines } from './machines.ts'
import { createStatuses } from './podStatus.ts'
import type { Resizes } from './resizes.ts'
import type { Retries } from './retries.ts'
import { FINISHED, type PodRuntime, isAlive } from './runtimeState.ts'

export interface StatusWriterParts {
  readonly kernel: Kernel
  readonly machines: Machines
  readonly link: (node: string) => Link
  readonly facts: StatusFacts
  readonly interned: Interned
  readonly resizes: Resizes
  readonly retries: Retries
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
  const { kernel, machines, link, facts, interned, resizes, retries } = parts
  const statusOf = createStatuses(interned)
  const hostOf = createHosts(facts, (node) => machines.machine(node).known)
  /** What the API refuses for good is over; whatever else went wrong is tried again. */
  const failed = (error: unknown, node: number, namespace: string, name: string, uid: string): undefined => {
    if (!isStatusError(error)) throw error
    if (isStatusError(error, 'NotFound') || isStatusError(error, 'Conflict')) return
    retries.ask(node, { namespace, name, uid })
  }
  const find = (node: number, namespace: string, name: string, uid: string): Pod | undefined => {
    const found = link(machines.name(node)).peek<Pod>('pods', namespace, name)
    return found?.metadata.uid === uid ? found : undefined
  }

  return {
    read: (node, namespace, name, uid) => {
      try {
        return find(node, namespace, name, uid)
      } catch (error) {
        return failed(error, node, namespace, name, uid)
      }
    },
    write: (node, pod, known) => {
      const { namespace, name, uid } = pod
      try {
        const current = known ?? find(node, namespace, name, uid)
        if (current === undefined) return
        const isTerminal = isOver(pod)
        const end = isTerminal ? machines.end(uid) : undefined
        const now = machines.clock(node, kernel.now)
        const host = hostOf(node)
        const imported = machines.imported(uid)
        const resize = resizes.of(uid)
        const status = statusOf({ pod: current, runtime: pod, isTerminal, end, imported, resize, now, host })
        if (status !== current.status) link(machines.name(node)).patchStatus('pods', namespace, name, uid, status)
      } catch (error) {
        failed(error, node, namespace, name, uid)
      }
    },
    reject: (node, { metadata }, status) => {
      const { namespace = '', name, uid } = metadata
      try {
        link(machines.name(node)).patchStatus('pods', namespace, name, uid, status)
      } catch (error) {
        failed(error, node, namespace, name, uid)
      }
    },
    remove: (node, namespace, name, uid) => {
      const options = { gracePeriodSeconds: 0, preconditions: { uid } }
      try {
        link(machines.name(node)).delete('pods', namespace, name, options)
      } catch (error) {
        failed(error, node, namespace, name, uid)
      }
    },
  }
}

/** Whether no container of the pod will run again. */
export function isOver(pod: PodRuntime): boolean {
  return pod.stage === FINISHED || (pod.stage >= 0 && !pod.containers.some(isAlive))
}
