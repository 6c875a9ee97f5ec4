/** Daemon sets. Mirrors pkg/apis/apps/v1/defaults.go and ValidateDaemonSet of pkg/apis/apps/validation. */
import { invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { scaledUp } from '../../api/intOrPercent.ts'
import { formatLabels, formatLabelSelector } from '../../api/selectors.ts'
import type { DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy } from '../../api/types/apps.ts'
import { ageColumn, containerImages, containerNames, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import { checkPodTemplate, defaultPodTemplate } from '../podTemplates.ts'
import { checkSelectorKept } from '../validation/apps.ts'
import type { Errors } from '../validation/common.ts'
import { checkNotNegative, checkShare } from '../validation/common.ts'
import { checkPodSelector, checkRunsForEver } from './templates.ts'

const TYPES = ['RollingUpdate', 'OnDelete']

export const daemonSets: ResourceDefinition<DaemonSet> = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  namespaced: true,
  hasGeneration: true,
  isKeptOnly: true,
  fillSpec,
  status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  check: ({ spec }, errors) => checkSpec(spec, errors),
  checkUpdate: (next, previous, errors) => void errors.push(...checkSelectorKept(next, previous)),
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
  const template = spec.template && defaultPodTemplate(spec.template)
  return { ...whole, ...(template && { template }), updateStrategy: fillStrategy(spec.updateStrategy ?? {}) }
}

function fillStrategy(strategy: DaemonSetUpdateStrategy): DaemonSetUpdateStrategy {
  const { type = 'RollingUpdate', rollingUpdate } = strategy
  if (type !== 'RollingUpdate') return strategy
  return { type, rollingUpdate: fill(rollingUpdate ?? {}, { maxSurge: 0, maxUnavailable: 1 }) }
}

function checkSpec({ selector, template, ...spec }: DaemonSetSpec, errors: Errors): void {
  checkPodSelector(selector, template, 'empty selector is invalid for daemonset', errors)
  if (template === undefined) errors.push(required('spec.template'))
  else {
    checkPodTemplate(template, 'spec.template', errors)
    checkRunsForEver(template, 'DaemonSet', errors)
  }
  checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  checkStrategy(spec.updateStrategy ?? {}, errors)
  checkNotNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit)
}

function checkStrategy({ type = '', rollingUpdate }: DaemonSetUpdateStrategy, errors: Errors): void {
  const at = 'spec.updateStrategy'
  if (!TYPES.includes(type)) errors.push(notSupported(`${at}.type`, type, TYPES))
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
