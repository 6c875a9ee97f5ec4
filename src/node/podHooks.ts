/** postStart hooks. Mirrors startContainer of pkg/kubelet/kuberuntime/kuberuntime_container.go. */
import { draw } from '../kernel/distribution.ts'
import type { ContainerState } from '../api/types/core.ts'
import { addressText } from './addresses.ts'
import type { PostStartMessage } from './messages.ts'
import { podText } from './nodeEvents.ts'
import { containerAt, withContainers } from './podRuntimes.ts'
import { HOST, httpOutput } from './probeOutput.ts'
import type { StopParts } from './podStops.ts'
import type { PodRuntime, Stage } from './runtimeState.ts'

export class PodHooks {
  constructor(private readonly parts: StopParts) {}

  /** A container that has just started runs its hook, if it has one: nobody speaks of it before that has ended. */
  postStart(node: number, pod: PodRuntime, place: number, readyMs: number, runMs: number): PodRuntime | undefined {
    const { lifecycle, image = '' } = containerAt(pod, place)
    if (lifecycle?.postStart === undefined) return undefined
    const { behaviours, kernel, kubelet, machines } = this.parts
    const { sleep } = lifecycle.postStart
    const stream = kernel.random(`kubelet/${machines.name(node)}`)
    const tookMs = sleep === undefined ? draw(behaviours(image).postStart.takes, stream) : sleep.seconds * 1000
    const { attempt } = pod.containers[place]!
    const run = { node, uid: pod.uid, sandbox: pod.attempt, place, attempt }
    const message: PostStartMessage = { type: 'postStarted', ...run, origin: kernel.now, readyMs, runMs }
    kernel.schedule(kubelet, tookMs, 'work', message)
    return this.marked(pod, place, 'postStart')
  }

  /** The container as it is up now; undefined where its hook has failed, for which it is killed. */
  postStartEnded(node: number, pod: PodRuntime, place: number): PodRuntime | undefined {
    const { behaviours, events, runtime } = this.parts
    const { image = '' } = containerAt(pod, place)
    if (!behaviours(image).postStart.fails) return this.marked(pod, place, 'running')
    events.container(node, pod, place, 'Warning', 'FailedPostStartHook', 'PostStartHook failed')
    events.container(node, pod, place, 'Normal', 'Killing', 'FailedPostStartHook')
    runtime.stopContainer(node, pod, place, 1000 * (pod.spec.terminationGracePeriodSeconds ?? 30))
    return undefined
  }

  /**
   * What is said of a container whose hook has failed until it is started again; undefined where nothing has.
   * Mirrors Run of pkg/kubelet/lifecycle/handlers.go.
   */
  failure(node: number, pod: PodRuntime, place: number): ContainerState['waiting'] {
    const container = containerAt(pod, place)
    const { exec, httpGet } = container.lifecycle?.postStart ?? {}
    const of = `for Container "${container.name}" in Pod "${podText(pod)}" failed - error: `
    const reason = 'PostStartHookError'
    if (exec !== undefined) {
      const { command = [] } = exec
      const words = command.join(' ')
      return {
        reason,
        message: `Exec lifecycle hook ([${words}]) ${of}command '${words}' exited with 1: , message: ""`,
      }
    }
    if (httpGet === undefined) return undefined
    const host = pod.address === 0 ? this.parts.machines.address(node) : addressText(pod.address)
    const output = httpOutput(httpGet, container, false, false).replaceAll(HOST, host)
    return { reason, message: `HTTP lifecycle hook (${httpGet.path ?? ''}) ${of}${output}` }
  }

  private marked(pod: PodRuntime, place: number, stage: Stage): PodRuntime {
    const { interned } = this.parts
    const isUp = stage === 'running'
    const by = interned.marked(pod.containers[place]!, stage, isUp, isUp)
    return withContainers(pod, interned.replaced(pod.containers, place, by))
  }
}
