import type { ContainerState } from '../api/types/core.ts'
import { Times } from '../registries/times.ts'
import { type ConditionLists, createConditionLists } from './conditionLists.ts'
import type { ContainerRuntime, Stage } from './runtimeState.ts'

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
  /** The container as it runs from `now` on: started and ready, where nothing else is found out. */
  started(container: ContainerRuntime, now: number): ContainerRuntime
  /** The container at another stage, or found to be started or ready, or not. */
  marked(container: ContainerRuntime, stage: Stage, started: boolean, ready: boolean): ContainerRuntime
  readonly conditions: ConditionLists
}

interface Replaced {
  readonly place: number
  readonly by: ContainerRuntime
  readonly to: readonly ContainerRuntime[]
}

export function createInterned(): Interned {
  const times = new Times()
  let state: ContainerState = {}
  // What a list or a container turned into last: pods at different steps take turns.
  const lists = new WeakMap<readonly ContainerRuntime[], Replaced>()
  const starts = new WeakMap<ContainerRuntime, ContainerRuntime>()
  const marks = new WeakMap<ContainerRuntime, ContainerRuntime>()

  const running = (now: number): ContainerState => {
    const startedAt = times.text(now)
    if (state.running?.startedAt !== startedAt) state = { running: { startedAt } }
    return state
  }
  return {
    time: (now) => times.text(now),
    running,
    replaced: (containers, place, by) => {
      const last = lists.get(containers)
      if (last !== undefined && last.place === place && last.by === by) return last.to
      const to = containers.slice()
      to[place] = by
      lists.set(containers, { place, by, to })
      return to
    },
    started: (container, now) => {
      const state = running(now)
      const last = starts.get(container)
      if (last?.state === state) return last
      const to: ContainerRuntime = {
        stage: 'running',
        attempt: container.attempt,
        state,
        lastState: container.lastState,
        created: true,
        ready: true,
        started: true,
        backOff: container.backOff,
      }
      starts.set(container, to)
      return to
    },
    marked: (container, stage, started, ready) => {
      if (container.stage === stage && container.started === started && container.ready === ready) return container
      const last = marks.get(container)
      if (last !== undefined && last.stage === stage && last.started === started && last.ready === ready) return last
      const { attempt, state, lastState, backOff } = container
      const to: ContainerRuntime = { stage, attempt, state, lastState, created: true, ready, started, backOff }
      marks.set(container, to)
      return to
    },
    conditions: createConditionLists(),
  }
}
