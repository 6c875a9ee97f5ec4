import { conflict, invalid, methodNotAllowed } from '../api/errors.ts'
import type { StatusError } from '../api/errors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { validateObjectMeta } from '../api/metaValidation.ts'
import type { Verb } from './definition.ts'
import type { Loose } from './loose.ts'
import type { Resource } from './records.ts'
import type { SpecMemos } from './specMemos.ts'

/** Throws MethodNotAllowed for a verb the resource does not have. */
export function allow({ definition }: Resource, verb: Verb): void {
  const { verbs, plural, group } = definition
  if (!verbs.includes(verb)) throw methodNotAllowed(plural, verb === 'status' ? 'update' : verb, group)
}

/** Every violation of a whole, defaulted object; `previous` is what it was before an update. */
export function errorsOf(memos: SpecMemos, resource: Resource, object: Loose, previous?: Loose): readonly FieldError[] {
  const { definition } = resource
  const ofMeta = validateObjectMeta(object.metadata, definition)
  const ofSpec =
    definition.spec === undefined || object.spec === undefined ? [] : memos.of(resource).look(object.spec).errors
  const ofRest = definition.validate(object, previous)
  if (ofMeta.length + ofSpec.length + ofRest.length === 0) return ofRest
  if (definition.metadataLast === true && previous === undefined && ofRest.length > 0) return ofRest
  return [...ofMeta, ...ofSpec, ...ofRest]
}

/** Of a view, upstream says so in the name of the kind whose records it shows. */
export function refuseInvalid({ definition, kept }: Resource, object: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length === 0) return
  const { name = '' } = object.metadata as Partial<ObjectMeta>
  throw invalid(definition.kind, kept.definition.group, name, errors)
}

/** The precondition that Kubernetes words alike for every call: the uid that was meant and the uid that is there. */
export function wrongUid({ definition }: Resource, metadata: ObjectMeta, meant: string): StatusError {
  return conflict(definition.plural, metadata.name, uidDetail(metadata, meant), definition.group)
}

/** Its words alone, for a call that names another resource. */
export function uidDetail({ uid }: ObjectMeta, meant: string): string {
  return `Precondition failed: UID in precondition: ${meant}, UID in object meta: ${uid}`
}
