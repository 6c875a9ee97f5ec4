import { said } from '../api/said.ts'

/** What a plugin of a user's gave as a score, if it is a number. */
export function finite(score: unknown): number {
  if (typeof score === 'number' && Number.isFinite(score)) return score
  throw new Error(`expected a number, got ${said(score)}`)
}

/** Mirrors the check of RunScorePlugins in pkg/scheduler/framework/runtime/framework.go. */
export function inRange(score: unknown): number {
  const number = finite(score)
  if (number >= 0 && number <= 100) return number
  throw new Error(`returns an invalid score ${number}, it should in the range of [0, 100] after normalizing`)
}
