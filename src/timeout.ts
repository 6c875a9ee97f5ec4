import type { ControllerState } from './client/controllerComponent.ts'
import type { Contested } from './contests.ts'
import type { Task } from './kernel/tasks.ts'
import { rfc3339 } from './api/time.ts'

/** Something that waits for its time. */
export interface WaitingTask {
  /** Virtual milliseconds since the Unix epoch. */
  readonly at: number
  readonly component: string
  readonly what: string
  readonly kind: 'work' | 'timer'
}

export function describeTask({ at, to, message, kind }: Task): WaitingTask {
  const { type, ...rest } = (typeof message === 'object' && message !== null ? message : { type: String(message) }) as {
    type?: unknown
  }
  const details = Object.values(rest)
    .filter((value) => typeof value === 'string')
    .join(' ')
  return { at, component: to, what: details === '' ? String(type) : `${String(type)} ${details}`, kind }
}

/** What a cluster is in the middle of when it gives up. */
interface Unfinished {
  readonly waiting: readonly WaitingTask[]
  readonly failing: readonly ControllerState[]
  readonly contested: readonly Contested[]
  readonly where: string
}

/**
 * Virtual time ran out before what was waited for came about, or was not waited for because what runs goes round in
 * circles. Lists what was still to come, which controllers fail, and which objects are written over and over.
 */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly waiting: readonly WaitingTask[]
  /** Controllers with keys whose last turn failed, or with kinds that are not served. */
  readonly failing: readonly ControllerState[]
  /** The objects that were written most often of late: who takes turns at writing one undoes what the other did. */
  readonly contested: readonly Contested[]

  constructor(asked: string, timeout: number | string | undefined, { waiting, failing, contested, where }: Unfinished) {
    const shown = waiting
      .slice(0, 10)
      .map(({ at, component, what, kind }) => `  ${rfc3339(at)} ${component}: ${what} (${kind})`)
    const more = waiting.length > 10 ? [`  … and ${waiting.length - 10} more`] : []
    const list = waiting.length === 0 ? ['  nothing'] : [...shown, ...more]
    const lines = [...list, ...failing.flatMap(failuresOf), ...contested.map(contestOf)]
    const what =
      timeout === undefined
        ? "would never come to its end: controllers undo each other's writes, or repeat their own"
        : `did not come to its end within ${timeout}`
    super(`${asked} ${what} ${where}; still waiting:\n${lines.join('\n')}`)
    this.waiting = waiting
    this.failing = failing
    this.contested = contested
  }
}

function contestOf({ kind, namespace, name, writes, actors }: Contested): string {
  const path = namespace === undefined ? name : `${namespace}/${name}`
  return `${kind} ${path} was written ${writes} times of late, by ${actors.join(', ')}`
}

function failuresOf({ name, failing, waitingFor = [] }: ControllerState): string[] {
  const waits = waitingFor.map((kind) => `controller ${name} waits for ${kind}: no CustomResourceDefinition serves it`)
  const fails = failing.map(
    ({ key, failures, error }) => `controller ${name} fails on ${key} (${failures} in a row): ${error}`,
  )
  return [...waits, ...fails]
}
