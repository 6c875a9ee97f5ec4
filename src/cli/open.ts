import { isStatusError } from '../api/errors.ts'
import type { Cluster } from '../cluster.ts'
import type { Definitions } from '../definitions.ts'
import type { Journal } from '../kernel/journal.ts'
import { readCluster } from '../load.ts'
import { replay, ReplayDivergence } from '../replay.ts'
import { Refused } from './output.ts'
import { readText } from './sources.ts'

/** A file that a cluster can be had of. */
export interface Opened {
  readonly what: 'saved cluster' | 'journal'
  /** The version of its format. */
  readonly version: number
  /** To be read, not to be driven: a saved cluster may lack definitions. */
  readonly cluster: Cluster
}

/**
 * The cluster in a file that `cluster.save()` or `wavetank run --save` wrote, or that a journal lives through again. A
 * journal needs the definitions that it names. Throws Refused with what is wrong with the file.
 */
export function openFile(path: string, definitions: Definitions = {}): Opened {
  const text = readText(path)
  return aboutFile(path, () =>
    isSaved(text)
      ? { what: 'saved cluster', version: 1, cluster: readCluster(text, definitions) }
      : { what: 'journal', version: 1, cluster: replay(journalIn(text), definitions) },
  )
}

/** The journal in a file, not yet lived through. Throws Refused with what is wrong with the file. */
export function readJournal(path: string): Journal {
  const text = readText(path)
  return aboutFile(path, () => {
    if (isSaved(text)) throw new NoJournal('a saved cluster, not a journal: "wavetank inspect" tells what is in it')
    return journalIn(text)
  })
}

/** Has what is wrong with a file's content say which file it is. */
export function aboutFile<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const isAboutFile = isStatusError(error) || error instanceof ReplayDivergence || error instanceof NoJournal
    if (!isAboutFile) throw error
    const message = isStatusError(error) ? error.status.message : error.message
    throw new Refused(`error: ${path}: ${message}`)
  }
}

function isSaved(text: string): boolean {
  return text.startsWith('{"format":"wavetank-cluster"')
}

class NoJournal extends Error {}

function journalIn(text: string): Journal {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new NoJournal(`neither a saved cluster nor a journal: not JSON: ${(error as Error).message}`)
  }
  const { format } = (value ?? {}) as { readonly format?: unknown }
  if (format === 'wavetank-journal') return value as Journal
  // Written anew by something else: what is wrong with it, whoever reads saved clusters knows.
  if (format === 'wavetank-cluster') return void readCluster(text, {}) as never
  throw new NoJournal('neither a saved cluster nor a journal: its format is neither of theirs')
}
