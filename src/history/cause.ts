import { rfc3339 } from '../api/time.ts'
import { printTable } from '../api/table.ts'
import type { ObjectRef } from './difference.ts'

/**
 * `change`: something a component did. `call`: something that was asked for from outside, and done. `fault`: something
 * that was broken or healed. `beginning`: how the cluster was made. `forgotten`: a change that is no longer kept.
 */
export type CauseKind = 'change' | 'call' | 'fault' | 'beginning' | 'forgotten'

interface Facts {
  readonly kind: CauseKind
  readonly at: number
  readonly actor: string
  readonly revision?: number | undefined
  readonly ref?: ObjectRef | undefined
  readonly what: string
  readonly because?: string | undefined
}

/** One link of a chain of causes. Plain data; `String()` prints it for a person. */
export class Cause {
  readonly kind: CauseKind
  /** Virtual milliseconds since the Unix epoch. Of what is forgotten, the moment before which it was. */
  readonly at: number
  /** The same as RFC 3339, whole seconds. */
  readonly time: string
  /** Who did it: a component, a user, `fault`; '' where nobody did. */
  readonly actor: string
  /** undefined for what is no change. */
  readonly revision: number | undefined
  /** The object that was changed. */
  readonly ref: ObjectRef | undefined
  /** What was done, in the past tense: `bound pod/web-1 to node-2`. */
  readonly what: string
  /** Why, where the causes before it do not say so: `2 of 3 nodes suited`. */
  readonly because: string | undefined

  constructor({ kind, at, actor, revision, ref, what, because }: Facts) {
    this.kind = kind
    this.at = at
    this.time = rfc3339(at)
    this.actor = actor
    this.revision = revision
    this.ref = ref
    this.what = what
    this.because = because
    Object.freeze(this)
  }

  /** `2020-01-01T00:05:00Z default-scheduler bound pod/web-1 to node-2: 2 of 3 nodes suited` */
  toString(): string {
    return [this.time, ...(this.actor === '' ? [] : [this.actor]), sentenceOf(this)].join(' ')
  }
}

/** Causes, what began it first; `String()` prints them as a table. */
export type Causes = readonly Cause[]

/** Of a longer chain the middle is left out when it is printed. */
const mostRows = 40
const firstRows = 10

export function causesOf(links: readonly Cause[], epoch: number): Causes {
  const causes = [...links]
  const text = (): string => causesText(causes, epoch)
  Object.defineProperty(causes, 'toString', { value: text })
  Object.defineProperty(causes, Symbol.for('nodejs.util.inspect.custom'), { value: text })
  return Object.freeze(causes)
}

function causesText(causes: Causes, epoch: number): string {
  const rows = causes.map((cause) => [
    `+${((cause.at - epoch) / 1000).toFixed(1)}s`,
    cause.revision === undefined ? '-' : String(cause.revision),
    cause.actor === '' ? '-' : cause.actor,
    sentenceOf(cause),
  ])
  const left = rows.length - mostRows
  if (left > 0) rows.splice(firstRows, left, ['', '', '', `… ${left} more …`])
  return printTable(['TIME', 'REVISION', 'WHO', 'WHAT'], rows)
}

function sentenceOf({ what, because }: Cause): string {
  return because === undefined ? what : `${what}: ${because}`
}
