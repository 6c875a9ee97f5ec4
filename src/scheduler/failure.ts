/** That no node suits a pod, for those who may make room on one. */
import type { Cycle } from './cycle.ts'
import type { Inquiries, Inquiry } from './inquiries.ts'
import type { Failure, Nomination, Steps } from './plugin.ts'
import type { Questions } from './questions.ts'
import type { Found } from './search.ts'
import { refusalOf } from './verdict.ts'

/** What the DynamicResources plugin says of every pod since v1.34, before preemption has its say. */
const NO_CLAIMS = 'no new claims to deallocate'
/** What it says of a pod that it has not heard of, since another plugin refused it first; then nobody else is asked. */
const NO_STATE = 'not found'

export interface FailureParts {
  readonly cycle: Cycle
  readonly inquiries: Inquiries
  /** What was asked last, and what was found. */
  readonly inquiry: Inquiry
  readonly found: Found
  readonly drawBelow?: ((count: number) => number) | undefined
}

/** `verdict` is good until the next decision. */
export function failureOf({ cycle, inquiries, inquiry, found, drawBelow }: FailureParts): Failure {
  const { nodes, nominees } = cycle.snapshot
  // Who has nothing to say of more than the row has not when pods are gone either.
  const { isOfRows, refusal } = inquiry.outlook
  const isPlain = isOfRows && nominees.arePlain
  let asked: Questions | undefined
  const again = (): Questions => {
    // What is tried is written to columns that are the table's own.
    nodes.own()
    return (asked ??= inquiries.questionsOf(cycle, inquiry))
  }
  return {
    total: nodes.order().length,
    isEarly: refusal !== undefined && !refusal.resolvable && refusal.isLate !== true,
    resolvable: () => resolvableRows(inquiry, found),
    verdict: (row) => (isPlain ? again().verdict(row) : inquiries.verdictAnew(cycle, again(), row)),
    refusalOf: (verdict) => refusalOf({ filters: inquiries.filtersOf(again()), info: cycle.info }, verdict),
    isOfRows,
    drawBelow,
  }
}

function resolvableRows({ candidates, outlook: { refusal } }: Inquiry, { examined }: Found): Int32Array {
  const { order, verdicts } = candidates
  if (refusal !== undefined) return refusal.resolvable ? order : order.subarray(0, 0)
  // Of nodes that nobody has looked at nothing is known.
  if (examined < order.length) return order.subarray(0, 0)
  const rows = new Int32Array(order.length)
  let count = 0
  let last = 0
  let isResolvable = false
  for (const row of order) {
    const verdict = verdicts[row]!
    if (verdict !== last) {
      last = verdict
      isResolvable = refusalOf(candidates, verdict).resolvable
    }
    if (isResolvable) rows[count++] = row
  }
  return rows.subarray(0, count)
}

/** What came of asking whoever may make room. */
export interface Room extends Omit<Nomination, 'message'> {
  /** What they say, where none of them found any. */
  readonly words?: readonly string[]
}

/** Asks one plugin after the other until one finds room. Mirrors RunPostFilterPlugins of pkg/scheduler/framework/runtime. */
export function roomFor(
  plugins: readonly { readonly postFilter: NonNullable<Steps['postFilter']> }[],
  cycle: Cycle,
  failure: Failure,
): Room {
  if (failure.isEarly) return { words: [NO_STATE] }
  const words: string[] = [NO_CLAIMS]
  let isVoid = false
  for (const plugin of plugins) {
    const { node, victims, message } = plugin.postFilter(cycle, failure) ?? {}
    if (node !== undefined && node !== '') return { node, victims }
    if (node === '') isVoid = true
    if (message !== undefined) words.push(message)
  }
  return { ...(isVoid ? { node: '' } : {}), words }
}
