import type { PodSpec, Volume } from '../types/core.ts'

/** A volume of a pod that stands behind a claim. */
export interface ClaimedVolume {
  readonly volume: string
  /** The claim's name: what the pod says, or, of an ephemeral volume, made of the pod's name and the volume's. */
  readonly claimName: (pod: string) => string
  /** Whether the claim is made for the pod and goes with it. */
  readonly isEphemeral: boolean
}

const NONE: readonly ClaimedVolume[] = Object.freeze([])

/** The volumes of a pod that stand behind claims, in its order. Mirrors component-helpers/storage/ephemeral. */
export function claimsOf({ volumes }: PodSpec): readonly ClaimedVolume[] {
  if (volumes === undefined) return NONE
  let found: ClaimedVolume[] | undefined
  for (const volume of volumes) {
    if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) continue
    found ??= []
    found.push(claimed(volume))
  }
  return found ?? NONE
}

function claimed({ name, persistentVolumeClaim }: Volume): ClaimedVolume {
  if (persistentVolumeClaim === undefined)
    return { volume: name, claimName: (pod) => `${pod}-${name}`, isEphemeral: true }
  const { claimName } = persistentVolumeClaim
  return { volume: name, claimName: () => claimName, isEphemeral: false }
}
