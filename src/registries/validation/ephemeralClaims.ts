/** Claims that are made for one pod, and named after it. Mirrors what ValidateVolumes of core validation does with a pod's name. */
import { invalid } from '../../api/fieldErrors.ts'
import { subdomainErrors } from '../../api/names.ts'
import type { Volume } from '../../api/types/core.ts'
import type { Errors } from './common.ts'

export function checkClaimNames(pod: string | undefined, volumes: readonly Volume[], errors: Errors): void {
  if (!pod || !hasEphemeral(volumes)) return
  const made = new Set(volumes.filter(({ ephemeral }) => ephemeral !== undefined).map(({ name }) => `${pod}-${name}`))
  for (const [i, { name, ephemeral, persistentVolumeClaim: claim }] of volumes.entries()) {
    const at = `spec.volumes[${i}]`
    if (ephemeral !== undefined && name) {
      const claimName = `${pod}-${name}`
      const said = subdomainErrors(claimName)
      for (const detail of said) errors.push(invalid(`${at}.name`, name, `PVC name "${claimName}": ${detail}`))
    }
    if (claim === undefined || !made.has(claim.claimName)) continue
    const detail = 'must not reference a PVC that gets created for an ephemeral volume'
    errors.push(invalid(`${at}.persistentVolumeClaim.claimName`, claim.claimName, detail))
  }
}

/** A loop: it is asked of every new pod. */
function hasEphemeral(volumes: readonly Volume[]): boolean {
  for (let i = 0; i < volumes.length; i++) if (volumes[i]!.ephemeral !== undefined) return true
  return false
}
