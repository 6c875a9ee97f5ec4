import { rfc3339Micro } from '../api/time.ts'
import type { CommittedChange } from './committedChange.ts'
import { describe, type Happening } from './happenings.ts'

/** One line of what happened, as --json has it. */
export interface TimelineEntry {
  /** Virtual seconds after the beginning. */
  readonly seconds: number
  readonly time: string
  readonly component: string
  readonly object: string
  readonly what: string
}

/** Happenings within so many virtual milliseconds are one moment for the eye. */
const moment = 100

interface Told extends Happening {
  readonly at: number
}

/** Gathers what happens and tells it moment by moment. */
export interface Timeline {
  change(change: CommittedChange): void
  /** Something from outside, such as a fault. */
  say(at: number, component: string, object: string, what: string): void
  /** Tells what is still being gathered. */
  flush(): void
}

export interface TimelineOptions {
  /** When the cluster began, in milliseconds since the Unix epoch. */
  readonly epoch: number
  readonly line: (line: string) => void
  /** Called for each happening by itself. */
  readonly entry?: (entry: TimelineEntry) => void
}

export const timelineHead: string = row('TIME', 'COMPONENT', 'OBJECT', 'WHAT HAPPENED')

export function createTimeline({ epoch, line, entry }: TimelineOptions): Timeline {
  let gathered: Told[] = []
  const flush = (): void => {
    for (const group of groups(gathered)) for (const text of linesOf(group, epoch)) line(text)
    gathered = []
  }
  const add = (told: Told): void => {
    const first = gathered[0]
    if (first !== undefined && Math.floor((told.at - epoch) / moment) !== Math.floor((first.at - epoch) / moment))
      flush()
    gathered.push(told)
    const { at, component, object, what } = told
    entry?.({ seconds: (at - epoch) / 1000, time: rfc3339Micro(at), component, object, what })
  }
  return {
    change(change) {
      const happening = describe(change)
      if (happening !== undefined) add({ ...happening, at: change.at })
    },
    say: (at, component, object, what) => add({ at, component, object, what, sort: what, few: Infinity }),
    flush,
  }
}

/** By sort, in the order in which each sort first came; what was replaced within the moment is left out. */
function groups(gathered: readonly Told[]): Told[][] {
  const last = new Map<string, Told>()
  for (const told of gathered) if (told.replaces === true) last.set(`${told.component} ${told.object}`, told)
  const bySort = new Map<string, Told[]>()
  for (const told of gathered) {
    if (told.replaces === true && last.get(`${told.component} ${told.object}`) !== told) continue
    const key = `${told.component.split(' ')[0]!} ${told.sort}`
    const group = bySort.get(key)
    if (group === undefined) bySort.set(key, [told])
    else group.push(told)
  }
  return [...bySort.values()]
}

function linesOf(group: readonly Told[], epoch: number): string[] {
  const time = ({ at }: Told): string => `+${((at - epoch) / 1000).toFixed(1)}s`
  if (group.length <= group[0]!.few) return group.map((told) => row(time(told), told.component, told.object, told.what))
  const first = group[0]!
  const component = group.every((told) => told.component === first.component)
    ? first.component
    : first.component.split(' ')[0]!
  const what = group.every((told) => told.what === first.what)
    ? first.what
    : (/^(?:Warning )?\w+(?=[:,])/u.exec(first.what)?.[0] ?? 'changed')
  const others = new Set(group.map(({ object }) => object)).size - 1
  const times = others + 1 === group.length ? '' : ` (${group.length} times)`
  return [
    row(time(first), component, others === 0 ? first.object : `${first.object} and ${others} more`, `${what}${times}`),
  ]
}

function row(time: string, component: string, object: string, what: string): string {
  return `${time.padEnd(9)} ${component.padEnd(22)} ${object.padEnd(36)} ${what}`
}
