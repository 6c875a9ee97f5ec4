import { badRequest, conflict, forbidden, invalid, notFound } from '../api/errors.ts'
import { invalid as invalidField, notSupported } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { asJson } from '../api/said.ts'
import { lastMoment, parseTime, rfc3339 } from '../api/time.ts'
import type { Context, DeleteOptions } from './context.ts'
import { copyOf } from './defaults/mutable.ts'
import { deletionFinalizers } from './deletionFinalizers.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'
import { removeObject, writeObject } from './writes.ts'

/**
 * Removes an object, or marks it when it has time or finalizers left. Mirrors Delete of
 * staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go and BeforeDelete of pkg/registry/rest/delete.go.
 */
export function deleteObject(
  parts: ServerParts,
  resource: Resource,
  namespace: string,
  name: string,
  options: DeleteOptions,
  context: Context,
): KubeObject {
  const { definition } = resource
  const { plural, group, propagation = 'Background', termination } = definition
  const object = parts.records.findLean(resource, namespace, name) as Loose | undefined
  if (object === undefined) throw notFound(plural, name, group)
  const { metadata } = object
  checkDelete(resource, metadata, options)
  const refusal = definition.refuseDelete?.(object)
  if (refusal !== undefined) throw forbidden(plural, name, refusal, group)
  if (termination !== undefined && metadata.deletionTimestamp === undefined) {
    const finalizers = deletionFinalizers(metadata, options, propagation)
    const dying = { ...metadata, ...(finalizers.length === 0 ? {} : { finalizers }) }
    const begun = termination.begin({ ...object, metadata: { ...dying, deletionTimestamp: rfc3339(context.at) } })
    return writeObject(parts, resource, begun as Loose, context)
  }
  if (termination?.holds(object) === true) return object
  const grace = graceOf(resource, object, options.gracePeriodSeconds)
  if (grace === undefined) return object
  const finalizers = deletionFinalizers(metadata, options, propagation)
  if (grace === 0 && finalizers.length === 0) {
    removeObject(parts, resource, object, context)
    return object
  }
  const next = marked(metadata, grace, finalizers, context.at)
  return next === metadata ? object : writeObject(parts, resource, { ...object, metadata: next }, context)
}

/**
 * Seconds until the object goes; 0 for what has no grace. A grace that has begun can only be shortened: undefined when
 * there is nothing to do but wait for its end.
 */
function graceOf({ definition }: Resource, object: Loose, asked: number | undefined): number | undefined {
  if (definition.gracePeriod === undefined) return 0
  // A negative grace counts as one second.
  const wanted = asked !== undefined && asked < 0 ? 1 : asked
  const { deletionTimestamp, deletionGracePeriodSeconds: left } = object.metadata
  if (deletionTimestamp === undefined || left === undefined) return definition.gracePeriod(object, wanted)
  return wanted === undefined || wanted >= left ? undefined : wanted
}

/** Metadata of an object that is going to be gone after its grace period and without its finalizers. */
function marked(metadata: ObjectMeta, asked: number, finalizers: readonly string[], now: number): ObjectMeta {
  const { deletionTimestamp: before, deletionGracePeriodSeconds: left, generation, finalizers: held } = metadata
  // A shorter grace counts from when the longer one began.
  const began = before === undefined ? now : Math.min(now, parseTime(before)! - (left ?? 0) * 1000)
  // What would last beyond the last moment that can be written ends with it.
  const grace = Math.min(asked, Math.floor((lastMoment - began) / 1000))
  const deletionTimestamp = rfc3339(began + grace * 1000)
  const isHeldAlike = finalizers === held || finalizers.length + (held ?? []).length === 0
  if (before === deletionTimestamp && left === grace && isHeldAlike) return metadata
  const next = copyOf(metadata)
  next.deletionTimestamp = deletionTimestamp
  next.deletionGracePeriodSeconds = grace
  if (generation !== undefined && before === undefined) next.generation = generation + 1
  if (finalizers.length > 0) next.finalizers = finalizers
  else if (held !== undefined) delete next.finalizers
  return next
}

/** What of a deletion can be refused whatever the object is like: its options, and whether this object is meant. */
export function checkDelete(resource: Resource, metadata: ObjectMeta, options: DeleteOptions): void {
  checkOptions(options)
  checkPreconditions(resource, metadata, options)
}

/** In these messages Kubernetes names the kind where it otherwise names the resource. */
function checkPreconditions({ definition }: Resource, metadata: ObjectMeta, options: DeleteOptions): void {
  const { kind, group } = definition
  const { name } = metadata
  const { uid, resourceVersion: version } = options.preconditions ?? {}
  if (uid !== undefined && uid !== metadata.uid) {
    const detail = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`
    throw conflict(kind, name, detail, group)
  }
  if (version !== undefined && version !== metadata.resourceVersion) {
    const detail = `the ResourceVersion in the precondition (${version}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`
    throw conflict(kind, name, detail, group)
  }
}

const POLICIES: readonly string[] = Object.freeze(['Foreground', 'Background', 'Orphan'])

/** Mirrors ValidateDeleteOptions of staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go. */
function checkOptions({
  gracePeriodSeconds: grace,
  propagationPolicy: policy,
  orphanDependents: orphan,
}: DeleteOptions): void {
  if (grace !== undefined && !Number.isInteger(grace)) {
    throw badRequest(`gracePeriodSeconds: Invalid value: ${asJson(grace)}: must be a whole number of seconds`)
  }
  if (orphan !== undefined && typeof orphan !== 'boolean') {
    throw badRequest(`orphanDependents: Invalid value: ${asJson(orphan)}: must be true or false`)
  }
  if (policy === undefined) return
  const errors: FieldError[] = []
  if (orphan !== undefined) {
    errors.push(
      invalidField('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'),
    )
  }
  if (!POLICIES.includes(policy)) errors.push(notSupported('propagationPolicy', policy, [...POLICIES, 'nil']))
  if (errors.length > 0) throw invalid('DeleteOptions', 'meta.k8s.io', '', errors)
}
