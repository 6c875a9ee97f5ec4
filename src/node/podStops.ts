import type { RuntimeService } from './cri.ts'
import type { NodeEvents } from './nodeEvents.ts'
import { containerAt } from './podRuntimes.ts'
import { type PodRuntime, isAlive } from './runtimeState.ts'

/** Says of every container that runs that it is going to be stopped. */
export function announceStop(events: NodeEvents, node: number, pod: PodRuntime): void {
  for (let place = 0; place < pod.containers.length; place++) {
    if (!isAlive(pod.containers[place]!)) continue
    const message = `Stopping container ${containerAt(pod, place).name}`
    events.container(node, pod, place, 'Normal', 'Killing', message)
  }
}

/** Asks every container that runs to stop, and kills it at the end of the grace. */
export function stopContainers(runtime: RuntimeService, node: number, pod: PodRuntime, graceMs: number): void {
  for (let place = 0; place < pod.containers.length; place++) {
    if (isAlive(pod.containers[place]!)) runtime.stopContainer(node, pod, place, graceMs)
  }
}
