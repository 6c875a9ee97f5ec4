/** Ephemeral containers: added to a pod that runs, started once, and neither probed nor started again. */
import type { Container, ContainerStatus, PodSpec } from '../api/types/core.ts'
import { byCodeUnit } from '../api/order.ts'
import { containerStatusOf, NOTHING, stateOf, type StatusFacts } from './containerStatus.ts'
import { withContainers, withSpec } from './podRuntimes.ts'
import { appEnd, type ContainerRuntime, type PodRuntime, WAITING } from './runtimeState.ts'

/** Whether a spec is of a time before another: ephemeral containers only ever come. */
export function isOlder({ ephemeralContainers: given = [] }: PodSpec, { ephemeralContainers }: PodSpec): boolean {
  return ephemeralContainers !== undefined && given.length < ephemeralContainers.length
}

/** The pod with another spec, and a place for each ephemeral container that it has more. */
export function withEphemeral(pod: PodRuntime, spec: PodSpec): PodRuntime {
  const { ephemeralContainers: given } = spec
  if (given === undefined) return withSpec(pod, spec)
  const { ephemeralContainers: known = [] } = pod.spec
  // Those that are there stay in their places, in whatever order somebody has put them.
  const all = [
    ...known.flatMap(({ name }) => given.filter((one) => one.name === name)),
    ...given.filter((one) => known.every(({ name }) => name !== one.name)),
  ]
  const inOrder = all.every((one, place) => one === given[place]) ? spec : { ...spec, ephemeralContainers: all }
  const missing = appEnd(spec) + all.length - pod.containers.length
  const next = withSpec(pod, inOrder)
  return missing === 0
    ? next
    : withContainers(next, [...pod.containers, ...Array<ContainerRuntime>(missing).fill(WAITING)])
}

/** Their statuses by name: nothing is said of whether they are started, and none is ever ready. */
export function ephemeralStatuses(pod: PodRuntime, facts: StatusFacts): readonly ContainerStatus[] {
  const from = appEnd(pod.spec)
  const statuses = (pod.spec.ephemeralContainers ?? []).map((container, index): ContainerStatus => {
    const runtime = pod.containers[from + index]!
    const state = stateOf(pod.spec, runtime, from + index, false)
    const { attempt, created, lastState } = runtime
    const reported = { state, attempt, created, ready: false, started: false }
    const last = state === lastState ? NOTHING : lastState
    const { started: _, ...said } = containerStatusOf(pod.uid, pod.spec, container as Container, reported, last, facts)
    return said
  })
  return statuses.sort((a, b) => byCodeUnit(a.name, b.name))
}
