/** The rules of a pod's spec, in upstream's order. Mirrors ValidatePodSpec of pkg/apis/core/validation/validation.go. */
import { forbidden, invalid, negative } from '../../api/fieldErrors.ts'
import { validateLabels } from '../../api/metaValidation.ts'
import type { PodSpec } from '../../api/types/core.ts'
import { checkAffinity } from './affinity.ts'
import type { Errors } from './common.ts'
import { MAX_INT32, checkChoice, checkLabel, checkQualifiedName, checkSubdomain, inclusiveRange } from './common.ts'
import { checkContainers, checkEphemeralContainers, checkInitContainers } from './containers.ts'
import { checkDns } from './dns.ts'
import { checkHostNetworkPorts } from './ports.ts'
import { checkRequirements, checkResourceList } from './resources.ts'
import { checkSchedulingGates, checkTolerations, checkTopologySpread } from './scheduling.ts'
import { checkPodSecurityContext } from './security.ts'
import { checkVolumes } from './volumes.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const NAMED = ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'] as const

/** `pod` is false for a template, which may still leave some things open. */
export function checkPodSpec(spec: PodSpec, path: string, pod: boolean, errors: Errors): void {
  checkVolumes(spec.volumes, `${path}.volumes`, errors)
  checkContainers(spec, path, pod, errors)
  if (spec.initContainers !== undefined) checkInitContainers(spec, path, pod, errors)
  if (spec.ephemeralContainers !== undefined) checkEphemeralContainers(spec, path, errors)
  if (spec.resources !== undefined) checkRequirements(spec.resources, `${path}.resources`, errors)
  if (spec.hostNetwork === true) checkHostNetworkPorts(spec.containers ?? [], `${path}.containers`, pod, errors)
  if (spec.restartPolicy !== 'Always')
    checkChoice(errors, `${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES)
  checkDns(spec, path, errors)
  validateLabels(spec.nodeSelector, `${path}.nodeSelector`, errors)
  checkPodSecurityContext(spec.securityContext, `${path}.securityContext`, errors)
  checkAffinity(spec.affinity, `${path}.affinity`, errors)
  checkReadinessGates(spec, path, errors)
  checkSchedulingGates(spec.schedulingGates, `${path}.schedulingGates`, errors)
  checkTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, errors)
  checkNames(spec, path, errors)
  checkTimes(spec, path, errors)
  checkTolerations(spec.tolerations, `${path}.tolerations`, errors)
  if (spec.preemptionPolicy !== undefined) {
    checkChoice(errors, `${path}.preemptionPolicy`, spec.preemptionPolicy, ['Never', 'PreemptLowerPriority'])
  }
  if (spec.overhead !== undefined)
    checkResourceList(spec.overhead, (name) => `${path}.overhead.limits[${name}]`, errors)
  if (spec.os !== undefined) checkChoice(errors, `${path}.os.name`, spec.os.name, ['linux', 'windows'])
}

function checkReadinessGates(spec: PodSpec, path: string, errors: Errors): void {
  const gates = spec.readinessGates ?? []
  for (let i = 0; i < gates.length; i++) {
    checkQualifiedName(errors, `${path}.readinessGates[${i}].conditionType`, gates[i]?.conditionType ?? '')
  }
}

function checkNames(spec: PodSpec, path: string, errors: Errors): void {
  for (const field of NAMED) {
    const name = spec[field]
    if (name) checkSubdomain(errors, `${path}.${field}`, name)
  }
  if (spec.hostname) checkLabel(errors, `${path}.hostname`, spec.hostname)
  if (spec.subdomain) checkLabel(errors, `${path}.subdomain`, spec.subdomain)
  if (spec.hostUsers === false && spec.hostNetwork === true) {
    errors.push(forbidden(`${path}.hostNetwork`, 'when `pod.Spec.HostUsers` is false'))
  }
}

function checkTimes(spec: PodSpec, path: string, errors: Errors): void {
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined && !(deadline >= 1 && deadline <= MAX_INT32)) {
    errors.push(invalid(`${path}.activeDeadlineSeconds`, deadline, inclusiveRange(1, MAX_INT32)))
  }
  const grace = spec.terminationGracePeriodSeconds
  if (grace !== undefined && !(grace >= 0)) errors.push(negative(`${path}.terminationGracePeriodSeconds`, grace))
}
