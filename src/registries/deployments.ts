/** Deployments. Mirrors pkg/registry/apps/deployment/strategy.go. */
import { forbidden, invalid, notSupported, required } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import { internally, type InternalForm } from '../api/internalForm.ts'
import { percentOf, scaledUp } from '../api/intOrPercent.ts'
import { formatLabelSelector } from '../api/selectors.ts'
import type { Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment } from '../api/types/apps.ts'
import { ageColumn, containerImages, containerNames, nameColumn } from './columns/common.ts'
import { EMPTY, copyOf } from './defaults/mutable.ts'
import type { ResourceDefinition } from './definition.ts'
import { equal, equalInMeaning } from './equal.ts'
import { defaultPodTemplate } from './podTemplates.ts'
import { checkCollisions, checkSelected, checkSelectorKept } from './validation/apps.ts'
import { checkIntOrPercent, checkNotNegative } from './validation/common.ts'
import type { Errors } from './validation/common.ts'
import { replicaCountErrors } from './validation/replicaCounts.ts'

export const deployments: ResourceDefinition<Deployment> = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'status', 'scale', 'patch', 'delete'],
  nameRule: 'subdomain',
  defaults,
  validate,
  validateUpdate: checkSelectorKept,
  validateStatusUpdate,
  prepareForCreate: (deployment) => ({ ...deployment, status: EMPTY }),
  prepareForUpdate: (next, previous) => (next.status === previous.status ? next : { ...next, status: previous.status }),
  hasGeneration: true,
  contentChanged,
  statusMeta: ['annotations', 'ownerReferences', 'finalizers'],
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    selector: ({ spec }) => formatLabelSelector(spec.selector),
  },
  columns: [
    nameColumn(),
    { name: 'Ready', cell: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 1}` },
    { name: 'Up-to-date', cell: ({ status }) => String(status.updatedReplicas ?? 0) },
    { name: 'Available', cell: ({ status }) => String(status.availableReplicas ?? 0) },
    ageColumn(),
    { name: 'Containers', priority: 1, cell: ({ spec }) => containerNames(spec.template.spec.containers) },
    { name: 'Images', priority: 1, cell: ({ spec }) => containerImages(spec.template.spec.containers) },
    { name: 'Selector', priority: 1, cell: ({ spec }) => formatLabelSelector(spec.selector) || '<none>' },
  ],
}

/** Annotations count too: they are copied to the replica set. */
function contentChanged(next: Deployment, previous: Deployment): boolean {
  return !equalInMeaning(next.spec, previous.spec) || !equal(next.metadata.annotations, previous.metadata.annotations)
}

/** Mirrors SetDefaults_Deployment of pkg/apis/apps/v1/defaults.go. */
function defaults(deployment: Deployment): Deployment {
  const spec = defaultSpec(deployment.spec ?? EMPTY)
  if (spec === deployment.spec && deployment.status !== undefined) return deployment
  const copy = copyOf(deployment)
  copy.spec = spec
  copy.status = deployment.status ?? EMPTY
  return copy
}

function defaultSpec(spec: DeploymentSpec): DeploymentSpec {
  const template = spec.template && defaultPodTemplate(spec.template)
  const strategy = defaultStrategy(spec.strategy)
  if (
    template === spec.template &&
    strategy === spec.strategy &&
    spec.replicas !== undefined &&
    spec.revisionHistoryLimit !== undefined &&
    spec.progressDeadlineSeconds !== undefined
  ) {
    return spec
  }
  const copy = copyOf(spec)
  copy.replicas = spec.replicas ?? 1
  if (template !== undefined) copy.template = template
  copy.strategy = strategy
  copy.revisionHistoryLimit = spec.revisionHistoryLimit ?? 10
  copy.progressDeadlineSeconds = spec.progressDeadlineSeconds ?? 600
  return copy
}

function defaultStrategy(strategy: DeploymentStrategy = EMPTY): DeploymentStrategy {
  const type = strategy.type || 'RollingUpdate'
  if (type !== 'RollingUpdate') return strategy
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate ?? EMPTY_ROLLING
  if (strategy.type && maxUnavailable !== undefined && maxSurge !== undefined) return strategy
  return { type, rollingUpdate: { maxUnavailable: maxUnavailable ?? '25%', maxSurge: maxSurge ?? '25%' } }
}

const EMPTY_ROLLING: RollingUpdateDeployment = EMPTY

/** Mirrors ValidateDeployment of pkg/apis/apps/validation/validation.go. */
function validate({ spec }: Deployment): readonly FieldError[] {
  const errors: FieldError[] = []
  checkNotNegative(errors, 'spec.replicas', spec.replicas)
  checkSelected(spec, errors)
  checkStrategy(spec.strategy ?? EMPTY, 'spec.strategy', errors)
  checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  checkNotNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit)
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec
  checkNotNegative(errors, 'spec.progressDeadlineSeconds', deadline)
  if (deadline !== undefined && deadline <= minReadySeconds) {
    errors.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'))
  }
  return errors
}

const STRATEGY: InternalForm = { Type: '', RollingUpdate: { MaxUnavailable: 0, MaxSurge: 0 } }

function checkStrategy(strategy: DeploymentStrategy, path: string, errors: Errors): void {
  const { type, rollingUpdate } = strategy
  if (type === 'Recreate') {
    const detail = "may not be specified when strategy `type` is 'Recreate'"
    if (rollingUpdate !== undefined) errors.push(forbidden(`${path}.rollingUpdate`, detail))
  } else if (type === 'RollingUpdate') {
    if (rollingUpdate === undefined)
      errors.push(required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil'))
    else checkRollingUpdate(rollingUpdate, `${path}.rollingUpdate`, errors)
  } else errors.push(notSupported(path, internally(strategy, STRATEGY), ['Recreate', 'RollingUpdate']))
}

/** Mirrors ValidateRollingUpdateDeployment. */
function checkRollingUpdate({ maxUnavailable, maxSurge }: RollingUpdateDeployment, path: string, errors: Errors): void {
  checkIntOrPercent(errors, `${path}.maxUnavailable`, maxUnavailable)
  checkIntOrPercent(errors, `${path}.maxSurge`, maxSurge)
  if (isZero(maxUnavailable) && isZero(maxSurge)) {
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  }
  if ((percentOf(maxUnavailable) ?? 0) > 100) {
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%'))
  }
}

function isZero(value: RollingUpdateDeployment['maxSurge']): boolean {
  return scaledUp(value, 100) === 0
}

const COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
] as const

const PARTS = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const

/** Mirrors ValidateDeploymentStatusUpdate. */
function validateStatusUpdate({ status }: Deployment, previous: Deployment): readonly FieldError[] {
  const errors = [...replicaCountErrors(status, COUNTS, PARTS)]
  checkCollisions(status, previous.status, errors)
  return errors
}
