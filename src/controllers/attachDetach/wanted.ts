/** Where a volume is needed. Mirrors pkg/controller/volume/attachdetach/util/util.go. */
import { byCodeUnit } from '../../api/order.ts'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/types/core.ts'
import type { CSIDriver } from '../../api/types/storage.ts'
import { type Attachable, isAttaching } from '../../api/volumes/attachable.ts'
import { claimsOf, notMadeFor } from '../../api/volumes/claims.ts'
import { type LoopContext, splitKey } from '../../client/controller.ts'
import { type ClaimUsers, isOver } from './users.ts'

/** The pods that need a volume, by node; nodes by name. */
export type Wanted = ReadonlyMap<string, readonly Pod[]>

const NOWHERE: ReadonlyMap<string, readonly Pod[]> = new Map()

export function wantedOn(
  volumes: readonly PersistentVolume[],
  { driver }: Attachable,
  users: ClaimUsers,
  context: LoopContext,
): Wanted {
  const { api, cache } = context
  if (volumes.length === 0) return NOWHERE
  if (!isAttaching(api.find<CSIDriver>('csidrivers.storage.k8s.io', '', driver))) return NOWHERE
  const byNode = new Map<string, Pod[]>()
  for (const volume of volumes) {
    const claim = boundClaim(volume, context)
    if (claim === undefined) continue
    for (const key of users.of(`${claim.metadata.namespace!}/${claim.metadata.name}`, cache)) {
      const pod = podWith(key, claim, context)
      if (pod !== undefined) add(byNode, pod)
    }
  }
  return new Map([...byNode].sort(([a], [b]) => byCodeUnit(a, b)))
}

function add(byNode: Map<string, Pod[]>, pod: Pod): void {
  const pods = byNode.get(pod.spec.nodeName!)
  if (pods === undefined) byNode.set(pod.spec.nodeName!, [pod])
  else pods.push(pod)
}

/** Mirrors getPVCFromCache and getPVSpecFromCache. */
function boundClaim({ metadata, spec }: PersistentVolume, { api }: LoopContext): PersistentVolumeClaim | undefined {
  const { namespace = '', name = '', uid } = spec.claimRef ?? {}
  const claim = api.find<PersistentVolumeClaim>('persistentvolumeclaims', namespace, name)
  if (claim === undefined || claim.metadata.uid !== uid) return undefined
  return claim.status.phase === 'Bound' && claim.spec.volumeName === metadata.name ? claim : undefined
}

/** A pod that has a node, is not over, and may use the claim. */
function podWith(key: string, claim: PersistentVolumeClaim, { api }: LoopContext): Pod | undefined {
  const { namespace, name } = splitKey(key)
  const pod = api.find<Pod>('pods', namespace, name)
  if (pod === undefined || !pod.spec.nodeName || isOver(pod)) return undefined
  const used = claimsOf(pod.spec).find(({ claimName }) => claimName(name) === claim.metadata.name)
  if (used === undefined) return undefined
  const { uid } = pod.metadata
  return used.isEphemeral && notMadeFor(claim, { namespace, name, uid }) !== undefined ? undefined : pod
}
