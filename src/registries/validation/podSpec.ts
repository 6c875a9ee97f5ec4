/** The rules of a pod's spec, in upstream's order. Mirrors ValidatePodSpec of pkg/apis/core/validation/validation.go. */
import { forbidden, invalid, notFound, tooLong } from '../../api/fieldErrors.ts'
import { validateLabels } from '../../api/metaValidation.ts'
import type { PodSpec } from '../../api/types/core.ts'
import { checkAffinity } from './affinity.ts'
import { containersOf } from './allContainers.ts'
import type { Errors } from './common.ts'
import { MAX_INT32, checkChoice, checkLabel, checkQualifiedName, checkSubdomain, inclusiveRange } from './common.ts'
import { checkContainers, checkEphemeralContainers, checkInitContainers } from './containers.ts'
import { checkDns } from './dns.ts'
import { checkHostNetworkPorts } from './ports.ts'
import { checkPodResources } from './podResources.ts'
import { checkPodClaims } from './resourceClaims.ts'
import { checkRequirements } from './resources.ts'
import { checkSchedulingGates, checkTolerations, checkTopologySpread } from './scheduling.ts'
import { checkPodSecurityContext } from './security.ts'
import { checkVolumes } from './volumes.ts'
import { checkHostProcess, checkSystem } from './windows.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const LONGEST_HOSTNAME = 64
const NAMED = ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'] as const

/** `pod` is false for a template, which may still leave some things open. */
export function checkPodSpec(spec: PodSpec, path: string, pod: boolean, errors: Errors): void {
  const volumes = checkVolumes(spec.volumes, `${path}.volumes`, pod, errors)
  const within = { spec, volumes, pod }
  if (spec.resourceClaims !== undefined) checkPodClaims(spec.resourceClaims, `${path}.resourceClaims`, errors)
  checkContainers(within, path, errors)
  if (spec.initContainers !== undefined) checkInitContainers(within, path, errors)
  if (spec.ephemeralContainers !== undefined) checkEphemeralContainers(within, path, errors)
  checkPodResources(spec, `${path}.resources`, errors)
  if (spec.hostNetwork === true) checkHostNetworkPorts(spec.containers ?? [], `${path}.containers`, pod, errors)
  if (spec.restartPolicy !== 'Always')
    checkChoice(errors, `${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES)
  checkDns(spec, path, errors)
  validateLabels(spec.nodeSelector, `${path}.nodeSelector`, errors)
  checkPodSecurityContext(spec, `${path}.securityContext`, errors)
  checkAffinity(spec.affinity, `${path}.affinity`, errors)
  checkReadinessGates(spec, path, errors)
  checkSchedulingGates(spec.schedulingGates, `${path}.schedulingGates`, errors)
  checkTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, errors)
  checkHostProcess(spec, path, errors)
  if (spec.hostUsers === false) checkOwnUsers(spec, path, errors)
  checkNames(spec, path, errors)
  checkTimes(spec, path, errors)
  checkTolerations(spec.tolerations, `${path}.tolerations`, errors)
  if (spec.preemptionPolicy !== undefined) {
    checkChoice(errors, `${path}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'])
  }
  if (spec.overhead !== undefined) checkRequirements({ limits: spec.overhead }, undefined, `${path}.overhead`, errors)
  checkSystem(spec, path, errors)
  checkFilesOfVariables(spec, path, errors)
}

/** A pod with users of its own shares nothing else of its machine. Mirrors validateHostUsers. */
function checkOwnUsers(spec: PodSpec, path: string, errors: Errors): void {
  const detail = 'when `hostUsers` is false'
  if (spec.hostNetwork === true) errors.push(forbidden(`${path}.hostNetwork`, detail))
  if (spec.hostPID === true) errors.push(forbidden(`${path}.HostPID`, detail))
  if (spec.hostIPC === true) errors.push(forbidden(`${path}.HostIPC`, detail))
  for (const { container, at } of containersOf(spec, path)) {
    if (container.volumeDevices?.length) errors.push(forbidden(`${at}.volumeDevices`, detail))
  }
}

/** Variables are read from files of empty directories only. Mirrors validateFileKeyRefVolumes. */
function checkFilesOfVariables(spec: PodSpec, path: string, errors: Errors): void {
  for (const { container, at } of containersOf(spec, path)) {
    const { env = [] } = container
    for (let i = 0; i < env.length; i++) {
      const file = env[i]?.valueFrom?.fileKeyRef
      if (file === undefined) continue
      const { volumeName = '' } = file
      const field = `${at}.env[${i}].valueFrom.fileKeyRef.volumeName`
      const volume = spec.volumes?.findLast(({ name = '' }) => name === volumeName)
      if (volume === undefined) errors.push(notFound(field, volumeName))
      else if (volume.emptyDir === undefined)
        errors.push(invalid(field, volumeName, 'referenced volume must be of type emptyDir'))
    }
  }
}

function checkReadinessGates(spec: PodSpec, path: string, errors: Errors): void {
  const gates = spec.readinessGates ?? []
  for (let i = 0; i < gates.length; i++) {
    checkQualifiedName(errors, `${path}.readinessGates[${i}].conditionType`, gates[i]?.conditionType ?? '')
  }
}

function checkNames(spec: PodSpec, path: string, errors: Errors): void {
  if (spec.hostnameOverride !== undefined) checkHostnameOverride(spec, `${path}.hostnameOverride`, errors)
  for (const field of NAMED) {
    const name = spec[field]
    if (name) checkSubdomain(errors, `${path}.${field}`, name)
  }
  if (spec.runtimeClassName === '') checkSubdomain(errors, `${path}.runtimeClassName`, '')
  if (spec.hostname) checkLabel(errors, `${path}.hostname`, spec.hostname)
  if (spec.subdomain) checkLabel(errors, `${path}.subdomain`, spec.subdomain)
}

/** Mirrors validatePodHostName. */
function checkHostnameOverride(spec: PodSpec, at: string, errors: Errors): void {
  const { hostnameOverride: name = '', setHostnameAsFQDN, hostNetwork } = spec
  if (setHostnameAsFQDN === true) errors.push(forbidden(at, 'may not be specified when setHostnameAsFQDN is true'))
  if (hostNetwork === true) errors.push(forbidden(at, 'may not be specified when hostNetwork is true'))
  if (name.length > LONGEST_HOSTNAME) errors.push(tooLong(at, LONGEST_HOSTNAME))
  checkSubdomain(errors, at, name)
}

function checkTimes(spec: PodSpec, path: string, errors: Errors): void {
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined && !(deadline >= 1 && deadline <= MAX_INT32)) {
    errors.push(invalid(`${path}.activeDeadlineSeconds`, deadline, inclusiveRange(1, MAX_INT32)))
  }
}
