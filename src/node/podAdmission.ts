/** Whether a machine takes a pod in, or gives one that it has other resources. Mirrors canAdmitPod of pkg/kubelet/allocation. */
import type { PodRequests } from '../api/podRequests.ts'
import type { Pod, PodSpec } from '../api/types/core.ts'
import { type Admission, admit, admitOthers, admitSystem, admitTo, type Room } from './admission.ts'
import type { Machines } from './machines.ts'
import type { Pressure } from './pressure.ts'
import type { References } from './references.ts'
import { FINISHED, type PodRuntime } from './runtimeState.ts'
import type { Shutdowns } from './shutdowns.ts'

export interface AdmissionParts {
  readonly machines: Machines
  readonly pressure: Pressure
  readonly references: References
  readonly requests: (spec: PodSpec) => PodRequests
  readonly shutdowns: Shutdowns
}

/** `self`: the pod as it is there already. */
export type Admits = (node: number, pod: Pick<Pod, 'spec' | 'status'>, self?: PodRuntime) => Admission

export function createAdmission({ machines, pressure, references, requests, shutdowns }: AdmissionParts): Admits {
  const isElse = (self: PodRuntime | undefined) => (other: PodRuntime) =>
    other.stage !== FINISHED && other.uid !== self?.uid

  /** What others take of a machine. */
  function usedBeside(node: number, self: PodRuntime | undefined): Room {
    const used = machines.used(node)
    if (self === undefined) return used
    const { cpuMilli, memoryBytes } = requests(self.spec)
    return { cpuMilli: used.cpuMilli - cpuMilli, memoryBytes: used.memoryBytes - memoryBytes, pods: used.pods - 1 }
  }

  return (node, pod, self) => {
    if (shutdowns.has(node)) return refused('NodeShutdown', 'Pod was rejected as the node is shutting down.')
    const refusal = pressure.refusal(node, pod)
    if (refusal !== undefined) return refused('Evicted', refusal)
    const wanted = requests(pod.spec)
    const own = references.node(node)
    const system = own === undefined ? undefined : admitSystem(own, pod.spec)
    if (system?.fits === false) return system
    const room = admit(wanted, usedBeside(node, self), machines.machine(node))
    if (!room.fits || own === undefined) return room
    const others = (): readonly PodSpec[] =>
      machines
        .pods(node)
        .filter(isElse(self))
        .map(({ spec }) => spec)
    const beside = admitOthers(wanted, own, () => others().map(requests))
    return beside.fits ? admitTo(own, pod.spec, others) : beside
  }
}

function refused(reason: string, message: string): Admission {
  return { fits: false, reason, message }
}
