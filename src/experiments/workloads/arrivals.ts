/** When the pods of a generated workload come. */
import { type Duration, parseDuration } from '../../api/duration.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import { draw } from '../../kernel/distribution.ts'
import type { RandomStream } from '../../kernel/random.ts'
import { positive, whole } from './checks.ts'

/**
 * When pods come:
 * - `'at once'`: all at the beginning;
 * - `{ every: '2s' }`: one at the beginning, then one after each such time;
 * - `{ poisson: { perSecond: 5 } }`: independently of each other, so many a second on average;
 * - `{ bursts: { perSecond: 0.1, size: 20 } }`: bursts that come as a Poisson process does, each of that many pods at one
 *   moment, or of a number drawn evenly from `[low, high]`, both inclusive;
 * - `{ modulated: { calm: { perSecond: 1, lasting: '5m' }, busy: { perSecond: 50, lasting: '20s' } } }`: a Poisson process
 *   whose rate changes to and fro (a Markov-modulated one): each of the two lasts an exponentially distributed time of that
 *   mean, and the process begins in either as often as it is in it.
 */
export type Arrivals =
  | 'at once'
  | { readonly every: Duration }
  | { readonly poisson: { readonly perSecond: number } }
  | { readonly bursts: { readonly perSecond: number; readonly size: number | readonly [low: number, high: number] } }
  | { readonly modulated: { readonly calm: ArrivalPhase; readonly busy: ArrivalPhase } }

export interface ArrivalPhase {
  /** Pods a second on average; 0 is allowed in one of the two. */
  readonly perSecond: number
  /** The mean of how long it lasts. */
  readonly lasting: Duration
}

/** Moments in milliseconds from the beginning, never descending, without end. */
export type Moments = (stream: RandomStream) => Iterator<number>

/** A pod a nanosecond: beyond it, numbers of milliseconds tell arrivals apart no more. */
const MOST_PER_SECOND = 1e9

const FORMS: readonly string[] = ['every', 'poisson', 'bursts', 'modulated']

/** Throws BadRequest that names the place. */
export function momentsOf(arrivals: Arrivals, path: string): Moments {
  if (arrivals === 'at once') return () => evenly(0)
  checkFields(arrivals, path, `"at once", or one of { ${FORMS.join(' }, { ')} }`, FORMS)
  if (Object.keys(arrivals).length !== 1) throw refuse(path, arrivals, `exactly one of ${FORMS.join(', ')}`)
  if ('every' in arrivals) {
    const gapMs = parseDuration(arrivals.every, `${path}.every`)
    return () => evenly(gapMs)
  }
  if ('poisson' in arrivals) {
    const gapMs = meanGap(arrivals.poisson, `${path}.poisson`, ['perSecond'])
    return (stream) => poisson(gapMs, stream)
  }
  if ('bursts' in arrivals) return burstsOf(arrivals.bursts, `${path}.bursts`)
  return modulatedOf(arrivals.modulated, `${path}.modulated`)
}

function meanGap(rate: { readonly perSecond: number }, path: string, fields: readonly string[]): number {
  checkFields(rate, path, `{ ${fields.join(', ')} }`, fields)
  return 1000 / positive(rate.perSecond, `${path}.perSecond`, MOST_PER_SECOND)
}

function burstsOf(bursts: { readonly perSecond: number; readonly size: unknown }, path: string): Moments {
  const gapMs = meanGap(bursts, path, ['perSecond', 'size'])
  const size = (Array.isArray(bursts.size) ? bursts.size : [bursts.size, bursts.size]) as readonly unknown[]
  if (size.length !== 2) throw refuse(`${path}.size`, size, 'a whole number, or the lowest and the highest')
  const [low, high] = size.map((bound) => whole(bound, `${path}.size`, 1)) as [number, number]
  if (low > high) throw refuse(`${path}.size`, size, 'the lower bound first')
  return (stream) => inBursts(gapMs, low, high, stream)
}

interface Phase {
  readonly gapMs: number
  readonly lastingMs: number
}

function modulatedOf(phases: { readonly calm: ArrivalPhase; readonly busy: ArrivalPhase }, path: string): Moments {
  checkFields(phases, path, '{ calm, busy }', ['calm', 'busy'])
  const calm = phaseOf(phases.calm, `${path}.calm`)
  const busy = phaseOf(phases.busy, `${path}.busy`)
  if (calm.gapMs === Infinity && busy.gapMs === Infinity) throw refuse(path, phases, 'one of the rates above 0')
  return (stream) => modulated([calm, busy], stream)
}

function phaseOf(phase: ArrivalPhase, path: string): Phase {
  checkFields(phase, path, '{ perSecond, lasting }', ['perSecond', 'lasting'])
  const gapMs =
    phase.perSecond === 0 ? Infinity : 1000 / positive(phase.perSecond, `${path}.perSecond`, MOST_PER_SECOND)
  const lastingMs = parseDuration(phase.lasting, `${path}.lasting`)
  if (lastingMs === 0) throw refuse(`${path}.lasting`, phase.lasting, 'a time above 0')
  return { gapMs, lastingMs }
}

function* evenly(gapMs: number): Generator<number> {
  for (let index = 0; ; index++) yield index * gapMs
}

function* poisson(gapMs: number, stream: RandomStream): Generator<number> {
  for (let at = 0; ;) yield (at += draw({ exponential: { mean: gapMs } }, stream))
}

function* inBursts(gapMs: number, low: number, high: number, stream: RandomStream): Generator<number> {
  for (let at = 0; ;) {
    at += draw({ exponential: { mean: gapMs } }, stream)
    for (let left = low === high ? low : stream.integer(low, high); left > 0; left--) yield at
  }
}

/** What is left of a gap when the rate changes is drawn anew: an exponential distribution remembers nothing. */
function* modulated([calm, busy]: readonly [Phase, Phase], stream: RandomStream): Generator<number> {
  let isCalm = stream.fraction() * (calm.lastingMs + busy.lastingMs) < calm.lastingMs
  for (let at = 0; ; isCalm = !isCalm) {
    const { gapMs, lastingMs } = isCalm ? calm : busy
    const end = at + draw({ exponential: { mean: lastingMs } }, stream)
    for (at = next(at, gapMs, stream); at < end; at = next(at, gapMs, stream)) yield at
    at = end
  }
}

function next(at: number, gapMs: number, stream: RandomStream): number {
  return gapMs === Infinity ? Infinity : at + draw({ exponential: { mean: gapMs } }, stream)
}
