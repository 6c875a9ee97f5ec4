/** Small checks that the rules of many kinds are made of. Each pushes what it finds; none throws. */
import { invalid, negative, notSupported, required } from '../../api/fieldErrors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import { percentOf } from '../../api/intOrPercent.ts'
import {
  httpPathErrors,
  labelErrors,
  portNameErrors,
  portNumberErrors,
  qualifiedNameErrors,
  subdomainErrors,
} from '../../api/names.ts'
import type { IntOrString } from '../../api/types/scalars.ts'

/** Where findings go. */
export type Errors = FieldError[]

export const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP']
export const MAX_INT32 = 2_147_483_647

/** One error for each complaint. */
export function complain(errors: Errors, path: string, value: unknown, complaints: readonly string[]): void {
  for (const complaint of complaints) errors.push(invalid(path, value, complaint))
}

/** A value that must be given and be one of a few. */
export function checkChoice(errors: Errors, path: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || value === '') errors.push(required(path))
  else if (!choices.includes(value)) errors.push(notSupported(path, value, choices))
}

export function checkNotNegative(errors: Errors, path: string, value: number | undefined): void {
  if (value !== undefined && !(value >= 0)) errors.push(negative(path, value))
}

/** A count that cannot exceed another; `name` as messages call that. */
export function checkAtMost(errors: Errors, path: string, value: number | undefined, most: number, name: string): void {
  if (value !== undefined && value > most) errors.push(invalid(path, value, `cannot be greater than ${name}`))
}

const PERCENT_RULE =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', " +
  "regex used for validation is '[0-9]+%')"

/** Mirrors ValidatePositiveIntOrPercent of pkg/apis/apps/validation/validation.go. */
export function checkIntOrPercent(errors: Errors, path: string, value: IntOrString | undefined): void {
  if (typeof value !== 'string') checkNotNegative(errors, path, value)
  else if (percentOf(value) === undefined) errors.push(invalid(path, value, PERCENT_RULE))
}

/** The same, and no more than all of it. Mirrors IsNotMoreThan100Percent. */
export function checkShare(errors: Errors, path: string, value: IntOrString | undefined): void {
  checkIntOrPercent(errors, path, value)
  if ((percentOf(value) ?? 0) > 100) errors.push(invalid(path, value, 'must not be greater than 100%'))
}

export function checkLabel(errors: Errors, path: string, value: string): void {
  complain(errors, path, value, labelErrors(value))
}

export function checkSubdomain(errors: Errors, path: string, value: string): void {
  complain(errors, path, value, subdomainErrors(value))
}

export function checkQualifiedName(errors: Errors, path: string, value: string): void {
  complain(errors, path, value, qualifiedNameErrors(value))
}

/** A domain, then a path of its owner's, such as `example.com/queue`. Mirrors IsDomainPrefixedPath of apimachinery. */
export function checkDomainPath(errors: Errors, path: string, value: string): void {
  const slash = value.indexOf('/')
  if (value === '') errors.push(required(path))
  else if (slash <= 0 || slash === value.length - 1) {
    errors.push(invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")'))
  } else {
    checkSubdomain(errors, path, value.slice(0, slash))
    complain(errors, path, value.slice(slash + 1), httpPathErrors(value.slice(slash + 1)))
  }
}

/** A port by number, or by the name a container gives it. */
export function checkPort(errors: Errors, path: string, port: IntOrString | undefined): void {
  if (typeof port === 'string') complain(errors, path, port, portNameErrors(port))
  else complain(errors, path, port ?? 0, portNumberErrors(port ?? 0))
}

export function inclusiveRange(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`
}
