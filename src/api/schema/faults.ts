import type { FieldError, FieldErrorType } from '../fieldErrors.ts'

/** A violation while the walk is still inside: its path grows at the front as the walk returns, so that a walk without violations builds no path. */
export interface Fault {
  readonly type: FieldErrorType
  path: string
  readonly detail: string
  readonly hasValue: boolean
  readonly badValue: string | number | boolean | undefined
}

/** What one walk keeps beside the value it makes. */
export interface Walk {
  readonly faults: Fault[]
  /** The values we are inside of, where the schema itself does not bound the depth. */
  readonly ancestors: unknown[]
  /** Whether zero values stay as they were said. */
  readonly asSaid: boolean
}

/** Says of every violation since `mark` that it lies inside `segment`: `.spec`, `[0]`, `[app]`. */
export function prefix(walk: Walk, mark: number, segment: string): void {
  for (let i = mark; i < walk.faults.length; i++) {
    const fault = walk.faults[i]
    if (fault !== undefined) fault.path = segment + fault.path
  }
}

/** A violation by the value itself. Only its scalar is kept: nothing that was handed in may be held on to. */
export function refuse(walk: Walk, type: FieldErrorType, value: unknown, detail: string): undefined {
  walk.faults.push({ type, path: '', detail, hasValue: true, badValue: shownOf(value) })
  return undefined
}

/** The words of kube-openapi's validation: pkg/validation/errors/schema.go. */
export function wrongType(walk: Walk, expected: string, value: unknown): undefined {
  return refuse(walk, 'TypeInvalid', value, `must be of type ${expected}: "${typeName(value)}"`)
}

export function unknown(walk: Walk, name: string, nearest: string | undefined): void {
  const detail = nearest === undefined ? '' : `did you mean "${nearest}"?`
  walk.faults.push({ type: 'Unknown', path: `.${name}`, detail, hasValue: false, badValue: undefined })
}

export function toFieldError(fault: Fault, path: string): FieldError {
  const joined = path + fault.path
  const field = joined.startsWith('.') ? joined.slice(1) : joined
  const { type, detail, badValue } = fault
  return fault.hasValue ? { type, field, detail, badValue } : { type, field, detail }
}

export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function shownOf(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return typeName(value)
}
