import type { Container, EphemeralContainer } from '../api/types/core.ts'
import { claimsOf } from '../api/volumes/claims.ts'
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
  const { containers, initContainers = [], ephemeralContainers = [], volumes = [] } = spec
  const all: readonly (Container | EphemeralContainer)[] = [...initContainers, ...containers, ...ephemeralContainers]
  return claimsOf(spec).flatMap(({ volume, claimName }) => {
    if (!all.some((container) => uses(container, volume))) return []
    const source = volumes.find((one) => one.name === volume)?.persistentVolumeClaim
    return [{ claim: claimName(name), isReadOnly: source?.readOnly === true }]
  })
}

function uses({ volumeMounts = [], volumeDevices = [] }: Container | EphemeralContainer, volume: string): boolean {
  return volumeMounts.some(({ name }) => name === volume) || volumeDevices.some(({ name }) => name === volume)
}
