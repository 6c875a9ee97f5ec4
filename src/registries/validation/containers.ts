/** Containers. Mirrors validateContainers, validateInitContainers and validateContainerCommon of core validation. */
import { duplicate, forbidden, invalid, notFound, required } from '../../api/fieldErrors.ts'
import type { FieldError } from '../../api/fieldErrors.ts'
import type { Container, EphemeralContainer, PodSpec, Volume } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkChoice, checkLabel } from './common.ts'
import { checkEnv, checkEnvFrom } from './env.ts'
import { checkMounts } from './mounts.ts'
import { checkContainerPorts, checkHostPorts } from './ports.ts'
import { checkNoProbes, checkProbes } from './probes.ts'
import { checkResizePolicy } from './resizePolicy.ts'
import { checkRequirements } from './resources.ts'
import { checkInitRestartRules, checkRestartRules } from './restartRules.ts'
import { checkSecurityContext } from './security.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']
/** What only a container that the pod began with can have. */
const NOT_EPHEMERAL = [
  'ports',
  'restartPolicy',
  'restartPolicyRules',
  'resizePolicy',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const

/** The pod in which a container stands, as far as the container's rules look at it. */
export interface Within {
  readonly spec: PodSpec
  /** Those that may be mounted. */
  readonly volumes: readonly Volume[]
  /** False for a template, which may still leave some things open. */
  readonly pod: boolean
}

export function checkContainers(within: Within, path: string, errors: Errors): void {
  const { spec } = within
  const { containers } = spec
  if (containers === undefined || containers.length === 0) {
    errors.push(required(`${path}.containers`))
    return
  }
  for (let i = 0; i < containers.length; i++) {
    const container = containers[i] as Container
    const at = `${path}.containers[${i}]`
    checkContainer(container, within, at, errors)
    if (namedBefore(container.name, containers, i)) errors.push(duplicate(`${at}.name`, container.name ?? ''))
    checkProbes(container, spec.terminationGracePeriodSeconds, at, errors)
    checkRestartRules(container, at, errors)
  }
  checkHostPorts(containers, `${path}.containers`, errors)
}

export function checkInitContainers(within: Within, path: string, errors: Errors): void {
  const { spec } = within
  const containers = spec.initContainers ?? []
  for (let i = 0; i < containers.length; i++) {
    const container = containers[i] as Container
    const at = `${path}.initContainers[${i}]`
    checkContainer(container, within, at, errors)
    checkInitRestartRules(container, at, errors)
    const { name = '', resizePolicy = [] } = container
    const taken = isNamed(name, spec.containers)
    if (taken || (name && namedBefore(name, containers, i))) errors.push(duplicate(`${at}.name`, name))
    // Init containers run one by one: only the ports of one container can be in each other's way.
    checkHostPorts([container], `${path}.initContainers`, errors)
    if (container.restartPolicy === 'Always') {
      checkProbes(container, spec.terminationGracePeriodSeconds, at, errors)
      continue
    }
    checkNoProbes(container, at, errors)
    for (const [j, { restartPolicy }] of resizePolicy.entries()) {
      if (restartPolicy !== 'RestartContainer') continue
      errors.push(invalid(`${at}.resizePolicy[${j}].restartPolicy`, restartPolicy, NO_RESTART))
    }
  }
}

const NO_RESTART = "must not be set to 'RestartContainer' for non-sidecar initContainers"

export function checkEphemeralContainers(within: Within, path: string, errors: Errors): void {
  const { spec } = within
  const containers = spec.ephemeralContainers ?? []
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  for (let i = 0; i < containers.length; i++) {
    const container = containers[i] as EphemeralContainer
    const at = `${path}.ephemeralContainers[${i}]`
    checkContainer(container, { ...within, pod: true }, at, errors)
    const { name, targetContainerName: target } = container
    if (isNamed(name, others) || namedBefore(name, containers, i)) errors.push(duplicate(`${at}.name`, name ?? ''))
    if (target && !isNamed(target, others)) errors.push(notFound(`${at}.targetContainerName`, target))
    for (const field of NOT_EPHEMERAL) if (container[field] !== undefined) errors.push(notEphemeral(`${at}.${field}`))
    const { limits, requests, claims } = container.resources ?? {}
    if (limits ?? requests ?? claims) errors.push(notEphemeral(`${at}.resources`))
    for (const [m, { subPath, subPathExpr }] of (container.volumeMounts ?? []).entries()) {
      if (subPath) errors.push(notEphemeral(`${at}.volumeMounts[${m}].subPath`))
      if (subPathExpr) errors.push(notEphemeral(`${at}.volumeMounts[${m}].subPathExpr`))
    }
  }
}

function notEphemeral(field: string): FieldError {
  return forbidden(field, 'cannot be set for an Ephemeral Container')
}

function checkContainer(container: Container, within: Within, at: string, errors: Errors): void {
  const { spec, volumes, pod } = within
  if (!container.name) errors.push(required(`${at}.name`))
  else checkLabel(errors, `${at}.name`, container.name)
  const image = container.image ?? ''
  if (image === '') errors.push(required(`${at}.image`))
  else if (pod && image.trim() !== image) {
    errors.push(invalid(`${at}.image`, image, 'must not have leading or trailing whitespace'))
  }
  checkChoice(errors, `${at}.terminationMessagePolicy`, container.terminationMessagePolicy, MESSAGE_POLICIES)
  checkContainerPorts(container.ports, `${at}.ports`, errors)
  checkEnv(container.env, `${at}.env`, errors)
  checkEnvFrom(container.envFrom, `${at}.envFrom`, errors)
  checkMounts(container, volumes, at, errors)
  checkChoice(errors, `${at}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES)
  checkRequirements(container.resources, spec.resourceClaims, `${at}.resources`, errors)
  checkResizePolicy(container.resizePolicy, spec.restartPolicy, `${at}.resizePolicy`, errors)
  checkSecurityContext(container.securityContext, spec.hostUsers !== false, `${at}.securityContext`, errors)
}

type Named = readonly { readonly name: string }[]

function namedBefore(name: string, containers: Named, end: number): boolean {
  for (let i = 0; i < end; i++) if ((containers[i]?.name ?? '') === (name ?? '')) return true
  return false
}

function isNamed(name: string, containers: Named = []): boolean {
  return containers.some((container) => (container.name ?? '') === (name ?? ''))
}
