import type { Requests } from './requests.ts'

/** What a machine has, and what is taken of it. */
export interface Room {
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly pods: number
}

export type Admission =
  { readonly fits: true } | { readonly fits: false; readonly reason: string; readonly message: string }

const FITS: Admission = Object.freeze({ fits: true })

/** The kubelet's own check of a pod it was given. Mirrors Admit of pkg/kubelet/lifecycle/predicate.go. */
export function admit(requests: Requests, used: Room, capacity: Room): Admission {
  if (used.pods + 1 > capacity.pods) return short('pods', 1, used.pods, capacity.pods)
  const { cpuMilli, memoryBytes } = requests
  if (cpuMilli > 0 && used.cpuMilli + cpuMilli > capacity.cpuMilli)
    return short('cpu', cpuMilli, used.cpuMilli, capacity.cpuMilli)
  if (memoryBytes > 0 && used.memoryBytes + memoryBytes > capacity.memoryBytes) {
    return short('memory', memoryBytes, used.memoryBytes, capacity.memoryBytes)
  }
  return FITS
}

function short(resource: string, requested: number, used: number, capacity: number): Admission {
  const message = `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`
  return { fits: false, reason: `OutOf${resource}`, message }
}
