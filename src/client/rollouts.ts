/** What a roll-out writes down, as its controller and the commands of `kubectl rollout` read it. */
import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { rfc3339 } from '../api/time.ts'
import type { PodTemplateSpec } from '../api/types/core.ts'
import { sameValue } from '../registries/validation/equal.ts'

/** The label that tells the pods of one template from those of another. */
export const templateHash = 'pod-template-hash'

/** Annotations of replica sets, and the first of Deployments too: pkg/controller/deployment/util/deployment_util.go. */
export const annotation: Readonly<Record<'revision' | 'history' | 'desiredReplicas' | 'maxReplicas', string>> =
  Object.freeze({
    revision: 'deployment.kubernetes.io/revision',
    history: 'deployment.kubernetes.io/revision-history',
    desiredReplicas: 'deployment.kubernetes.io/desired-replicas',
    maxReplicas: 'deployment.kubernetes.io/max-replicas',
  })

const own: readonly string[] = Object.freeze([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  annotation.revision,
  annotation.history,
  annotation.desiredReplicas,
  annotation.maxReplicas,
])

export type Annotations = Readonly<Record<string, string>>

/** Those annotations that a Deployment and its replica sets do not hand on to each other. */
export function ownAnnotations(annotations: Annotations = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => own.includes(name)))
}

/** The others. */
export function sharedAnnotations(annotations: Annotations = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !own.includes(name)))
}

/** Which roll-out of its Deployment a replica set belongs to; 0 when it does not say. */
export function revisionOf({ metadata }: KubeObject): number {
  const text = metadata.annotations?.[annotation.revision] ?? ''
  return /^\d{1,15}$/u.test(text) ? Number(text) : 0
}

/** Whether two templates make the same pods, whatever their hashes: EqualIgnoreHash. */
export function sameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return sameValue(a.spec, b.spec) && sameValue(withoutHash(a).metadata, withoutHash(b).metadata)
}

/** The template as it was before it was a replica set's. */
export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [templateHash]: hash, ...labels } = template.metadata?.labels ?? {}
  return hash === undefined ? template : { ...template, metadata: { ...template.metadata, labels } }
}

const restartedAt = 'kubectl.kubernetes.io/restartedAt'

/** What `kubectl rollout restart` writes into a template. Throws BadRequest where it wrote that in the same second. */
export function restartPatch(name: string, template: PodTemplateSpec, now: number): object {
  const time = rfc3339(now)
  if (template.metadata?.annotations?.[restartedAt] === time) {
    const wait = 'please wait before attempting to trigger another'
    const why = 'if restart has already been triggered within the past second'
    throw badRequest(`failed to create patch for ${name}: ${why}, ${wait}`)
  }
  return { spec: { template: { metadata: { annotations: { [restartedAt]: time } } } } }
}
