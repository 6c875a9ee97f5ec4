/** Containers. Mirrors validateContainers, validateInitContainers and validateContainerCommon of core validation. */
import { duplicate, forbidden, invalid, notFound, notSupported, required } from '../../api/fieldErrors.ts'
import type { Container, EphemeralContainer, PodSpec } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkChoice, checkLabel } from './common.ts'
import { checkEnv, checkEnvFrom } from './env.ts'
import { checkContainerPorts, checkHostPorts } from './ports.ts'
import { checkNoProbes, checkProbes } from './probes.ts'
import { checkRequirements } from './resources.ts'
import { checkRestartRules } from './restartRules.ts'
import { checkSecurityContext } from './security.ts'
import { checkMounts } from './volumes.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure']

export function checkContainers(spec: PodSpec, path: string, pod: boolean, errors: Errors): void {
  const { containers } = spec
  if (containers === undefined || containers.length === 0) {
    errors.push(required(`${path}.containers`))
    return
  }
  for (let i = 0; i < containers.length; i++) {
    const container = containers[i] as Container
    const at = `${path}.containers[${i}]`
    checkContainer(container, spec, at, pod, errors)
    if (namedBefore(container.name, containers, i)) errors.push(duplicate(`${at}.name`, container.name))
    checkProbes(container, spec.terminationGracePeriodSeconds, at, errors)
    if (container.restartPolicy !== undefined) {
      checkChoice(errors, `${at}.restartPolicy`, container.restartPolicy, RESTART_POLICIES)
    }
  }
  checkHostPorts(containers, `${path}.containers`, errors)
}

export function checkInitContainers(spec: PodSpec, path: string, pod: boolean, errors: Errors): void {
  const containers = spec.initContainers ?? []
  for (let i = 0; i < containers.length; i++) {
    const container = containers[i] as Container
    const at = `${path}.initContainers[${i}]`
    checkContainer(container, spec, at, pod, errors)
    if (container.restartPolicy !== undefined) {
      checkChoice(errors, `${at}.restartPolicy`, container.restartPolicy, RESTART_POLICIES)
    }
    const taken = spec.containers?.some(({ name }) => name === container.name)
    if (taken || namedBefore(container.name, containers, i)) errors.push(duplicate(`${at}.name`, container.name))
    // Init containers run one by one: only the ports of one container can be in each other's way.
    checkHostPorts([container], `${path}.initContainers`, errors)
    if (container.restartPolicy === 'Always') checkProbes(container, spec.terminationGracePeriodSeconds, at, errors)
    else checkNoProbes(container, at, errors)
  }
}

export function checkEphemeralContainers(spec: PodSpec, path: string, errors: Errors): void {
  const containers = spec.ephemeralContainers ?? []
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  for (let i = 0; i < containers.length; i++) {
    const container = containers[i] as EphemeralContainer
    const at = `${path}.ephemeralContainers[${i}]`
    checkContainer(container, spec, at, true, errors)
    const taken = others.some(({ name }) => name === container.name)
    if (taken || namedBefore(container.name, containers, i)) errors.push(duplicate(`${at}.name`, container.name))
    const target = container.targetContainerName
    if (target && !others.some(({ name }) => name === target))
      errors.push(notFound(`${at}.targetContainerName`, target))
    for (const field of ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const) {
      if (container[field] !== undefined)
        errors.push(forbidden(`${at}.${field}`, 'cannot be set for an Ephemeral Container'))
    }
  }
}

function checkContainer(container: Container, spec: PodSpec, at: string, pod: boolean, errors: Errors): void {
  if (!container.name) errors.push(required(`${at}.name`))
  else checkLabel(errors, `${at}.name`, container.name)
  const image = container.image ?? ''
  if (image === '') errors.push(required(`${at}.image`))
  else if (pod && image.trim() !== image) {
    errors.push(invalid(`${at}.image`, image, 'must not have leading or trailing whitespace'))
  }
  const policy = container.terminationMessagePolicy
  if (!policy) errors.push(required(`${at}.terminationMessagePolicy`))
  else if (policy !== 'File' && policy !== 'FallbackToLogsOnError') {
    errors.push(notSupported(`${at}.terminationMessagePolicy`, policy, ['FallbackToLogsOnError', 'File']))
  }
  checkContainerPorts(container.ports, `${at}.ports`, errors)
  checkEnv(container.env, `${at}.env`, errors)
  checkEnvFrom(container.envFrom, `${at}.envFrom`, errors)
  checkMounts(container, spec.volumes, at, errors)
  checkChoice(errors, `${at}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES)
  checkRequirements(container.resources, `${at}.resources`, errors)
  checkRestartRules(container, at, errors)
  checkSecurityContext(container.securityContext, `${at}.securityContext`, errors)
}

function namedBefore(name: string, containers: readonly { readonly name: string }[], end: number): boolean {
  for (let i = 0; i < end; i++) if (containers[i]?.name === name && name) return true
  return false
}
