import type { JournalEntry, JournalLog } from '../kernel/journal.ts'

/** A fault as the journal has it. */
export type JournalledFault = Extract<JournalEntry, { readonly fault: object }>['fault']

export interface FaultThen {
  readonly fault: JournalledFault
  /** Virtual milliseconds since the Unix epoch. */
  readonly at: number
}

/** What the journal says of a call that led to something, by the cause it left: -1 is the first entry. */
export function entryOf(journal: JournalLog, cause: number): JournalEntry {
  return journal.at(-cause - 1)
}

/** When an entry was written: where the run before it ended. */
export function momentOf(journal: JournalLog, cause: number, epoch: number): number {
  for (let row = -cause - 2; row >= 0; row--) {
    const entry = journal.at(row)
    if ('run' in entry) return entry.run.now
  }
  return epoch
}

/** The first fault that has to do with a name, after one moment and up to another. */
export function faultAbout(
  journal: JournalLog,
  name: string,
  { after, upTo, epoch }: { readonly after: number; readonly upTo: number; readonly epoch: number },
): FaultThen | undefined {
  let at = epoch
  for (let row = 0; row < journal.length && at <= upTo; row++) {
    const entry = journal.at(row)
    if ('run' in entry) at = entry.run.now
    else if ('fault' in entry && at >= after && Object.values(entry.fault).includes(name))
      return { fault: entry.fault, at }
  }
  return undefined
}
