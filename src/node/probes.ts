import type { Container, Probe } from '../api/types/core.ts'

/** When a container is found to have started and to be ready, in milliseconds after it began to run; Infinity: never. */
export interface ProbeTimes {
  readonly startedMs: number
  readonly readyMs: number
}

const AT_ONCE: ProbeTimes = Object.freeze({ startedMs: 0, readyMs: 0 })

/** `readyMs`: when the container would answer a probe. Probes come at fixed times: pkg/kubelet/prober/worker.go. */
export function probeTimes(container: Container, readyMs: number): ProbeTimes {
  const { readinessProbe, startupProbe } = container
  if (readinessProbe === undefined && startupProbe === undefined && readyMs === 0) return AT_ONCE
  const startedMs = startupProbe === undefined ? 0 : firstSuccess(startupProbe, readyMs, 0)
  if (readinessProbe === undefined) return { startedMs, readyMs: Math.max(startedMs, readyMs) }
  return { startedMs, readyMs: firstSuccess(readinessProbe, readyMs, startedMs) }
}

/** When a probe has succeeded often enough, asked from `fromMs` on of a container that answers from `okMs` on. */
function firstSuccess(probe: Probe, okMs: number, fromMs: number): number {
  const periodMs = (probe.periodSeconds ?? 10) * 1000
  const initialMs = (probe.initialDelaySeconds ?? 0) * 1000
  const first = Math.max(initialMs, fromMs)
  const successes = (probe.successThreshold ?? 1) - 1
  if (okMs === Infinity || first === Infinity) return Infinity
  const missed = Math.max(0, Math.ceil((okMs - first) / periodMs))
  return first + (missed + successes) * periodMs
}
