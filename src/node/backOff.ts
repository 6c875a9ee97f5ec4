/** Restarts of a failing container. Mirrors staging/src/k8s.io/client-go/util/flowcontrol/backoff.go. */
import type { BackOff } from './runtimeState.ts'

// pkg/kubelet/kubelet.go: initialContainerRestartBackOff, MaxCrashLoopBackOff.
const firstMs = 10_000
const lastMs = 300_000

/** How long after its exit a container is started again; 0 for at once. */
export function restartDelay(backOff: BackOff | undefined, exitedAt: number): number {
  return backOff === undefined || hasExpired(backOff, exitedAt) ? 0 : backOff.ms
}

/** The back-off after a start at `now` that follows an exit at `exitedAt`. */
export function nextBackOff(backOff: BackOff | undefined, exitedAt: number, now: number): BackOff {
  if (backOff === undefined || hasExpired(backOff, exitedAt)) return { ms: firstMs, since: now }
  return { ms: Math.min(backOff.ms * 2, lastMs), since: now }
}

/** A container that has run for ten minutes is trusted again. */
function hasExpired(backOff: BackOff, exitedAt: number): boolean {
  return exitedAt - backOff.since > 2 * lastMs
}

/** The back-off of a container that was started anew so often, each time soon after the last. */
export function afterRestarts(restarts: number): number {
  let ms = firstMs
  for (let restart = 1; restart < restarts && ms < lastMs; restart++) ms *= 2
  return Math.min(ms, lastMs)
}
