/** Stateful sets. Mirrors pkg/apis/apps/v1/defaults.go and ValidateStatefulSet of pkg/apis/apps/validation. */
import { forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { scaledUp } from '../../api/intOrPercent.ts'
import { validateAnnotations, validateLabels } from '../../api/metaValidation.ts'
import { formatLabelSelector } from '../../api/selectors.ts'
import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from '../../api/types/apps.ts'
import type { PersistentVolumeClaim } from '../../api/types/core.ts'
import { ageColumn, containerImages, containerNames, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import { defaultPodTemplate } from '../podTemplates.ts'
import { PENDING, fillClaim } from '../storage/persistentVolumeClaims.ts'
import type { Errors } from '../validation/common.ts'
import { checkIntOrPercent, checkNotNegative } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkPodSelector, checkRunsForEver } from './templates.ts'

const RETAIN = 'Retain'
const CLAIM_POLICIES = ['Retain', 'Delete']
/** What an update may change, in the order in which upstream names it. */
const UPDATABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const

export const statefulSets: ResourceDefinition<StatefulSet> = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  namespaced: true,
  hasGeneration: true,
  isKeptOnly: true,
  fillSpec,
  status: { availableReplicas: 0, replicas: 0 },
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    selector: ({ spec }) => formatLabelSelector(spec.selector),
  },
  check: ({ spec }, errors) => checkSpec(spec, errors),
  checkUpdate,
  columns: [
    nameColumn(),
    { name: 'Ready', cell: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 1}` },
    ageColumn(),
    { name: 'Containers', priority: 1, cell: ({ spec }) => containerNames(spec.template.spec.containers) },
    { name: 'Images', priority: 1, cell: ({ spec }) => containerImages(spec.template.spec.containers) },
  ],
})

function fillSpec(spec: StatefulSetSpec): StatefulSetSpec {
  const { template, volumeClaimTemplates } = spec
  const whole = fill(spec, { podManagementPolicy: 'OrderedReady', replicas: 1, revisionHistoryLimit: 10 })
  return {
    ...whole,
    ...(template && { template: defaultPodTemplate(template) }),
    updateStrategy: fillStrategy(spec.updateStrategy ?? {}),
    persistentVolumeClaimRetentionPolicy: fill(spec.persistentVolumeClaimRetentionPolicy ?? {}, {
      whenDeleted: RETAIN,
      whenScaled: RETAIN,
    }),
    ...(volumeClaimTemplates && { volumeClaimTemplates: volumeClaimTemplates.map(fillTemplate) }),
  }
}

function fillStrategy(strategy: StatefulSetUpdateStrategy): StatefulSetUpdateStrategy {
  const { type = 'RollingUpdate', rollingUpdate } = strategy
  if (type !== 'RollingUpdate') return strategy
  return { type, rollingUpdate: fill(rollingUpdate ?? {}, { partition: 0 }) }
}

function fillTemplate(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const { metadata, spec } = claim
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: fillClaim(spec ?? {}), status: PENDING }
}

function checkSpec(spec: StatefulSetSpec, errors: Errors): void {
  const { podManagementPolicy, updateStrategy, selector, template } = spec
  if (!['OrderedReady', 'Parallel'].includes(podManagementPolicy ?? '')) {
    errors.push(invalid('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"))
  }
  checkStrategy(updateStrategy ?? {}, errors)
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    const policy = spec.persistentVolumeClaimRetentionPolicy?.[field]
    if (policy !== undefined && !CLAIM_POLICIES.includes(policy)) {
      errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${field}`, policy, CLAIM_POLICIES))
    }
  }
  checkNotNegative(errors, 'spec.replicas', spec.replicas)
  checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  checkNotNegative(errors, 'spec.ordinals.start', spec.ordinals?.start)
  checkPodSelector(selector, template, 'empty selector is invalid for statefulset', errors)
  if (template === undefined) {
    errors.push(required('spec.template'))
    return
  }
  // Upstream leaves the rest of the pods' spec to the pods: its volumes may come from the claims.
  validateLabels(template.metadata?.labels, 'spec.template.labels', errors)
  validateAnnotations(template.metadata?.annotations, 'spec.template.annotations', errors)
  checkRunsForEver(template, 'StatefulSet', errors)
}

function checkStrategy({ type, rollingUpdate }: StatefulSetUpdateStrategy, errors: Errors): void {
  const at = 'spec.updateStrategy'
  if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return
    errors.push(invalid(`${at}.rollingUpdate`, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'"))
  } else if (type === 'RollingUpdate') {
    checkNotNegative(errors, `${at}.rollingUpdate.partition`, rollingUpdate?.partition)
    const most = rollingUpdate?.maxUnavailable
    checkIntOrPercent(errors, `${at}.rollingUpdate.maxUnavailable`, most)
    if (most !== undefined && scaledUp(most, 100) === 0) {
      errors.push(invalid(`${at}.rollingUpdate.maxUnavailable`, most, 'cannot be 0'))
    }
  } else errors.push(invalid(at, { type, rollingUpdate }, "must be 'RollingUpdate' or 'OnDelete'"))
}

function checkUpdate(next: StatefulSet, previous: StatefulSet, errors: Errors): void {
  const fixed = ({ spec }: StatefulSet): object => {
    const rest: Record<string, unknown> = { ...spec }
    for (const field of UPDATABLE) delete rest[field]
    return rest
  }
  if (sameValue(fixed(next), fixed(previous))) return
  const names = UPDATABLE.map((field) => `'${field}'`)
  const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  errors.push(forbidden('spec', `updates to statefulset spec for fields other than ${list} are forbidden`))
}
