import { claimsOf, isMounted } from '../api/volumes/claims.ts'
import type { PodRuntime } from './runtimeState.ts'

/** A claim that a container of a pod has mounted. */
export interface MountedClaim {
  /** The claim's name. */
  readonly claim: string
  /** Whether the pod only reads it. */
  readonly isReadOnly: boolean
}

/** The claims whose volumes a pod's containers mount, in its order; nobody mounts what none asks for. Mirrors GetPodVolumeNames. */
export function mountedClaims({ spec, name }: Pick<PodRuntime, 'spec' | 'name'>): readonly MountedClaim[] {
  const { volumes = [] } = spec
  return claimsOf(spec).flatMap(({ volume, claimName }) => {
    if (!isMounted(spec, volume)) return []
    const source = volumes.find((one) => one.name === volume)?.persistentVolumeClaim
    return [{ claim: claimName(name), isReadOnly: source?.readOnly === true }]
  })
}
