/** Keys of labels beside a selector. Mirrors ValidateMatchLabelKeysAndMismatchLabelKeys of core validation. */
import { forbidden, invalid } from '../../api/fieldErrors.ts'
import type { LabelSelector } from '../../api/types/meta.ts'
import type { Errors } from './common.ts'
import { checkQualifiedName } from './common.ts'

/** Whatever chooses pods by a selector and by labels of the pod that chooses. */
export interface Keyed {
  readonly labelSelector?: LabelSelector
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
}

export function checkLabelKeys(keyed: Keyed, path: string, errors: Errors): void {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = keyed
  checkKeys(labelSelector, matchLabelKeys, `${path}.matchLabelKeys`, errors)
  checkKeys(labelSelector, mismatchLabelKeys, `${path}.mismatchLabelKeys`, errors)
  if (matchLabelKeys.length === 0) return
  if (labelSelector !== undefined) checkNotSelected(labelSelector, matchLabelKeys, path, errors)
  for (const [i, key] of matchLabelKeys.entries()) {
    if (!mismatchLabelKeys.includes(key)) continue
    errors.push(invalid(`${path}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'))
  }
}

function checkKeys(selector: LabelSelector | undefined, keys: readonly string[], path: string, errors: Errors): void {
  if (keys.length === 0) return
  if (selector === undefined) errors.push(forbidden(path, 'must not be specified when labelSelector is not set'))
  else for (const [i, key] of keys.entries()) checkQualifiedName(errors, `${path}[${i}]`, key)
}

/**
 * A new pod's keys are part of its selector by now, each as an expression behind those that its author wrote. So a key
 * may stand in the selector once; an expression whose key was there before says that the author chose by it too. Of a
 * template, into which nothing is merged, only that is said which the selector alone shows. Upstream leaves
 * matchLabelKeys out of the path.
 */
function checkNotSelected(selector: LabelSelector, keys: readonly string[], path: string, errors: Errors): void {
  const seen = new Set(Object.keys(selector.matchLabels ?? {}))
  for (const { key } of selector.matchExpressions ?? []) {
    const at = keys.lastIndexOf(key)
    if (at >= 0 && seen.has(key)) {
      errors.push(invalid(`${path}[${at}]`, key, 'exists in both matchLabelKeys and labelSelector'))
    }
    seen.add(key)
  }
}
