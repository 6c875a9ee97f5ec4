import { containerAt } from './podRuntimes.ts'
import { type ContainerRuntime, type PodRuntime, appEnd, initCount } from './runtimeState.ts'
import { lost, lostForGood } from './transitions.ts'

/**
 * What becomes of a pod's containers when its machine was restarted: `isEnd` when they will not run again. A pod that
 * never restarts is over once one of its containers had been made; one that restarts on failure keeps what succeeded.
 * Mirrors the sandbox part of computePodActions of pkg/kubelet/kuberuntime/kuberuntime_manager.go.
 */
export function rebootedContainers(
  pod: PodRuntime,
  now: string,
  containerId: (uid: string, name: string, attempt: number) => string,
): { readonly containers: readonly ContainerRuntime[]; readonly isEnd: boolean } {
  const inits = initCount(pod.spec)
  const { restartPolicy } = pod.spec
  const end = appEnd(pod.spec)
  const isBegun = pod.containers.some(({ created }, place) => created && place < end)
  const isEnd = pod.stage >= 0 || (restartPolicy === 'Never' && isBegun)
  const containers = pod.containers.map((container, place) => {
    const id = containerId(pod.uid, containerAt(pod, place).name, container.attempt)
    if (isEnd) return container.created ? lostForGood(container, now, id) : container
    // What is ephemeral runs once.
    if (place >= end && container.created) return lostForGood(container, now, id)
    const isDone = place >= inits && restartPolicy === 'OnFailure' && container.state.terminated?.exitCode === 0
    return isDone ? container : lost(container, now, id)
  })
  return { containers, isEnd }
}
