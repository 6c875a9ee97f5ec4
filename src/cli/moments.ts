import { parseDuration } from '../api/duration.ts'
import { parseTime } from '../api/time.ts'
import type { Cluster } from '../cluster.ts'
import type { Moment } from '../past.ts'
import { Refused } from './output.ts'

/** How the help of a command says what `momentIn` takes. */
export const momentHelp = 'a revision; a time as RFC 3339, or as +90s after the beginning; or now'

/** A revision or a moment, as it is written on a command line. Throws Refused. */
export function momentIn(cluster: Cluster, text: string): Moment {
  if (text === 'now') return cluster.revision
  if (/^\d+$/u.test(text)) return Number(text)
  const time = text.startsWith('+') ? afterBeginning(cluster, text) : parseTime(text)
  if (time === undefined)
    throw new Refused(`error: ${JSON.stringify(text)} is neither a revision, nor a time such as +90s, nor now`)
  return { time }
}

function afterBeginning(cluster: Cluster, text: string): number | undefined {
  try {
    return cluster.replayer().parts.epoch + parseDuration(text.slice(1))
  } catch {
    return undefined
  }
}
