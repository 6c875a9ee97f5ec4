/** Security contexts. Mirrors ValidateSecurityContext and validatePodSpecSecurityContext of core validation. */
import { invalid, required } from '../../api/fieldErrors.ts'
import type { PodSecurityContext, SeccompProfile, SecurityContext } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { MAX_INT32, checkChoice, inclusiveRange } from './common.ts'

export function checkSecurityContext(context: SecurityContext | undefined, path: string, errors: Errors): void {
  if (context === undefined) return
  checkId(context.runAsUser, `${path}.runAsUser`, errors)
  checkId(context.runAsGroup, `${path}.runAsGroup`, errors)
  if (context.procMount !== undefined)
    checkChoice(errors, `${path}.procMount`, context.procMount, ['Default', 'Unmasked'])
  checkSeccomp(context.seccompProfile, `${path}.seccompProfile`, errors)
  if (context.allowPrivilegeEscalation !== false) return
  if (context.privileged === true) {
    errors.push(invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'))
  }
  if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
    errors.push(
      invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'),
    )
  }
}

export function checkPodSecurityContext(context: PodSecurityContext | undefined, path: string, errors: Errors): void {
  if (context === undefined) return
  checkId(context.fsGroup, `${path}.fsGroup`, errors)
  checkId(context.runAsUser, `${path}.runAsUser`, errors)
  checkId(context.runAsGroup, `${path}.runAsGroup`, errors)
  const groups = context.supplementalGroups ?? []
  for (let i = 0; i < groups.length; i++) checkId(groups[i], `${path}.supplementalGroups[${i}]`, errors)
  if (context.fsGroupChangePolicy !== undefined) {
    checkChoice(errors, `${path}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'])
  }
  checkSeccomp(context.seccompProfile, `${path}.seccompProfile`, errors)
}

function checkSeccomp(profile: SeccompProfile | undefined, path: string, errors: Errors): void {
  if (profile === undefined) return
  if (!profile.type) errors.push(required(`${path}.type`, 'type is required when seccompProfile is set'))
  else checkChoice(errors, `${path}.type`, profile.type, ['Localhost', 'RuntimeDefault', 'Unconfined'])
  const local = profile.type === 'Localhost'
  if (local && profile.localhostProfile === undefined) {
    errors.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'))
  } else if (!local && profile.localhostProfile !== undefined) {
    errors.push(invalid(`${path}.localhostProfile`, profile, 'can only be set when seccomp type is Localhost'))
  }
}

function checkId(id: number | undefined, path: string, errors: Errors): void {
  if (id !== undefined && !(id >= 0 && id <= MAX_INT32)) errors.push(invalid(path, id, inclusiveRange(0, MAX_INT32)))
}
