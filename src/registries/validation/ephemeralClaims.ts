/** Claims that are made for one pod, and named after it. Mirrors what ValidateVolumes of core validation does with a pod's name. */
import { invalid } from '../../api/fieldErrors.ts'
import { subdomainErrors } from '../../api/names.ts'
import type { Volume } from '../../api/types/core.ts'
import { ephemeralClaim, hasEphemeral } from '../../api/volumes/claims.ts'
import type { Errors } from './common.ts'

export function checkClaimNames(pod: string | undefined, volumes: readonly Volume[], errors: Errors): void {
  if (!pod || !hasEphemeral(volumes)) return
  const made = new Set(volumes.flatMap(({ name, ephemeral }) => (ephemeral ? [ephemeralClaim(pod, name)] : [])))
  for (const [i, { name, ephemeral, persistentVolumeClaim: claim }] of volumes.entries()) {
    const at = `spec.volumes[${i}]`
    if (ephemeral !== undefined && name) {
      const claimName = ephemeralClaim(pod, name)
      const said = subdomainErrors(claimName)
      for (const detail of said) errors.push(invalid(`${at}.name`, name, `PVC name "${claimName}": ${detail}`))
    }
    if (claim === undefined || !made.has(claim.claimName)) continue
    const detail = 'must not reference a PVC that gets created for an ephemeral volume'
    errors.push(invalid(`${at}.persistentVolumeClaim.claimName`, claim.claimName, detail))
  }
}
