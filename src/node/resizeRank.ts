import type { PodRequests } from '../api/podRequests.ts'
import type { PodSpec } from '../api/types/core.ts'
import { type Resize, waitingSince, type Wanted } from './resizes.ts'
import type { PodRuntime } from './runtimeState.ts'

/** A pod that waits for another size. */
export interface Candidate {
  readonly pod: PodRuntime
  readonly resize: Resize
  readonly wanted: Wanted
}

/** In which order pods of one machine are resized: sortPendingResizes of pkg/kubelet/allocation/allocation_manager.go. */
export function byRank(requests: (spec: PodSpec) => PodRequests): (a: Candidate, b: Candidate) => number {
  const rank = ({ pod, resize, wanted }: Candidate): readonly number[] => {
    const [before, after] = [requests(pod.spec), requests(wanted.spec)]
    const isIncrease = after.cpuMilli > before.cpuMilli || after.memoryBytes > before.memoryBytes
    const { priority = 0 } = wanted.spec
    return [Number(isIncrease), -priority, Number(wanted.qosClass !== 'Guaranteed'), waitingSince(resize)]
  }
  return (a, b) => {
    const [first, second] = [rank(a), rank(b)]
    for (const [index, value] of first.entries()) if (value !== second[index]) return value < second[index]! ? -1 : 1
    return 0
  }
}
