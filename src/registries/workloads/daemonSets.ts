/** Daemon sets. Mirrors pkg/apis/apps/v1/defaults.go and ValidateDaemonSet of pkg/apis/apps/validation. */
import { invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import { scaledUp } from '../../api/intOrPercent.ts'
import { formatLabels, formatLabelSelector } from '../../api/selectors.ts'
import type { DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy } from '../../api/types/apps.ts'
import { ageColumn, containerImages, containerNames, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill, withStatusOf } from '../defineResource.ts'
import { checkPodTemplate, defaultPodTemplate } from '../podTemplates.ts'
import { checkCollisions, checkSelectorKept } from '../validation/apps.ts'
import type { Errors } from '../validation/common.ts'
import { checkNotNegative, checkShare } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkChosen, checkNotEmpty, checkPodSelector, checkRunsForEver } from './templates.ts'

const TYPES = ['RollingUpdate', 'OnDelete']
const STRATEGY: InternalForm = { Type: null, RollingUpdate: { MaxUnavailable: 0, MaxSurge: 0 } }
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'
const STATUS: DaemonSet['status'] = Object.freeze({
  currentNumberScheduled: 0,
  desiredNumberScheduled: 0,
  numberMisscheduled: 0,
  numberReady: 0,
})
const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const

export const daemonSets: ResourceDefinition<DaemonSet> = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  hasGeneration: true,
  fillSpec,
  status: STATUS,
  prepareForCreate: (object) => withGeneration({ ...object, status: STATUS }, Math.max(1, generationOf(object) ?? 1)),
  prepareForUpdate,
  prepareForStatusUpdate: (next, previous) => withGeneration(next, generationOf(previous) ?? 0),
  check: ({ spec }, errors) => checkSpec(spec, errors),
  checkUpdate: (next, previous, errors) => void errors.push(...checkSelectorKept(next, previous)),
  checkStatus,
  columns: [
    nameColumn(),
    { name: 'Desired', cell: ({ status }) => String(status.desiredNumberScheduled) },
    { name: 'Current', cell: ({ status }) => String(status.currentNumberScheduled) },
    { name: 'Ready', cell: ({ status }) => String(status.numberReady) },
    { name: 'Up-to-date', cell: ({ status }) => String(status.updatedNumberScheduled ?? 0) },
    { name: 'Available', cell: ({ status }) => String(status.numberAvailable ?? 0) },
    { name: 'Node Selector', cell: ({ spec }) => formatLabels(spec.template.spec.nodeSelector) },
    ageColumn(),
    { name: 'Containers', priority: 1, cell: ({ spec }) => containerNames(spec.template.spec.containers) },
    { name: 'Images', priority: 1, cell: ({ spec }) => containerImages(spec.template.spec.containers) },
    { name: 'Selector', priority: 1, cell: ({ spec }) => formatLabelSelector(spec.selector) },
  ],
})

function fillSpec(spec: DaemonSetSpec): DaemonSetSpec {
  const whole = fill(spec, { revisionHistoryLimit: 10 })
  const template = defaultPodTemplate(spec.template)
  return { ...whole, template, updateStrategy: fillStrategy(spec.updateStrategy ?? {}) }
}

/** How often the template has changed, which is kept as an annotation since the field is gone; undefined if not said. */
function generationOf({ metadata }: DaemonSet): number | undefined {
  const said = metadata.annotations?.[TEMPLATE_GENERATION]
  return said === undefined ? undefined : Number(said)
}

function withGeneration(object: DaemonSet, generation: number): DaemonSet {
  const { metadata } = object
  const annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) }
  return { ...object, metadata: { ...metadata, annotations } }
}

/** Whatever an update says of it, the generation counts the templates there have been. */
function prepareForUpdate(next: DaemonSet, previous: DaemonSet): DaemonSet {
  const isKept = sameValue(defaultPodTemplate(next.spec.template), previous.spec.template)
  return withGeneration(withStatusOf(next, previous), (generationOf(previous) ?? 0) + (isKept ? 0 : 1))
}

function fillStrategy(strategy: DaemonSetUpdateStrategy): DaemonSetUpdateStrategy {
  const { rollingUpdate } = strategy
  const type = strategy.type || 'RollingUpdate'
  if (type !== 'RollingUpdate') return strategy
  return { type, rollingUpdate: fill(rollingUpdate ?? {}, { maxSurge: 0, maxUnavailable: 1 }) }
}

function checkSpec({ selector, template, ...spec }: DaemonSetSpec, errors: Errors): void {
  if (checkPodSelector(selector, errors)) checkChosen(selector, template, errors)
  checkNotEmpty(selector, 'daemonset', errors)
  checkPodTemplate(template, 'spec.template', errors)
  checkRunsForEver(template, 'DaemonSet', errors)
  checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  checkStrategy(spec.updateStrategy ?? {}, errors)
  checkNotNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit)
}

function checkStrategy(strategy: DaemonSetUpdateStrategy, errors: Errors): void {
  const at = 'spec.updateStrategy'
  const { type = '', rollingUpdate } = strategy
  if (!TYPES.includes(type)) errors.push(notSupported(at, internally(strategy, STRATEGY), TYPES))
  if (type !== 'RollingUpdate') return
  const { maxUnavailable, maxSurge } = rollingUpdate ?? {}
  checkShare(errors, `${at}.rollingUpdate.maxUnavailable`, maxUnavailable)
  checkShare(errors, `${at}.rollingUpdate.maxSurge`, maxSurge)
  const [down, up] = [scaledUp(maxUnavailable, 100) !== 0, scaledUp(maxSurge, 100) !== 0]
  if (down && up) {
    errors.push(invalid(`${at}.rollingUpdate.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  } else if (!down && !up) {
    errors.push(required(`${at}.rollingUpdate.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
  }
}

function checkStatus({ status }: DaemonSet, previous: DaemonSet, errors: Errors): void {
  for (const field of COUNTS) checkNotNegative(errors, `status.${field}`, status[field])
  checkCollisions(status, previous.status, errors)
}
