/**
 * One probe asked again and again, as arithmetic: what was asked and heard between two things that anybody hears of is
 * worked out and not lived through. Mirrors doProbe of pkg/kubelet/prober/worker.go. All moments are milliseconds since
 * the container began to run.
 */
import type { Probe } from '../api/types/core.ts'
import type { Said } from './answers.ts'

/** Where a series of probes stands. */
export interface Series {
  /** When it is asked next. */
  readonly atMs: number
  /** What was heard last, and how often in a row. */
  readonly isWell: boolean
  readonly run: number
}

/** Something that is heard of: a failure, or the success that turns the verdict. */
export interface Finding {
  /** When the answer is there. */
  readonly heardMs: number
  /** What the answer was. */
  readonly said: Said
  readonly isWell: boolean
  /** How often it was heard since something was heard of last. */
  readonly times: number
  /** Whether it has now been heard often enough to count. */
  readonly counts: boolean
  /** How it goes on. */
  readonly next: Series
}

/** Failures that are told one by one. The recorder lets through fewer about one pod, and later one in five minutes. */
const toldOneByOne = 30
const toldEveryMs = 300_000

/** A series whose first question is at `atMs`. */
export function seriesFrom(atMs: number): Series {
  return { atMs, isWell: true, run: 0 }
}

/** The first time at or after `fromMs` at which a probe is due that began with its container. */
export function firstDue(probe: Probe, fromMs: number): number {
  const firstMs = (probe.initialDelaySeconds ?? 0) * 1000
  const periodMs = (probe.periodSeconds ?? 10) * 1000
  return firstMs >= fromMs ? firstMs : firstMs + Math.ceil((fromMs - firstMs) / periodMs) * periodMs
}

/** What is heard of next; undefined when nothing ever will be again. */
export function nextFinding(probe: Probe, saidAt: (offsetMs: number) => Said, from: Series): Finding | undefined {
  let series = from
  for (;;) {
    const said = saidAt(series.atMs)
    const isWell = isGood(probe, said)
    const tookMs = Math.min(said.latencyMs, timeoutMs(probe))
    const stepMs = Math.max((probe.periodSeconds ?? 10) * 1000, tookMs)
    const before = series.isWell === isWell ? series.run : 0
    const told = isWell ? nextSuccess(probe, before) : nextFailure(probe, before, stepMs)
    const left = said.untilMs === Infinity ? Infinity : Math.ceil((said.untilMs - series.atMs) / stepMs)
    if (told - before <= left && told !== Infinity) {
      const askedMs = series.atMs + (told - before - 1) * stepMs
      const next = { atMs: askedMs + stepMs, isWell, run: told }
      const counts = told >= threshold(probe, isWell)
      return { heardMs: askedMs + tookMs, said, isWell, times: told - before, counts, next }
    }
    if (left === Infinity) return undefined
    series = { atMs: series.atMs + left * stepMs, isWell, run: before + left }
  }
}

export function timeoutMs(probe: Probe): number {
  return (probe.timeoutSeconds ?? 1) * 1000
}

function isGood(probe: Probe, { answer, latencyMs }: Said): boolean {
  if (latencyMs > timeoutMs(probe)) return false
  return typeof answer === 'number' ? answer >= 200 && answer < 400 : answer === true
}

function threshold(probe: Probe, isWell: boolean): number {
  return isWell ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)
}

/** The success that counts; those after it change nothing. */
function nextSuccess(probe: Probe, before: number): number {
  const needed = threshold(probe, true)
  return before >= needed ? Infinity : needed
}

/** The failure in a row that is told next, the one that counts among them. */
function nextFailure(probe: Probe, before: number, stepMs: number): number {
  if (before < toldOneByOne) return before + 1
  const every = Math.ceil(toldEveryMs / stepMs)
  const next = before + every - ((before - toldOneByOne) % every)
  const needed = threshold(probe, false)
  return before < needed && needed < next ? needed : next
}
