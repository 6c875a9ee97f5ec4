import { type Duration, formatDuration, parseDuration } from '../api/duration.ts'
import { badRequest } from '../api/errors.ts'
import { said } from '../api/said.ts'
import { checkNode, type FaultDefinition } from './fault.ts'

/**
 * The clock of one machine is wrong, and so is what its kubelet writes: renewals, times of conditions, of starts and ends.
 * As upstream, a node whose clock is put back, by this or by its healing, seems dead from time to time until the clock has
 * caught up with what it had written: renewals that look older than others do not count.
 */
export interface SkewClock {
  readonly type: 'skewClock'
  readonly node: string
  /** How many milliseconds it is ahead; behind where that is negative. */
  readonly aheadMs: number
}

const mostMs = 100 * 365 * 86_400_000

export const skewClock: FaultDefinition<SkewClock> = {
  type: 'skewClock',
  fields: ['node', 'aheadMs'],
  check(parts, { node, aheadMs }) {
    checkNode(parts, node)
    if (!(typeof aheadMs === 'number' && Math.abs(aheadMs) <= mostMs) || aheadMs === 0)
      throw badRequest(`offset: expected a duration that is not 0, at most 100 years, got ${said(aheadMs)}`)
  },
  begin: ({ environment }, { node, aheadMs }) =>
    environment.kernel.interrupt('kubelet', { type: 'clock', node, aheadMs }),
  /** Of several the newest counts. */
  heal({ environment }, { node }, _id, others) {
    const aheadMs = others.findLast((other) => other.node === node)?.aheadMs ?? 0
    environment.kernel.interrupt('kubelet', { type: 'clock', node, aheadMs })
  },
  say: ({ node, aheadMs }) =>
    `the clock of ${node} is ${spanOf(Math.abs(aheadMs))} ${aheadMs < 0 ? 'behind' : 'ahead'}`,
}

function spanOf(ms: number): string {
  return ms < 1000 ? `${ms}ms` : formatDuration(ms)
}

/** Milliseconds of a duration that may be negative, such as `-5m`. Throws BadRequest. */
export function offsetMs(offset: Duration): number {
  if (typeof offset === 'string' && offset.startsWith('-')) return -parseDuration(offset.slice(1), 'offset')
  return typeof offset === 'number' && offset < 0 ? -parseDuration(-offset, 'offset') : parseDuration(offset, 'offset')
}
