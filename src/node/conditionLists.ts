import type { PodCondition } from '../api/types/core.ts'
import { TRUE, type Verdict, type Verdicts, sameVerdicts } from './verdicts.ts'

/** The conditions of a pod, given what was said before; `now` is RFC 3339. */
export type ConditionLists = (
  before: readonly PodCondition[] | undefined,
  verdicts: Verdicts,
  generation: number | undefined,
  now: string,
) => readonly PodCondition[]

interface Known {
  readonly before: readonly PodCondition[] | undefined
  readonly verdicts: Verdicts
  readonly generation: number | undefined
  readonly now: string
  readonly made: readonly PodCondition[]
}

/** How many lists are remembered: those of the last instant's pods. */
const remembered = 4

const own: readonly string[] = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  'AllContainersRestarting',
  'PodResizePending',
  'PodResizeInProgress',
]

/** A pod that comes to its conditions as one before it did shares that one's list. A cache. */
export function createConditionLists(): ConditionLists {
  const known: Known[] = []
  let oldest = 0
  return (before, verdicts, generation, now) => {
    for (let index = 0; index < known.length; index++) {
      const one = known[index]!
      if (one.now !== now || one.generation !== generation || !sameVerdicts(one.verdicts, verdicts)) continue
      if (one.before === before || sameConditions(one.before, before)) return one.made
    }
    const made = makeConditions(before, verdicts, generation, now)
    known[oldest] = { before, verdicts, generation, now, made }
    oldest = (oldest + 1) % remembered
    return made
  }
}

function sameConditions(a: readonly PodCondition[] | undefined, b: readonly PodCondition[] | undefined): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return a === b
  for (let index = 0; index < a.length; index++) if (!sameCondition(a[index]!, b[index]!)) return false
  return true
}

function sameCondition(a: PodCondition, b: PodCondition): boolean {
  if (a === b) return true
  if (a.type !== b.type || a.status !== b.status || a.lastTransitionTime !== b.lastTransitionTime) return false
  return (
    a.reason === b.reason &&
    a.message === b.message &&
    a.observedGeneration === b.observedGeneration &&
    a.lastProbeTime === b.lastProbeTime
  )
}

/** The list that follows from the verdicts and what was said before. */
function makeConditions(
  before: readonly PodCondition[] | undefined,
  verdicts: Verdicts,
  generation: number | undefined,
  now: string,
): readonly PodCondition[] {
  const made: PodCondition[] = []
  if (before !== undefined) for (const condition of before) if (!own.includes(condition.type)) made.push(condition)
  const { sandbox, initialized, ready, containersReady, restarting } = verdicts
  made.push(
    condition(before, 'PodReadyToStartContainers', sandbox, generation, now),
    condition(before, 'Initialized', initialized, generation, now),
    condition(before, 'Ready', ready, generation, now),
    condition(before, 'ContainersReady', containersReady, generation, now),
    condition(before, 'PodScheduled', TRUE, generation, now),
  )
  // Of this one no kubelet says which generation it has seen.
  if (restarting !== undefined) made.push(condition(before, 'AllContainersRestarting', restarting, undefined, now))
  return made
}

function condition(
  before: readonly PodCondition[] | undefined,
  type: string,
  verdict: Verdict,
  generation: number | undefined,
  now: string,
): PodCondition {
  const { isTrue, reason, message } = verdict
  const status = isTrue ? 'True' : 'False'
  const old = before === undefined ? undefined : ofType(before, type)
  const kept = old !== undefined && old.status === status
  if (kept && old.observedGeneration === generation && (old.reason ?? '') === reason && (old.message ?? '') === message)
    return old
  const lastTransitionTime = kept ? (old.lastTransitionTime ?? now) : now
  const base =
    generation === undefined
      ? { type, status, lastProbeTime: null, lastTransitionTime }
      : { type, observedGeneration: generation, status, lastProbeTime: null, lastTransitionTime }
  const made = reason === '' ? base : message === '' ? { ...base, reason } : { ...base, reason, message }
  // The API server says null for a time that was never set.
  return made as unknown as PodCondition
}

function ofType(conditions: readonly PodCondition[], type: string): PodCondition | undefined {
  for (let index = 0; index < conditions.length; index++) if (conditions[index]!.type === type) return conditions[index]
  return undefined
}
