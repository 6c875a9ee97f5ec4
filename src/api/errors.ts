/**
 * Refusals as Kubernetes users know them: a metav1.Status thrown as an error. Reasons, codes and words mirror
 * staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go.
 */
import { fieldErrorBody, fieldErrorMessage } from './fieldErrors.ts'
import type { FieldError } from './fieldErrors.ts'

export type { FieldError } from './fieldErrors.ts'
export { fieldErrorMessage } from './fieldErrors.ts'

export type StatusReason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'Invalid'
  | 'MethodNotAllowed'
  | 'UnsupportedMediaType'
  | 'RequestEntityTooLarge'
  | 'TooManyRequests'
  | 'InternalError'
  | 'ServiceUnavailable'
  | 'ServerTimeout'
  | 'Timeout'

export interface StatusCause {
  /** Such as FieldValueRequired or FieldValueInvalid. */
  readonly reason?: string
  readonly message: string
  /** Path of the field the cause is about. */
  readonly field?: string
}

export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  /** The kind or, as Kubernetes does for most reasons, the resource. */
  readonly kind?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

/** metav1.Status of a failure. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  /** `continue` goes on with a list that has expired, as things are now. */
  readonly metadata: { readonly continue?: string }
  readonly status: 'Failure'
  readonly message: string
  readonly reason: StatusReason
  readonly details?: StatusDetails
  readonly code: number
}

// A registered symbol, so that two copies of the library in one process recognise each other's errors.
const TAG = Symbol.for('wavetank.StatusError')

/** A refusal. `message` may say more than `status.message`: where and when it happened. */
export class StatusError extends Error {
  readonly status: Status
  /** Where we were, such as `(revision 41, t=+12s, seed 7)`; '' when nobody said. */
  readonly context: string

  constructor(status: Status, context = '') {
    super(context === '' ? status.message : `${status.message} ${context}`)
    this.status = status
    this.context = context
    this.name = status.reason
    Object.defineProperty(this, TAG, { value: true })
  }

  get reason(): StatusReason {
    return this.status.reason
  }

  get code(): number {
    return this.status.code
  }
}

/** Whether `error` is a StatusError of any copy of the library and, when a reason is given, of that reason. */
export function isStatusError(error: unknown, reason?: StatusReason): error is StatusError {
  if (typeof error !== 'object' || error === null || !(TAG in error)) return false
  return reason === undefined || (error as unknown as StatusError).status.reason === reason
}

/** The same refusal, saying where we are; the first context given stays, being the nearest to the cause. */
export function withContext<E>(error: E, context: string): E | StatusError {
  return isStatusError(error) && error.context === '' ? new StatusError(error.status, context) : error
}

/** `pods`, or `deployments.apps`: how a message names a resource or a kind. */
export function qualified(name: string, group = ''): string {
  return group === '' ? name : `${name}.${group}`
}

export function notFound(resource: string, name: string, group = ''): StatusError {
  return failure(404, 'NotFound', `${qualified(resource, group)} "${name}" not found`, details(resource, name, group))
}

export function alreadyExists(resource: string, name: string, group = '', isGoing = false): StatusError {
  const message = `${isGoing ? 'object is being deleted: ' : ''}${qualified(resource, group)} "${name}" already exists`
  return failure(409, 'AlreadyExists', message, details(resource, name, group))
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'

export function conflict(resource: string, name: string, detail: string = MODIFIED, group = ''): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource, group)} "${name}": ${detail}`
  return failure(409, 'Conflict', message, details(resource, name, group))
}

/** Server-side apply would change what others manage. */
export function applyConflict(message: string, causes: readonly StatusCause[]): StatusError {
  return failure(409, 'Conflict', message, { causes })
}

/** An object that breaks the rules of its kind; every field error becomes a cause. */
export function invalid(kind: string, group: string, name: string, errors: readonly FieldError[]): StatusError {
  const messages = [...new Set(errors.map(fieldErrorMessage))]
  const said = messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`
  const causes = errors.map((e) => ({ reason: causeType(e), message: fieldErrorBody(e), field: e.field }))
  const about = { ...details(kind, name, group), causes }
  return failure(422, 'Invalid', `${qualified(kind, group)} "${name}" is invalid: ${said}`, about)
}

