import { type Duration, parseDuration } from '../api/duration.ts'
import type { JournalEntry, JournalLog } from '../kernel/journal.ts'

/** A fault as the journal has it: its data, and its timing. */
export type JournalledFault = Extract<JournalEntry, { readonly fault: object }>['fault']

export interface FaultThen {
  readonly fault: JournalledFault
  /** When it began, or was over; virtual milliseconds since the Unix epoch. */
  readonly at: number
  readonly isOver: boolean
}

/** What the journal says of a call that led to something, by the cause it left: -1 is the first entry. */
export function entryOf(journal: JournalLog, cause: number): JournalEntry {
  return journal.at(-cause - 1)
}

/** What of a fault led to something that was done at a moment: its beginning or its end. */
export function faultThen(
  journal: JournalLog,
  cause: number,
  fault: JournalledFault,
  moment: number,
  epoch: number,
): FaultThen {
  const begins = momentOf(journal, cause, epoch) + durationOf(fault['after'])
  const ends = begins + durationOf(fault['for'])
  const isOver = fault['for'] !== undefined && moment >= ends
  return { fault, at: isOver ? ends : begins, isOver }
}

/** When an entry was written: where the run before it ended. */
function momentOf(journal: JournalLog, cause: number, epoch: number): number {
  for (let row = -cause - 2; row >= 0; row--) {
    const entry = journal.at(row)
    if ('run' in entry) return entry.run.now
  }
  return epoch
}

function durationOf(timing: unknown): number {
  return timing === undefined ? 0 : parseDuration(timing as Duration)
}

/** A moment or later, up to another. */
interface Span {
  readonly from: number
  readonly upTo: number
  readonly epoch: number
}

/** The first fault within a span that may silence what has one of these names. */
export function silencingFault(journal: JournalLog, names: readonly string[], span: Span): FaultThen | undefined {
  const all = faultsOf(journal, span).filter(({ isOver, fault }) => !isOver && maySilence(fault, names))
  return all.reduce<FaultThen | undefined>(
    (first, one) => (first === undefined || one.at < first.at ? one : first),
    undefined,
  )
}

/** The last such fault to be over within a span. */
export function wakingFault(journal: JournalLog, names: readonly string[], span: Span): FaultThen | undefined {
  const all = faultsOf(journal, span).filter(({ isOver, fault }) => isOver && maySilence(fault, names))
  return all.reduce<FaultThen | undefined>(
    (last, one) => (last === undefined || one.at >= last.at ? one : last),
    undefined,
  )
}

/** What began and what was over within a span, by itself or because somebody healed it. */
function faultsOf(journal: JournalLog, { from, upTo, epoch }: Span): readonly FaultThen[] {
  const found: FaultThen[] = []
  /** By number, from 1. */
  const faults: JournalledFault[] = []
  let now = epoch
  for (let row = 0; row < journal.length && now <= upTo; row++) {
    const entry = journal.at(row)
    if ('run' in entry) now = entry.run.now
    if (!('fault' in entry)) continue
    const { fault } = entry
    const healed = fault.type === 'heal' ? faults[Number(fault['id']) - 1] : undefined
    if (healed !== undefined) found.push({ fault: healed, at: now, isOver: true })
    if (fault.type === 'heal') continue
    faults.push(fault)
    const begins = now + durationOf(fault['after'])
    found.push({ fault, at: begins, isOver: false })
    if (fault['for'] !== undefined) found.push({ fault, at: begins + durationOf(fault['for']), isOver: true })
  }
  return found.filter(({ at }) => at >= from && at <= upTo)
}

const timing: readonly string[] = Object.freeze(['type', 'after', 'for'])

/** What names nothing concerns everybody: an outage. */
function maySilence(fault: JournalledFault, names: readonly string[]): boolean {
  if (fault.type === 'restartNode') return false
  const named = Object.entries(fault).flatMap(([field, value]) =>
    typeof value === 'string' && !timing.includes(field) ? [value] : [],
  )
  return named.length === 0 || named.some((name) => names.includes(name))
}
