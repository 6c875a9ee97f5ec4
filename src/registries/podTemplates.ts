/** What the kinds share that make pods of a template. Mirrors ValidatePodTemplateSpec and its callers upstream. */
import { forbidden, invalid, notSupported, required } from '../api/fieldErrors.ts'
import { validateAnnotations, validateLabels } from '../api/metaValidation.ts'
import type { PodSpec, PodTemplateSpec } from '../api/types/core.ts'
import { EMPTY } from './defaults/mutable.ts'
import { defaultTemplateSpec, validateTemplateSpec } from './podSpec.ts'
import type { Errors } from './validation/common.ts'
import { checkPodAnnotations } from './validation/podAnnotations.ts'

/** The template with all that Kubernetes fills in, even where there is none; the same object when nothing is missing. */
export function defaultPodTemplate(template: Partial<PodTemplateSpec> = EMPTY): PodTemplateSpec {
  const spec = defaultTemplateSpec(template.spec ?? (EMPTY as unknown as PodSpec))
  return spec === template.spec ? (template as PodTemplateSpec) : { ...template, spec }
}

/** Mirrors ValidatePodTemplateSpec of pkg/apis/core/validation/validation.go. `path` such as `spec.template`. */
export function checkPodTemplate(template: PodTemplateSpec, path: string, errors: Errors): void {
  const { metadata, spec } = template
  validateLabels(metadata?.labels, `${path}.labels`, errors)
  validateAnnotations(metadata?.annotations, `${path}.annotations`, errors)
  checkPodAnnotations(metadata?.annotations, spec, `${path}.annotations`, errors)
  if (spec === undefined) {
    errors.push(required(`${path}.spec.containers`))
    return
  }
  errors.push(...validateTemplateSpec(spec, `${path}.spec`))
  if (spec.ephemeralContainers?.length) {
    errors.push(forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'))
  }
}

/** What a controller of equal, replaceable pods asks of their template beside. */
export interface ReplicatedRules {
  /** The kind as its messages name it. */
  readonly kind: string
  /** Whether the selector chooses pods with such labels. */
  readonly isSelected: (labels: Readonly<Record<string, string>> | undefined) => boolean
}

/** Mirrors ValidatePodTemplateSpecForRC and ValidatePodTemplateSpecForReplicaSet. */
export function checkReplicatedTemplate(
  template: PodTemplateSpec,
  { kind, isSelected }: ReplicatedRules,
  path: string,
  errors: Errors,
): void {
  const labels = template.metadata?.labels
  if (!isSelected(labels)) {
    errors.push(invalid(`${path}.metadata.labels`, labels, '`selector` does not match template `labels`'))
  }
  checkPodTemplate(template, path, errors)
  const { spec } = template
  if (spec === undefined) return
  if (spec.restartPolicy !== 'Always') {
    errors.push(notSupported(`${path}.spec.restartPolicy`, spec.restartPolicy, ['Always']))
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`
    errors.push(forbidden(`${path}.spec.activeDeadlineSeconds`, detail))
  }
}
