import { controllerUid } from '../controllerRef.ts'
import type { ObjectMeta } from '../meta.ts'
import type { PersistentVolumeClaim, Pod, PodSpec, Volume } from '../types/core.ts'

/** A volume of a pod that stands behind a claim. */
export interface ClaimedVolume {
  readonly volume: string
  /** The claim's name: what the pod says, or, of an ephemeral volume, made of the pod's name and the volume's. */
  readonly claimName: (pod: string) => string
  /** Whether the claim is made for the pod and goes with it. */
  readonly isEphemeral: boolean
}

const NONE: readonly ClaimedVolume[] = Object.freeze([])

/** Whether any volume of a pod stands behind a claim: few do, and it is asked about every pod again and again. */
export function hasClaims({ volumes }: PodSpec): boolean {
  if (volumes === undefined) return false
  for (let i = 0; i < volumes.length; i++) if (isClaimed(volumes[i]!)) return true
  return false
}

/** The volumes of a pod that stand behind claims, in its order. Mirrors component-helpers/storage/ephemeral. */
export function claimsOf(spec: PodSpec): readonly ClaimedVolume[] {
  return hasClaims(spec) ? spec.volumes!.filter(isClaimed).map(claimed) : NONE
}

/** The claims of a pod: `namespace/name`. */
export function claimKeysOf({ metadata, spec }: Pod): readonly string[] {
  return claimsOf(spec).map(({ claimName }) => `${metadata.namespace!}/${claimName(metadata.name)}`)
}

/** Whether some container of a pod mounts a volume of this name, or has it as a device. Mirrors GetPodVolumeNames. */
export function isMounted(
  { initContainers = [], containers, ephemeralContainers = [] }: PodSpec,
  volume: string,
): boolean {
  return [...initContainers, ...containers, ...ephemeralContainers].some(
    ({ volumeMounts = [], volumeDevices = [] }) =>
      volumeMounts.some(({ name }) => name === volume) || volumeDevices.some(({ name }) => name === volume),
  )
}

function isClaimed({ persistentVolumeClaim, ephemeral }: Volume): boolean {
  return persistentVolumeClaim !== undefined || ephemeral !== undefined
}

function claimed({ name, persistentVolumeClaim }: Volume): ClaimedVolume {
  if (persistentVolumeClaim === undefined)
    return { volume: name, claimName: (pod) => ephemeralClaim(pod, name), isEphemeral: true }
  const { claimName } = persistentVolumeClaim
  return { volume: name, claimName: () => claimName, isEphemeral: false }
}

/** The name of the claim that is made for a volume of a pod. */
export function ephemeralClaim(pod: string, volume: string): string {
  return `${pod}-${volume}`
}

/** Whether claims are made for some of a pod's volumes; a loop, since it is asked of every new pod. */
export function hasEphemeral(volumes: readonly Volume[] | undefined): boolean {
  if (volumes === undefined) return false
  for (let i = 0; i < volumes.length; i++) if (volumes[i]!.ephemeral !== undefined) return true
  return false
}

/** Why the claim of an ephemeral volume is not a pod's own; undefined where it is. Mirrors VolumeIsForPod. */
export function notMadeFor(
  claim: PersistentVolumeClaim,
  { namespace, name, uid }: Pick<ObjectMeta, 'namespace' | 'name' | 'uid'>,
): string | undefined {
  if (controllerUid(claim) === uid) return undefined
  return `PVC ${claim.metadata.namespace!}/${claim.metadata.name} was not created for pod ${namespace!}/${name} (pod is not owner)`
}
