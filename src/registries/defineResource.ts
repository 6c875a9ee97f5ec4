import type { FieldError } from '../api/fieldErrors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { ResourceDefinition, Verb } from './definition.ts'
import { EMPTY } from './defaults/mutable.ts'
import type { Errors } from './validation/common.ts'

type SpecOf<T> = T extends { readonly spec: infer S } ? S : never
type StatusOf<T> = T extends { readonly status: infer S } ? S : never
type Whole<T> = T & { readonly spec?: object; readonly status?: object }

/** What one says of an ordinary resource; the rest is as most resources have it. */
type Said<T extends KubeObject> = Pick<ResourceDefinition<T>, 'group' | 'version' | 'kind' | 'plural' | 'namespaced'> &
  Partial<Omit<ResourceDefinition<T>, 'validate' | 'validateUpdate' | 'validateStatusUpdate' | 'verbs' | 'spec'>> &
  Pick<ResourceDefinition<T>, 'columns'> & {
    /** The spec with its defaults; an absent spec is `{}`. */
    readonly fillSpec?: (spec: SpecOf<T>) => SpecOf<T>
    /** The status of a new object; a kind that has one has the status subresource. */
    readonly status?: StatusOf<T>
    /** `previous` is undefined on create. */
    readonly check?: (object: T, errors: Errors, previous?: T) => void
    /** What an update alone can violate. */
    readonly checkUpdate?: (next: T, previous: T, errors: Errors) => void
    /** What an update of the status alone can violate. */
    readonly checkStatus?: (next: T, previous: T, errors: Errors) => void
  }

const VERBS: readonly Verb[] = Object.freeze(['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'])
const STATUS: readonly Verb[] = Object.freeze(['status'])
const SCALE: readonly Verb[] = Object.freeze(['scale'])
const NONE: readonly FieldError[] = Object.freeze([])

/** A resource whose status, if it has one, begins as said and is changed through its subresource only. */
export function defineResource<T extends KubeObject>(said: Said<T>): ResourceDefinition<T> {
  const { fillSpec, status, check, checkUpdate, checkStatus, ...rest } = said
  return {
    singular: said.kind.toLowerCase(),
    shortNames: [],
    nameRule: 'subdomain',
    defaults: fillSpec === undefined ? (object) => object : (object) => withSpec(object, fillSpec),
    ...(status !== undefined && {
      prepareForCreate: (object: T) => ({ ...object, status }),
      prepareForUpdate: (next: T, previous: T) => withStatusOf(next, previous),
    }),
    ...rest,
    verbs: [...VERBS, ...(status === undefined ? [] : STATUS), ...(said.scale === undefined ? [] : SCALE)],
    validate: (object, previous) => found((errors) => check?.(object, errors, previous)),
    validateUpdate: (next, previous) => found((errors) => checkUpdate?.(next, previous, errors)),
    ...(checkStatus && {
      validateStatusUpdate: (next: T, previous: T) => found((errors) => checkStatus(next, previous, errors)),
    }),
  }
}

function found(look: (errors: Errors) => void): readonly FieldError[] {
  const errors: Errors = []
  look(errors)
  return errors.length === 0 ? NONE : errors
}

function withSpec<T extends KubeObject>(object: Whole<T>, fillSpec: (spec: SpecOf<T>) => SpecOf<T>): T {
  const spec = fillSpec((object.spec ?? EMPTY) as SpecOf<T>) as object
  return spec === object.spec ? object : { ...object, spec }
}

/** An update through the main resource leaves the status as it was. */
export function withStatusOf<T extends KubeObject>(next: Whole<T>, previous: Whole<T>): T {
  return next.status === previous.status ? next : { ...next, status: previous.status }
}

/** A status that says no phase is in the one that new objects are in. */
export function inPhase<T extends KubeObject>(phase: string): (object: T) => T {
  return (object: Whole<T>) => {
    const { status } = object as { status?: { phase?: string } }
    return status?.phase ? object : { ...object, status: { ...status, phase } }
  }
}

/** The object with what it lacks; the same object when it lacks nothing. */
export function fill<T extends object>(object: T, missing: Partial<T>): T {
  for (const key in missing) {
    if (missing[key] !== undefined && object[key] === undefined) return { ...missing, ...defined(object) }
  }
  return object
}

/** Without the fields that say undefined, which would hide a default. */
function defined<T extends object>(object: T): T {
  const copy: Partial<T> = {}
  for (const key in object) if (object[key] !== undefined) copy[key] = object[key]
  return copy as T
}
