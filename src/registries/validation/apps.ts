/** Rules that the kinds of the group apps share. Mirrors pkg/apis/apps/validation/validation.go. */
import { immutable, invalid, required } from '../../api/fieldErrors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import type { KubeObject } from '../../api/meta.ts'
import { isEmptySelector, matchesLabelSelector } from '../../api/selectors.ts'
import type { PodTemplateSpec } from '../../api/types/core.ts'
import type { LabelSelector } from '../../api/types/meta.ts'
import { checkReplicatedTemplate } from '../podTemplates.ts'
import { checkLabelSelector, shownSelector } from './affinity.ts'
import type { Errors } from './common.ts'
import { sameValue } from './equal.ts'

const NONE: readonly FieldError[] = Object.freeze([])
const EMPTY_TEMPLATE = Object.freeze({}) as PodTemplateSpec

interface Selecting {
  readonly replicas?: number
  readonly selector?: LabelSelector
  readonly template?: PodTemplateSpec
}

interface Counting {
  readonly collisionCount?: number
}

/** The selector of a Deployment or a ReplicaSet, and the template whose pods it must choose. */
export function checkSelected({ selector, template = EMPTY_TEMPLATE }: Selecting, errors: Errors): void {
  const path = 'spec.selector'
  const before = errors.length
  if (selector === undefined) errors.push(required(path))
  else checkLabelSelector(selector, path, errors)
  const isUnsound = selector !== undefined && errors.length > before
  if (selector !== undefined && isEmptySelector(selector))
    errors.push(invalid(path, shownSelector(selector), 'empty selector is invalid for deployment'))
  if (isUnsound) {
    errors.push(invalid(path, shownSelector(selector), 'invalid label selector'))
    return
  }
  const isSelected = (labels: LabelSelector['matchLabels']): boolean => matchesLabelSelector(selector, labels)
  checkReplicatedTemplate(template, { kind: 'ReplicaSet', isSelected }, 'spec.template', errors)
}

/** Which pods are chosen is settled when the object is made. */
export function checkSelectorKept<T extends KubeObject & { readonly spec: Selecting }>(
  next: T,
  previous: T,
): readonly FieldError[] {
  const { selector } = next.spec
  return sameValue(selector, previous.spec.selector)
    ? NONE
    : [immutable('spec.selector', selector && shownSelector(selector))]
}

/** Collisions are only ever added. */
export function checkCollisions(next: Counting, previous: Counting, errors: Errors): void {
  const [count, counted] = [next.collisionCount, previous.collisionCount]
  if (counted === undefined || (count !== undefined && count >= counted)) return
  errors.push(invalid('status.collisionCount', count ?? 0, 'cannot be decremented'))
}
