/** Stateful sets. Mirrors pkg/apis/apps/v1/defaults.go and ValidateStatefulSet of pkg/apis/apps/validation. */
import { forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import { validateAnnotations, validateLabels } from '../../api/metaValidation.ts'
import { formatLabelSelector, isEmptySelector } from '../../api/selectors.ts'
import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from '../../api/types/apps.ts'
import type { PersistentVolumeClaim, PodTemplateSpec, Volume } from '../../api/types/core.ts'
import { ageColumn, containerImages, containerNames, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import { EMPTY } from '../defaults/mutable.ts'
import { checkPodTemplate, defaultPodTemplate } from '../podTemplates.ts'
import { PENDING, checkClaim, fillClaim } from '../storage/persistentVolumeClaims.ts'
import type { Errors } from '../validation/common.ts'
import { checkAtMost, checkLabel, checkNotNegative } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkChosen, checkNotEmpty, checkPodSelector, checkRunsForEver } from './templates.ts'
import { checkCollisions } from '../validation/apps.ts'

const RETAIN = 'Retain'
const CLAIM_POLICIES = ['Retain', 'Delete']
const ROLLING_UPDATE: InternalForm = { Partition: 0, MaxUnavailable: null }
const STRATEGY: InternalForm = { Type: null, RollingUpdate: ROLLING_UPDATE }
const COUNTS = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
] as const
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
  categories: ['all'],
  namespaced: true,
  nameRule: 'label',
  hasGeneration: true,
  fillSpec,
  status: { availableReplicas: 0, replicas: 0 },
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    selector: ({ spec }) => formatLabelSelector(spec.selector),
  },
  check: ({ spec }, errors, previous) => checkSpec(spec, previous === undefined, errors),
  checkUpdate,
  checkStatus,
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
    template: defaultPodTemplate(template),
    updateStrategy: fillStrategy(spec.updateStrategy ?? {}),
    persistentVolumeClaimRetentionPolicy: fill(spec.persistentVolumeClaimRetentionPolicy ?? {}, {
      whenDeleted: RETAIN,
      whenScaled: RETAIN,
    }),
    ...(volumeClaimTemplates && { volumeClaimTemplates: volumeClaimTemplates.map(fillTemplate) }),
  }
}

function fillStrategy(strategy: StatefulSetUpdateStrategy): StatefulSetUpdateStrategy {
  const { type = 'RollingUpdate' } = strategy
  const { rollingUpdate = strategy.type === undefined ? EMPTY : undefined } = strategy
  if (rollingUpdate === undefined) return strategy
  // How many may be unavailable stands behind a feature gate that is closed: MaxUnavailableStatefulSet.
  const { maxUnavailable: _, ...kept } = rollingUpdate
  return { type, rollingUpdate: type === 'RollingUpdate' ? fill(kept, { partition: 0 }) : kept }
}

function fillTemplate(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const { metadata, spec, status } = claim
  const filled = { spec: fillClaim(spec ?? {}), status: fill(status ?? PENDING, PENDING) }
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, ...filled }
}

/** What an update cannot change is not looked at again: a set that was kept may have what a new one may not. */
function checkSpec(spec: StatefulSetSpec, isNew: boolean, errors: Errors): void {
  const { podManagementPolicy, updateStrategy, selector, template, serviceName } = spec
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
  if (isNew) {
    for (const [i, claim] of (spec.volumeClaimTemplates ?? []).entries()) {
      checkClaim(claim.spec, `spec.volumeClaimTemplates[${i}].spec`, errors)
    }
  }
  checkNotNegative(errors, 'spec.replicas', spec.replicas)
  checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  checkNotNegative(errors, 'spec.ordinals.start', spec.ordinals?.start)
  if (isNew && serviceName) checkLabel(errors, 'spec.serviceName', serviceName)
  if (selector === undefined) errors.push(required('spec.selector'))
  const isSound = checkPodSelector(selector, errors)
  checkNotEmpty(selector, 'statefulset', errors)
  if (isSound) checkTemplate(spec, errors)
  else errors.push(invalid('spec.selector', selector, ''))
  checkRunsForEver(template, 'StatefulSet', errors)
}

/** Mirrors ValidatePodTemplateSpecForStatefulSet, which looks at the metadata twice. */
function checkTemplate(spec: StatefulSetSpec, errors: Errors): void {
  const { selector, template } = spec
  if (selector === undefined || !isEmptySelector(selector)) checkChosen(selector, template, errors)
  checkPodTemplate(asItRuns(spec), 'spec.template', errors)
  validateLabels(template.metadata?.labels, 'spec.template.labels', errors)
  validateAnnotations(template.metadata?.annotations, 'spec.template.annotations', errors)
}

/** The template with a volume for each claim, and without the names that each pod gets of its own. */
function asItRuns({ template, volumeClaimTemplates: claims = [] }: StatefulSetSpec): PodTemplateSpec {
  const { subdomain, hostname, volumes = [], ...rest } = template.spec
  if (!subdomain && !hostname && claims.length === 0) return template
  const claimed = new Map(claims.map(({ metadata }) => [metadata?.name ?? '', claimVolume(metadata?.name ?? '')]))
  const others = volumes.filter(({ name }) => !claimed.has(name))
  return { ...template, spec: { ...rest, volumes: [...claimed.values(), ...others] } }
}

function claimVolume(name: string): Volume {
  return { name, persistentVolumeClaim: { claimName: name } }
}

function checkStrategy(strategy: StatefulSetUpdateStrategy, errors: Errors): void {
  const at = 'spec.updateStrategy'
  const { type, rollingUpdate } = strategy
  if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return
    const shown = internally(rollingUpdate, ROLLING_UPDATE)
    errors.push(invalid(`${at}.rollingUpdate`, shown, "only allowed for updateStrategy 'RollingUpdate'"))
  } else if (type === 'RollingUpdate') {
    checkNotNegative(errors, `${at}.rollingUpdate.partition`, rollingUpdate?.partition)
  } else errors.push(invalid(at, internally(strategy, STRATEGY), "must be 'RollingUpdate' or 'OnDelete'"))
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

function checkStatus({ status }: StatefulSet, previous: StatefulSet, errors: Errors): void {
  for (const field of COUNTS) checkNotNegative(errors, `status.${field}`, status[field])
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status
  for (const field of ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const) {
    checkAtMost(errors, `status.${field}`, status[field] ?? 0, replicas, 'status.replicas')
  }
  checkAtMost(errors, 'status.availableReplicas', availableReplicas, readyReplicas, 'status.readyReplicas')
  checkCollisions(status, previous.status, errors)
}
