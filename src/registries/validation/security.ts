/** Security contexts. Mirrors ValidateSecurityContext and validatePodSpecSecurityContext of core validation. */
import { duplicate, invalid, notSupported, required, tooLong } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import type { AppArmorProfile, PodSpec, SeccompProfile, SecurityContext } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { MAX_INT32, checkChoice, inclusiveRange } from './common.ts'
import { checkDescending } from './paths.ts'
import { isOfHost, isSysctlName, SYSCTL_RULE } from './sysctls.ts'
import { checkWindowsOptions } from './windows.ts'

const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined']
/** The longest path of a file, without the byte that ends it. */
const LONGEST_PATH = 4095

const PROFILE: InternalForm = { Type: '', LocalhostProfile: null }
const CONTEXT: InternalForm = {
  Capabilities: { Add: null, Drop: null },
  Privileged: null,
  SELinuxOptions: { User: '', Role: '', Type: '', Level: '' },
  WindowsOptions: { GMSACredentialSpecName: null, GMSACredentialSpec: null, RunAsUserName: null, HostProcess: null },
  RunAsUser: null,
  RunAsGroup: null,
  RunAsNonRoot: null,
  ReadOnlyRootFilesystem: null,
  AllowPrivilegeEscalation: null,
  ProcMount: null,
  SeccompProfile: PROFILE,
  AppArmorProfile: PROFILE,
}

/** `hostUsers` is whether the pod's users are those of its machine. */
export function checkSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  path: string,
  errors: Errors,
): void {
  if (context === undefined) return
  const { procMount } = context
  checkId(context.runAsUser, `${path}.runAsUser`, errors)
  checkId(context.runAsGroup, `${path}.runAsGroup`, errors)
  if (procMount !== undefined) {
    checkGiven(procMount, ['Default', 'Unmasked'], `${path}.procMount`, errors)
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'))
    }
  }
  checkSeccomp(context.seccompProfile, `${path}.seccompProfile`, errors)
  if (context.allowPrivilegeEscalation === false) checkNoEscalation(context, path, errors)
  checkWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors)
  checkAppArmor(context.appArmorProfile, `${path}.appArmorProfile`, errors)
}

export function checkPodSecurityContext(spec: PodSpec, path: string, errors: Errors): void {
  const context = spec.securityContext
  if (context === undefined) return
  checkId(context.fsGroup, `${path}.fsGroup`, errors)
  checkId(context.runAsUser, `${path}.runAsUser`, errors)
  checkId(context.runAsGroup, `${path}.runAsGroup`, errors)
  const groups = context.supplementalGroups ?? []
  for (let i = 0; i < groups.length; i++) checkId(groups[i], `${path}.supplementalGroups[${i}]`, errors)
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled'
    errors.push(invalid(`${path}.shareProcessNamespace`, true, detail))
  }
  if (context.sysctls !== undefined) checkSysctls(spec, `${path}.sysctls`, errors)
  checkGiven(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], `${path}.fsGroupChangePolicy`, errors)
  checkSeccomp(context.seccompProfile, `${path}.seccompProfile`, errors)
  checkWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors)
  checkAppArmor(context.appArmorProfile, `${path}.appArmorProfile`, errors)
  checkGiven(context.supplementalGroupsPolicy, ['Merge', 'Strict'], `${path}.supplementalGroupsPolicy`, errors)
  checkGiven(context.seLinuxChangePolicy, ['Recursive'], `${path}.seLinuxChangePolicy`, errors)
}

function checkNoEscalation(context: SecurityContext, path: string, errors: Errors): void {
  const refuse = (what: string): void => {
    const detail = `cannot set \`allowPrivilegeEscalation\` to false and ${what}`
    errors.push(invalid(path, internally(context, CONTEXT), detail))
  }
  if (context.privileged === true) refuse('`privileged` to true')
  for (const capability of context.capabilities?.add ?? []) {
    if (capability === 'CAP_SYS_ADMIN') refuse('`capabilities.Add` CAP_SYS_ADMIN')
  }
}

function checkSysctls(spec: PodSpec, path: string, errors: Errors): void {
  const seen = new Set<string>()
  for (const [i, { name = '' }] of (spec.securityContext?.sysctls ?? []).entries()) {
    const at = `${path}[${i}].name`
    if (name === '') errors.push(required(at))
    else if (!isSysctlName(name)) errors.push(invalid(at, name, SYSCTL_RULE))
    else if (seen.has(name)) errors.push(duplicate(at, name))
    seen.add(name)
    for (const field of ['hostNetwork', 'hostIPC'] as const) {
      if (spec[field] === true && isOfHost(name, field)) {
        errors.push(invalid(at, name, `may not be specified when '${field}' is true`))
      }
    }
  }
}

function checkSeccomp(profile: SeccompProfile | undefined, path: string, errors: Errors): void {
  if (profile === undefined) return
  const { type, localhostProfile: local } = profile
  if (!type) errors.push(required(`${path}.type`, 'type is required when seccompProfile is set'))
  else checkChoice(errors, `${path}.type`, type, PROFILES)
  const at = `${path}.localhostProfile`
  if (type !== 'Localhost') {
    if (local === undefined) return
    errors.push(invalid(at, internally(profile, PROFILE), 'can only be set when seccomp type is Localhost'))
  } else if (local === undefined) errors.push(required(at, 'must be set when seccomp type is Localhost'))
  else checkDescending(local, at, errors)
}

/** Mirrors ValidateAppArmorProfileField. */
function checkAppArmor(profile: AppArmorProfile | undefined, path: string, errors: Errors): void {
  if (profile === undefined) return
  const { type, localhostProfile: local } = profile
  const at = `${path}.localhostProfile`
  if (!type) errors.push(required(`${path}.type`, 'type is required when appArmorProfile is set'))
  else if (type === 'Localhost') {
    if (!local) errors.push(required(at, 'must be set when AppArmor type is Localhost'))
    else if (local.trim() !== local) errors.push(invalid(at, local, 'must not be padded with whitespace'))
    if (local !== undefined && local.length > LONGEST_PATH) errors.push(tooLong(at, LONGEST_PATH))
  } else if (!PROFILES.includes(type)) errors.push(notSupported(`${path}.type`, type, PROFILES))
  else if (local !== undefined) {
    errors.push(invalid(at, local, 'can only be set when AppArmor type is Localhost'))
  }
}

/** A value that need not be given: an empty one is one too many. */
function checkGiven(value: string | undefined, choices: readonly string[], path: string, errors: Errors): void {
  if (value !== undefined && !choices.includes(value)) errors.push(notSupported(path, value, choices))
}

export function checkId(id: number | undefined, path: string, errors: Errors): void {
  if (id !== undefined && !(id >= 0 && id <= MAX_INT32)) errors.push(invalid(path, id, inclusiveRange(0, MAX_INT32)))
}
