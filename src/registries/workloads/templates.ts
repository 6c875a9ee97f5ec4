/** How a set or a job is joined to its pods. */
import { forbidden, invalid, notSupported } from '../../api/fieldErrors.ts'
import { isEmptySelector, matchesLabelSelector } from '../../api/selectors.ts'
import type { PodTemplateSpec } from '../../api/types/core.ts'
import type { LabelSelector } from '../../api/types/meta.ts'
import { checkLabelSelector } from '../validation/affinity.ts'
import type { Errors } from '../validation/common.ts'

/** Whether a selector is well formed; none at all is, and chooses nothing. */
export function checkPodSelector(selector: LabelSelector | undefined, errors: Errors): boolean {
  const before = errors.length
  checkLabelSelector(selector, 'spec.selector', errors)
  return errors.length === before
}

/** A selector that is well formed must choose what the template makes. */
export function checkChosen(selector: LabelSelector | undefined, template: PodTemplateSpec, errors: Errors): void {
  const labels = template.metadata?.labels
  if (matchesLabelSelector(selector, labels)) return
  errors.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'))
}

export function checkNotEmpty(selector: LabelSelector | undefined, kind: string, errors: Errors): void {
  if (selector === undefined || !isEmptySelector(selector)) return
  errors.push(invalid('spec.selector', selector, `empty selector is invalid for ${kind}`))
}

/** What runs for ever has pods that always restart, and no deadline. */
export function checkRunsForEver(template: PodTemplateSpec, kind: string, errors: Errors): void {
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {}
  if (restartPolicy !== 'Always') {
    errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy ?? '', ['Always']))
  }
  if (activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', detail))
  }
}
