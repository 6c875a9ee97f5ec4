/**
 * What is wrong with one field of an object, as a value. The words mirror
 * staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go.
 */
import { goJSON, ShownValue } from './internalForm.ts'

export type FieldErrorType =
  | 'Required'
  | 'Invalid'
  | 'NotSupported'
  | 'Duplicate'
  | 'NotFound'
  | 'Forbidden'
  | 'TooLong'
  | 'TooMany'
  | 'TypeInvalid'
  /** A field that the schema does not know; strict field validation only. */
  | 'Unknown'

export interface FieldError {
  readonly type: FieldErrorType
  /** Where: `spec.containers[0].ports[1].containerPort`. */
  readonly field: string
  /** Why, or '' where the type says it all. */
  readonly detail: string
  /** The offending value, where the message shows it. */
  readonly badValue?: unknown
  /** The message shows no value where others of its type do. */
  readonly hidesValue?: true
}

/** How the API server writes that an error is about no field of its own. */
export const NO_FIELD = '<nil>'

const NEGATIVE = 'must be greater than or equal to 0'
const IMMUTABLE = 'field is immutable'

export function required(field: string, detail = ''): FieldError {
  return { type: 'Required', field, detail }
}

export function invalid(field: string, badValue: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, detail, badValue }
}

/** As the other, where no one value is at fault. */
export function ofNoValue(field: string, detail: string): FieldError {
  return { type: 'Invalid', field, detail, hidesValue: true }
}

export function notSupported(field: string, badValue: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? '' : `supported values: ${supported.map((v) => JSON.stringify(v)).join(', ')}`
  return { type: 'NotSupported', field, detail, badValue }
}

export function duplicate(field: string, badValue: unknown): FieldError {
  return { type: 'Duplicate', field, detail: '', badValue }
}

/** A reference to something that is not there, such as a mount of a volume the pod does not have. */
export function notFound(field: string, badValue: unknown): FieldError {
  return { type: 'NotFound', field, detail: '', badValue }
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: 'Forbidden', field, detail }
}

export function tooLong(field: string, maxBytes: number): FieldError {
  return { type: 'TooLong', field, detail: `may not be more than ${maxBytes} ${maxBytes === 1 ? 'byte' : 'bytes'}` }
}

export function tooMany(field: string, actual: number, max: number): FieldError {
  return {
    type: 'TooMany',
    field,
    detail: `must have at most ${max} ${max === 1 ? 'item' : 'items'}`,
    badValue: actual,
  }
}

export function typeInvalid(field: string, badValue: unknown, detail: string): FieldError {
  return { type: 'TypeInvalid', field, detail, badValue }
}

export function unknownField(field: string): FieldError {
  return { type: 'Unknown', field, detail: '' }
}

export function negative(field: string, badValue: unknown): FieldError {
  return invalid(field, badValue, NEGATIVE)
}

export function immutable(field: string, badValue: unknown): FieldError {
  return invalid(field, badValue, IMMUTABLE)
}

/** The message without its field, as a cause of a Status carries it. */
export function fieldErrorBody(error: FieldError): string {
  const detail = error.detail === '' ? '' : `: ${error.detail}`
  switch (error.type) {
    case 'Required':
      return `Required value${detail}`
    case 'Forbidden':
      return `Forbidden${detail}`
    case 'TooLong':
      return `Too long${detail}`
    case 'Unknown':
      return `unknown field ${JSON.stringify(error.field)}${detail}`
    case 'Duplicate':
      return `Duplicate value${valueIn(error)}${detail}`
    case 'NotFound':
      return `Not found${valueIn(error)}${detail}`
    case 'NotSupported':
      return `Unsupported value${valueIn(error)}${detail}`
    case 'TooMany':
      return `Too many${valueIn(error)}${detail}`
    case 'Invalid':
    case 'TypeInvalid':
      return `Invalid value${valueIn(error)}${detail}`
  }
}

/** As the API server says it: `spec.replicas: Invalid value: -1: must be greater than or equal to 0`. */
export function fieldErrorMessage(error: FieldError): string {
  return error.type === 'Unknown' ? fieldErrorBody(error) : `${error.field}: ${fieldErrorBody(error)}`
}

function valueIn({ hidesValue, badValue }: FieldError): string {
  return hidesValue === true ? '' : `: ${shown(badValue)}`
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  if (value instanceof ShownValue) return value.text
  if (typeof value === 'object') return goJSON(value)
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
