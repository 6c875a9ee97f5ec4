/** What users' plugins answer where TypeScript did not look: a promise is neither a reason nor a permission. */
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import type { Permission } from './plugin.ts'

/** Why a pod may not enter the queue, or nothing. */
export function checkedReason(answer: unknown): string | undefined {
  if (answer === undefined || typeof answer === 'string') return answer
  throw new Error(`expected a reason, or nothing if the pod may enter the queue, got ${said(answer)}`)
}

export function checkedPermission(answer: unknown): Permission {
  if (answer === undefined || typeof answer === 'string') return answer
  const waitMs = isObject(answer) ? (answer as { readonly waitMs?: unknown }).waitMs : undefined
  if (typeof waitMs === 'number' && Number.isFinite(waitMs) && waitMs >= 0) return { waitMs }
  throw new Error(`expected nothing, a reason, or { waitMs } of 0 or more, got ${said(answer)}`)
}

export function checkedOrder(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  throw new Error(`expected true or false, got ${said(answer)}`)
}
