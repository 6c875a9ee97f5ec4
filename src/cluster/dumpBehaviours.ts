import { isObject } from '../api/object.ts'
import { parseTime } from '../api/time.ts'
import type { Container, ContainerStatus, Pod } from '../api/types/core.ts'
import type { Behaviour } from '../node/behaviour.ts'
import type { DumpObject } from './dump.ts'

/** After so long a container that is still not ready is not going to be. */
const patienceMs = 60_000
/** After so long a container that runs is no longer crashing. */
const trustMs = 600_000

/**
 * How images behave that do not do what is asked of them in a dump: those whose containers all crash, cannot be pulled or
 * never get ready go on so, in new pods too. A simulation in which a crash loop heals by being imported would be wrong.
 */
export function dumpedBehaviours(objects: readonly DumpObject[], now: number): Behaviour[] {
  const byImage = new Map<string, Behaviour | 'well'>()
  for (const object of objects) {
    if (object.apiVersion !== 'v1' || object.kind !== 'Pod' || !isObject(object.spec) || !isObject(object.status))
      continue
    const { spec, status } = object as unknown as Pod
    const statuses = listOf<ContainerStatus>(status.initContainerStatuses).concat(listOf(status.containerStatuses))
    for (const container of listOf<Container>(spec.initContainers).concat(listOf(spec.containers))) {
      const image = container?.image
      const of = statuses.find((one) => one?.name === container.name)
      if (typeof image !== 'string' || image === '' || !isObject(of)) continue
      const found = behaviourOf(image, container, of, now)
      if (found !== undefined && byImage.get(image) !== 'well') byImage.set(image, found)
    }
  }
  return [...byImage.values()].filter((found) => found !== 'well')
}

function behaviourOf(
  image: string,
  container: Container,
  status: ContainerStatus,
  now: number,
): Behaviour | 'well' | undefined {
  const { running, waiting } = status.state ?? {}
  if (running !== undefined) {
    const ranMs = now - (parseTime(String(running.startedAt)) ?? now)
    if (status.ready) return status.restartCount === 0 || ranMs > trustMs ? 'well' : undefined
    const { readinessProbe, startupProbe } = container
    const delayMs = 1000 * ((readinessProbe?.initialDelaySeconds ?? 0) + (startupProbe?.initialDelaySeconds ?? 0))
    const isProbed = readinessProbe !== undefined || startupProbe !== undefined
    return isProbed && ranMs > patienceMs + delayMs ? { image, ready: false } : undefined
  }
  if (waiting?.reason === 'CrashLoopBackOff') return crashing(image, status)
  if (waiting?.reason === 'ImagePullBackOff' || waiting?.reason === 'ErrImagePull')
    return {
      image,
      pullError: /failed to pull and unpack image "[^"]*": (.*)$/su.exec(waiting.message ?? '')?.[1] ?? 'not found',
    }
  return undefined
}

function crashing(image: string, { lastState }: ContainerStatus): Behaviour | undefined {
  const { terminated } = lastState ?? {}
  if (terminated === undefined) return undefined
  const [from, to] = [terminated.startedAt, terminated.finishedAt].map((text) => parseTime(String(text)))
  const { exitCode, reason = '' } = terminated
  const isUsual = reason === '' || reason === 'Error' || reason === 'Completed'
  const run = from === undefined || to === undefined ? 0 : Math.max(0, to - from)
  return { image, run, exitCode, ...(!isUsual && { exitReason: reason }) }
}

function listOf<T>(value: unknown): readonly T[] {
  return Array.isArray(value) ? (value as T[]) : []
}
