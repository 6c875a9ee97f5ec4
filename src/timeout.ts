import type { ControllerState } from './client/controllerComponent.ts'
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

/** Virtual time ran out before what was waited for came about. Lists what was still to come, and which controllers fail. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'

  constructor(
    asked: string,
    timeout: number | string,
    readonly waiting: readonly WaitingTask[],
    /** Controllers with keys whose last turn failed, or with kinds that are not served. */
    readonly failing: readonly ControllerState[],
    where: string,
  ) {
    const shown = waiting
      .slice(0, 10)
      .map(({ at, component, what, kind }) => `  ${rfc3339(at)} ${component}: ${what} (${kind})`)
    const more = waiting.length > 10 ? [`  … and ${waiting.length - 10} more`] : []
    const list = waiting.length === 0 ? ['  nothing'] : [...shown, ...more]
    const lines = [...list, ...failing.flatMap(failuresOf)]
    super(`${asked} did not come to its end within ${timeout} ${where}; still waiting:\n${lines.join('\n')}`)
  }
}

function failuresOf({ name, failing, waitingFor = [] }: ControllerState): string[] {
  const waits = waitingFor.map((kind) => `controller ${name} waits for ${kind}: no CustomResourceDefinition serves it`)
  const fails = failing.map(
    ({ key, failures, error }) => `controller ${name} fails on ${key} (${failures} in a row): ${error}`,
  )
  return [...waits, ...fails]
}
