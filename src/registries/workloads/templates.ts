/** How a set or a job is joined to its pods. */
import { forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { matchesLabelSelector } from '../../api/selectors.ts'
import type { PodTemplateSpec } from '../../api/types/core.ts'
import type { LabelSelector } from '../../api/types/meta.ts'
import { checkLabelSelector, shownSelector } from '../validation/affinity.ts'
import type { Errors } from '../validation/common.ts'

/** A selector that must be given, be well formed, and choose what the template makes. `onEmpty` refuses an empty one. */
export function checkPodSelector(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  onEmpty: string | undefined,
  errors: Errors,
): void {
  if (selector === undefined) {
    errors.push(required('spec.selector'))
    return
  }
  const before = errors.length
  checkLabelSelector(selector, 'spec.selector', errors)
  if (onEmpty !== undefined && isEmpty(selector))
    errors.push(invalid('spec.selector', shownSelector(selector), onEmpty))
  const labels = template?.metadata?.labels
  if (errors.length > before || template === undefined || matchesLabelSelector(selector, labels)) return
  errors.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'))
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

function isEmpty({ matchLabels, matchExpressions = [] }: LabelSelector): boolean {
  for (const _ in matchLabels) return false
  return matchExpressions.length === 0
}
