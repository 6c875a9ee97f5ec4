/** One thing that is so, or not, and why. */
export interface Verdict {
  readonly isTrue: boolean
  readonly reason: string
  readonly message: string
}

export const TRUE: Verdict = Object.freeze({ isTrue: true, reason: '', message: '' })

/** What there is to say of a pod. */
export interface Verdicts {
  readonly sandbox: Verdict
  readonly initialized: Verdict
  readonly ready: Verdict
  readonly containersReady: Verdict
  /** Whether all containers are being started again; undefined of pods that never do so. */
  readonly restarting: Verdict | undefined
}

function sameVerdict(a: Verdict, b: Verdict): boolean {
  return a === b || (a.isTrue === b.isTrue && a.reason === b.reason && a.message === b.message)
}

export function sameVerdicts(a: Verdicts, b: Verdicts): boolean {
  return (
    sameVerdict(a.ready, b.ready) &&
    sameVerdict(a.sandbox, b.sandbox) &&
    sameVerdict(a.containersReady, b.containersReady) &&
    sameVerdict(a.initialized, b.initialized) &&
    (a.restarting === b.restarting || sameVerdict(a.restarting ?? TRUE, b.restarting ?? TRUE))
  )
}
