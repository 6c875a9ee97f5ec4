/** What pods of Windows machines may say. Mirrors validateWindowsSecurityContextOptions and validateOS of core validation. */
import { forbidden, invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { subdomainErrors } from '../../api/names.ts'
import type { PodSpec, SecurityContext, WindowsSecurityContextOptions } from '../../api/types/core.ts'
import { byteLength } from '../../api/utf8.ts'
import { type AnyContainer, containersOf } from './allContainers.ts'
import type { Errors } from './common.ts'
import { complain } from './common.ts'

const SYSTEMS = ['linux', 'windows']
const MOST_SPEC_BYTES = 64 * 1024
const MOST_DOMAIN = 256
const MOST_USER = 104
const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const DNS_PART = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const DNS = new RegExp(`^${DNS_PART}(?:\\.${DNS_PART})*$`)

/** What of a pod and of a container's security context only Linux has. */
const LINUX_POD = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const
const LINUX_POD_CONTEXT = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const
const LINUX_CONTEXT: readonly (keyof SecurityContext)[] = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
]
const FORBIDDEN = 'cannot be set for a windows pod'

export function checkWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  path: string,
  errors: Errors,
): void {
  if (options === undefined) return
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options
  if (name !== undefined) complain(errors, `${path}.gmsaCredentialSpecName`, name, subdomainErrors(name))
  if (spec === '') {
    errors.push(invalid(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string'))
  } else if (spec !== undefined && byteLength(spec) > MOST_SPEC_BYTES) {
    errors.push(invalid(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec size must be under 64 KiB'))
  }
  if (user !== undefined) complain(errors, `${path}.runAsUserName`, user, userNameErrors(user))
}

/** The system that a pod says it is for, and what it may not say then. */
export function checkSystem(spec: PodSpec, path: string, errors: Errors): void {
  const name = spec.os?.name
  if (spec.os === undefined) return
  if (!name) errors.push(required(`${path}.os.name`))
  else if (!SYSTEMS.includes(name)) errors.push(notSupported(`${path}.os`, name, SYSTEMS))
  else if (name === 'linux') checkLinux(spec, path, errors)
  else checkWindows(spec, path, errors)
}

/** Containers that run on a Windows machine itself. Mirrors validateWindowsHostProcessPod. */
export function checkHostProcess(spec: PodSpec, path: string, errors: Errors): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess
  const containers = containersOf(spec, path)
  let count = 0
  for (const { container, at } of containers) {
    const own = container.securityContext?.windowsOptions?.hostProcess
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${ofPod}`
      errors.push(invalid(`${at}.securityContext.windowsOptions.hostProcess`, own, detail))
    }
    if (own ?? ofPod) count++
  }
  if (count === 0) return
  if (count < containers.length) errors.push(invalid(path, '', ALL_OR_NONE))
  if (spec.hostNetwork === true) return
  const detail = 'hostNetwork must be true if pod contains any hostProcess containers'
  errors.push(invalid(`${path}.hostNetwork`, false, detail))
}

const ALL_OR_NONE = 'If pod contains any hostProcess containers then all containers must be HostProcess containers'

function checkLinux(spec: PodSpec, path: string, errors: Errors): void {
  const detail = 'windows options cannot be set for a linux pod'
  const check = (context: Pick<SecurityContext, 'windowsOptions'> | undefined, at: string): void => {
    if (context?.windowsOptions !== undefined) errors.push(forbidden(`${at}.securityContext.windowsOptions`, detail))
  }
  check(spec.securityContext, path)
  for (const { container, at } of containersOf(spec, path)) check(container.securityContext, at)
}

function checkWindows(spec: PodSpec, path: string, errors: Errors): void {
  for (const field of LINUX_POD) if (isSaid(spec[field], field)) errors.push(forbidden(`${path}.${field}`, FORBIDDEN))
  for (const field of LINUX_POD_CONTEXT) {
    if (!isSaid(spec.securityContext?.[field], field)) continue
    errors.push(forbidden(`${path}.securityContext.${field}`, FORBIDDEN))
  }
  for (const { container, at } of containersOf(spec, path)) checkWindowsContainer(container, at, errors)
}

function checkWindowsContainer({ securityContext: context }: AnyContainer, at: string, errors: Errors): void {
  for (const field of LINUX_CONTEXT) {
    if (context?.[field] !== undefined) errors.push(forbidden(`${at}.securityContext.${field}`, FORBIDDEN))
  }
}

/** Of what is no pointer upstream, false and the empty list say nothing. */
function isSaid(value: unknown, field: string): boolean {
  if (field === 'hostPID' || field === 'hostIPC') return value === true
  return field === 'sysctls' ? Array.isArray(value) && value.length > 0 : value !== undefined
}

/** `user`, or `DOMAIN\user`. */
function userNameErrors(name: string): readonly string[] {
  if (name === '') return ['runAsUserName cannot be an empty string']
  if (/[\x00-\x1f\x7f]/.test(name)) return ['runAsUserName cannot contain control characters']
  const parts = name.split('\\')
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash']
  const user = parts.at(-1) ?? ''
  const domain = parts.length === 2 ? (parts[0] ?? '') : undefined
  const said: string[] = []
  if (domain !== undefined && byteLength(domain) >= MOST_DOMAIN) {
    said.push(`runAsUserName's Domain length must be under ${MOST_DOMAIN} characters`)
  }
  if (domain !== undefined && !NET_BIOS.test(domain) && !DNS.test(domain)) {
    said.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
  }
  if (user === '') said.push("runAsUserName's User cannot be empty")
  else if (byteLength(user) > MOST_USER) {
    said.push(`runAsUserName's User length must not be longer than ${MOST_USER} characters`)
  }
  if (/^[. ]+$/.test(user)) said.push("runAsUserName's User cannot contain only periods or spaces")
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    said.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]')
  }
  return said
}