export function methodNotAllowed(resource: string, verb: string, group = '', detail?: string): StatusError {
  const message = detail ?? `${verb} is not supported on resources of kind "${qualified(resource, group)}"`
  return failure(405, 'MethodNotAllowed', message, details(resource, '', group))
}

export function forbidden(
  resource: string,
  name: string,
  detail: string,
  group = '',
  causes?: readonly StatusCause[],
): StatusError {
  const subject = name === '' ? qualified(resource, group) : `${qualified(resource, group)} "${name}"`
  const about = details(resource, name, group)
  return failure(
    403,
    'Forbidden',
    `${subject} is forbidden: ${detail}`,
    causes === undefined ? about : { ...about, causes },
  )
}

export function badRequest(message: string): StatusError {
  return failure(400, 'BadRequest', message)
}

/** A well-formed patch that cannot be applied. Kubernetes says the first half alone; `detail` is what it keeps to itself. */
export function rejected(detail: string, field: string): StatusError {
  const message = `the server rejected our request due to an error in our request: ${detail}`
  return failure(422, 'Invalid', message, { causes: [{ reason: 'FieldValueInvalid', message: detail, field }] })
}

export function unsupportedMediaType(message: string): StatusError {
  return failure(415, 'UnsupportedMediaType', message)
}

export function tooLarge(message: string): StatusError {
  return failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`)
}

/** Something that is no longer there at all. */
export function gone(message: string): StatusError {
  return failure(410, 'Gone', message)
}

/** A revision that compaction has removed, or a continue token that is too old; `token` goes on with what there is now. */
export function expired(message: string, token?: string): StatusError {
  const { status } = failure(410, 'Expired', message)
  return new StatusError(token === undefined ? status : { ...status, metadata: { continue: token } })
}

export function timeout(message: string, retryAfterSeconds = 0): StatusError {
  return failure(504, 'Timeout', `Timeout: ${message}`, retry(retryAfterSeconds))
}

/** A version that nothing has reached yet. */
export function tooLargeVersion(asked: string, current: number, retryAfterSeconds: number): StatusError {
  const message = 'Too large resource version'
  return failure(504, 'Timeout', `Timeout: ${message}: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message }],
    ...retry(retryAfterSeconds),
  })
}

/** The server gave up on an operation that may be tried again. */
export function tooManyRequests(message: string, retryAfterSeconds = 0, causes?: readonly StatusCause[]): StatusError {
  return failure(
    429,
    'TooManyRequests',
    message,
    causes ? { causes, ...retry(retryAfterSeconds) } : retry(retryAfterSeconds),
  )
}

export function serviceUnavailable(message: string): StatusError {
  return failure(503, 'ServiceUnavailable', message)
}

export function internal(message: string): StatusError {
  return failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })
}

/** An object that is to be created says a version. */
export function versionOnCreate(): StatusError {
  return uncoded('resourceVersion should not be set on objects to be created')
}

/** What goes wrong within the server and has no word of its own. Upstream says so without a reason. */
export function uncoded(message: string): StatusError {
  return failure(500, 'InternalError', message)
}

function failure(code: number, reason: StatusReason, message: string, about?: StatusDetails): StatusError {
  const head = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason } as const
  return new StatusError(about === undefined ? { ...head, code } : { ...head, details: about, code })
}

function details(kind: string, name: string, group: string): StatusDetails {
  const named = name === '' ? {} : { name }
  return group === '' ? { ...named, kind } : { ...named, group, kind }
}

function retry(retryAfterSeconds: number): StatusDetails {
  return retryAfterSeconds > 0 ? { retryAfterSeconds } : {}
}

function causeType(error: FieldError): string {
  return error.type === 'Unknown' ? 'FieldValueInvalid' : `FieldValue${error.type}`
}
