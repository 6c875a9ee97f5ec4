import { rfc3339 } from '../api/time.ts'
import type { ContainerState, PodCondition } from '../api/types/core.ts'
import type { ContainerRuntime } from './runtimeState.ts'

/** How many lists of conditions are remembered: those of the last instant's pods. */
const remembered = 8

/**
 * Makes equal things one thing: pods that start in the same second share times, states, lists of containers and
 * conditions. A cache: what it returns is always equal to what was asked for.
 */
export interface Interned {
  /** RFC 3339 of a moment. */
  time(now: number): string
  running(now: number): ContainerState
  /** The container in this place replaced. */
  replaced(containers: readonly ContainerRuntime[], place: number, by: ContainerRuntime): readonly ContainerRuntime[]
  /** The container as it runs from `now` on. */
  started(container: ContainerRuntime, now: number, started: boolean, ready: boolean): ContainerRuntime
  conditions(made: readonly PodCondition[]): readonly PodCondition[]
}

export function createInterned(): Interned {
  let second = Number.NaN
  let text = ''
  let state: ContainerState = {}
  let lists: { from: readonly ContainerRuntime[]; place: number; by: ContainerRuntime; to: readonly ContainerRuntime[] } | undefined
  let starts: { from: ContainerRuntime; to: ContainerRuntime } | undefined
  const conditions: (readonly PodCondition[])[] = []
  let oldest = 0

  const moveTo = (now: number): void => {
    const asked = Math.floor(now / 1000)
    if (asked === second) return
    second = asked
    text = rfc3339(now)
    state = { running: { startedAt: text } }
  }
  return {
    time: (now) => {
      moveTo(now)
      return text
    },
    running: (now) => {
      moveTo(now)
      return state
    },
    replaced: (containers, place, by) => {
      if (lists !== undefined && lists.from === containers && lists.place === place && lists.by === by) return lists.to
      const to = containers.slice()
      to[place] = by
      lists = { from: containers, place, by, to }
      return to
    },
    started: (container, now, isStarted, isReady) => {
      moveTo(now)
      const last = starts
      if (last?.from === container && last.to.state === state && last.to.started === isStarted && last.to.ready === isReady) return last.to
      const to: ContainerRuntime = {
        stage: 'running',
        attempt: container.attempt,
        state,
        lastState: container.lastState,
        created: true,
        ready: isReady,
        started: isStarted,
        backOff: container.backOff,
      }
      starts = { from: container, to }
      return to
    },
    conditions: (made) => {
      const known = conditions.find((candidate) => sameConditions(candidate, made))
      if (known !== undefined) return known
      conditions[oldest] = made
      oldest = (oldest + 1) % remembered
      return made
    },
  }
}

export function sameConditions(a: readonly PodCondition[], b: readonly PodCondition[]): boolean {
  if (a.length !== b.length) return false
  // The last to be told apart are the times of scheduling, which differ most often.
  for (let index = a.length - 1; index >= 0; index--) {
    const one = a[index]!
    const other = b[index]!
    if (one === other) continue
    if (one.lastTransitionTime !== other.lastTransitionTime || one.status !== other.status || one.type !== other.type) return false
    if (one.reason !== other.reason || one.message !== other.message || one.observedGeneration !== other.observedGeneration) return false
    if (one.lastProbeTime !== other.lastProbeTime) return false
  }
  return true
}
