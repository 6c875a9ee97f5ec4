import { mayRestartAll } from '../api/restartPolicy.ts'
import type { Container, Pod, PodCondition, PodSpec } from '../api/types/core.ts'
import { isReady, stateOf } from './containerStatus.ts'
import type { ImportedPod } from './importedStatus.ts'
import type { Interned } from './interned.ts'
import type { End } from './machines.ts'
import type { ContainerShape, HostFacts, StatusShape } from './leanPodStatus.ts'
import type { Phase } from './phase.ts'
import type { Resize } from './resizes.ts'
import { FINISHED, type ContainerRuntime, type PodRuntime, initCount } from './runtimeState.ts'

/** What a kubelet knows of a pod when it reports on it. */
export interface Reported {
  /** As the API has it now; its status may be lean. */
  readonly pod: Pod
  readonly runtime: PodRuntime
  /** Whether the pod is over. */
  readonly isTerminal: boolean
  /** Why its kubelet has ended it, if it has. */
  readonly end: End | undefined
  /** What is kept of it where another cluster ran it before. */
  readonly imported: ImportedPod | undefined
  /** How it is resized; undefined of a pod that is not. */
  readonly resize: Resize | undefined
  readonly now: number
  readonly host: HostFacts
}

/** How many shapes are remembered: those of the last instant's pods. */
const remembered = 8

/** What a shape was made of. */
interface Known {
  readonly runtimes: readonly ContainerRuntime[]
  readonly spec: PodSpec
  readonly before: readonly PodCondition[] | undefined
  readonly hasSandbox: boolean
  readonly generation: number
  readonly startTime: string
  readonly qosClass: string
  readonly now: string
  readonly made: StatusShape
}

/** Pods of one sort that come to the same state in the same second share a shape. A cache. */
export function createStatusShapes(
  interned: Interned,
  summary: (reported: Reported) => { readonly phase: Phase; readonly conditions: readonly PodCondition[] },
): (reported: Reported) => StatusShape {
  const known: Known[] = []
  let oldest = 0
  return (reported) => {
    const { pod, runtime } = reported
    const { spec } = runtime
    const now = interned.time(reported.now)
    const generation = pod.metadata.generation ?? 1
    const { startTime = now, qosClass = 'BestEffort', conditions: before } = pod.status
    const sandbox = hasSandbox(runtime)
    for (let index = 0; index < known.length; index++) {
      const one = known[index]!
      if (
        one.runtimes === runtime.containers &&
        one.now === now &&
        one.before === before &&
        one.startTime === startTime &&
        one.hasSandbox === sandbox &&
        one.generation === generation &&
        one.qosClass === qosClass &&
        sameSort(one.spec, spec)
      )
        return one.made
    }
    const { phase, conditions } = summary(reported)
    const inits = spec.initContainers === undefined ? NONE : shapes(runtime, spec.initContainers, 0)
    const containers = shapes(runtime, spec.containers, initCount(spec))
    const made: StatusShape = { generation, phase, conditions, startTime, qosClass, inits, containers }
    const runtimes = runtime.containers
    known[oldest] = { runtimes, spec, before, hasSandbox: sandbox, generation, startTime, qosClass, now, made }
    oldest = (oldest + 1) % remembered
    return made
  }
}

const NONE: readonly ContainerShape[] = Object.freeze([])

export function hasSandbox({ stage, address, spec, containers }: PodRuntime): boolean {
  if (stage === FINISHED) return false
  return address !== 0 || (spec.hostNetwork === true && containers.some((container) => container.stage !== 'waiting'))
}

/** Whether two specs make the same status of the same state. */
function sameSort(a: PodSpec, b: PodSpec): boolean {
  if (a === b) return true
  if (a.readinessGates !== undefined || b.readinessGates !== undefined || a.restartPolicy !== b.restartPolicy)
    return false
  if (a.initContainers !== b.initContainers) return false
  if (a.containers === b.containers) return true
  return sameContainers(a.containers, b.containers) && mayRestartAll(a) === mayRestartAll(b)
}

function sameContainers(a: readonly Container[], b: readonly Container[]): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) {
    if (a[index]!.name !== b[index]!.name || a[index]!.image !== b[index]!.image) return false
  }
  return true
}

function shapes(pod: PodRuntime, containers: readonly Container[], from: number): readonly ContainerShape[] {
  const isInit = from === 0 && initCount(pod.spec) > 0
  return containers.map((container, place) => {
    const runtime = pod.containers[from + place]!
    const { attempt, created, started } = runtime
    const { name, image = '' } = container
    const state = stateOf(pod.spec, runtime, from + place, false)
    return { name, image, state, attempt, created, ready: isReady(container, runtime, isInit), started }
  })
}
