/** Names of kernel parameters. Mirrors IsValidSysctlName of core validation and component-helpers/node/util/sysctl. */

const NAME = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const LONGEST = 253
export const SYSCTL_RULE: string =
  'must have at most 253 characters and match regex ' +
  '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'

/** Those that a namespace of the kernel has for itself, by the field with which a pod shares that of its machine. */
const NAMESPACED = {
  hostNetwork: /^net\./,
  hostIPC: /^(?:fs\.mqueue\..*|kernel\.(?:sem|shmall|shmmax|shmmni|shm_rmid_forced|shm|msgmax|msgmnb|msgmni|msg))$/,
}

export function isSysctlName(name: string): boolean {
  return name.length <= LONGEST && NAME.test(name)
}

export function isOfHost(name: string, field: 'hostNetwork' | 'hostIPC'): boolean {
  const [known = ''] = dotted(name).split('*', 1)
  return NAMESPACED[field].test(known)
}

/** `net/ipv4/ip_forward` with dots: what stands first parts the name. */
function dotted(name: string): string {
  const slash = name.indexOf('/')
  const dot = name.indexOf('.')
  if (slash < 0 || (dot >= 0 && dot < slash)) return name
  return name.replace(/[./]/g, (mark) => (mark === '/' ? '.' : '/'))
}
