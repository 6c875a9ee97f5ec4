/** What containers answer to probes, as a function of time. */
import { type Duration, parseDuration } from '../api/duration.ts'
import { checkFields, refuse } from '../api/fields.ts'

export type ProbeKind = 'startup' | 'readiness' | 'liveness'

/** What a container answers to probes for a while. */
export interface Answer {
  /** Which probe it concerns. Default: each of them. */
  readonly probe?: ProbeKind
  /** From when on, counted from when the container began to run. Default 0. */
  readonly from?: Duration
  /** Until when, counted likewise; the moment itself is past it. Default: for ever. */
  readonly to?: Duration
  /**
   * `true`: well. `false`: a refused connection, an exit with 1, NOT_SERVING. A number: an HTTP status, well from 200 to
   * 399. A text: it fails with these words. Default `true`.
   */
  readonly answer?: boolean | number | string
  /** How long the answer takes; the probe fails where that is longer than its timeoutSeconds. Default 0. */
  readonly latency?: Duration
  /** Only in the first so many runs of the container in its pod, so that a restart heals it. Default: in all. */
  readonly runs?: number
}

/** An answer with everything said, times in milliseconds. */
export interface ResolvedAnswer {
  readonly probe: ProbeKind | undefined
  readonly from: number
  readonly to: number
  readonly answer: boolean | number | string
  readonly latency: number
  readonly runs: number
}

/** What is answered at a moment, and until when that stays. */
export interface Said {
  readonly answer: boolean | number | string
  readonly latencyMs: number
  /** Counted as `offsetMs` is; Infinity: for ever. */
  readonly untilMs: number
}

const fields: readonly string[] = ['probe', 'from', 'to', 'answer', 'latency', 'runs']
const kinds: readonly string[] = ['startup', 'readiness', 'liveness']

/** Throws BadRequest that names the answer and the field when one makes no sense. */
export function resolveAnswers(answers: readonly Answer[] | undefined, path: string): readonly ResolvedAnswer[] {
  if (answers === undefined) return []
  if (!Array.isArray(answers)) throw refuse(path, answers, 'a list of answers')
  return answers.map((answer, index) => resolve(answer as Answer, `${path}[${index}]`))
}

function resolve(given: Answer, path: string): ResolvedAnswer {
  checkFields(given, path, 'an answer such as { from: "1m", answer: false }', fields)
  const { probe, from = 0, to, answer = true, latency = 0, runs = Infinity } = given
  if (probe !== undefined && !kinds.includes(probe)) throw refuse(`${path}.probe`, probe, `one of ${kinds.join(', ')}`)
  const fromMs = parseDuration(from, `${path}.from`)
  const toMs = to === undefined ? Infinity : parseDuration(to, `${path}.to`)
  if (toMs <= fromMs) throw refuse(`${path}.to`, to, 'a moment after from')
  const isStatus = typeof answer === 'number' && Number.isInteger(answer) && answer >= 100 && answer <= 599
  if (typeof answer !== 'boolean' && typeof answer !== 'string' && !isStatus)
    throw refuse(`${path}.answer`, answer, 'true, false, an HTTP status from 100 to 599, or words')
  if (runs !== Infinity && !(Number.isInteger(runs) && runs > 0))
    throw refuse(`${path}.runs`, runs, 'a whole number above 0')
  const latencyMs = parseDuration(latency, `${path}.latency`)
  return { probe, from: fromMs, to: toMs, answer, latency: latencyMs, runs }
}

/**
 * What a container says `offsetMs` after it began to run: what the first answer says that covers the moment, otherwise
 * it is well, but for readiness and startup only from `readyMs` on. `attempt` counts its runs from 0.
 */
export function saidAt(
  answers: readonly ResolvedAnswer[],
  kind: ProbeKind,
  attempt: number,
  readyMs: number,
  offsetMs: number,
): Said {
  let untilMs = Infinity
  for (const { probe, from, to, answer, latency, runs } of answers) {
    if ((probe !== undefined && probe !== kind) || attempt >= runs || to <= offsetMs) continue
    if (from <= offsetMs) return { answer, latencyMs: latency, untilMs: Math.min(untilMs, to) }
    untilMs = Math.min(untilMs, from)
  }
  if (kind === 'liveness' || offsetMs >= readyMs) return { answer: true, latencyMs: 0, untilMs }
  return { answer: false, latencyMs: 0, untilMs: Math.min(untilMs, readyMs) }
}
