/** What is done for a pod's volumes before it is bound. Mirrors BindPodVolumes of plugins/volumebinding/binder.go. */
import { isStatusError } from '../../api/errors.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types/core.ts'
import { isForClaim, type Place, reaches } from '../../api/volumes/matching.ts'
import { BOUND_BY_CONTROLLER, SELECTED_NODE } from '../../api/volumes/names.ts'
import type { Link } from '../../client/link.ts'
import type { Cycle } from '../cycle.ts'
import type { Permission } from '../plugin.ts'
import { PluginError } from '../userPlugin.ts'
import { type Binding, type Plan, planOf, pluginName, replan } from './assumed.ts'
import { isBound } from './objects.ts'

/** Tells the API what was chosen, and waits until it is so, as long as that at most. Throws what ends in another decision. */
export function prepareVolumes(cycle: Cycle, waitMs: number): Permission {
  const { snapshot, pod } = cycle
  const { uid } = pod.metadata
  const plan = planOf(snapshot, uid)
  if (plan === undefined) return undefined
  const link = snapshot.link
  if (link === undefined) return undefined
  if (plan.told === 0) {
    tell(plan, link)
    replan(snapshot, uid, { ...plan, told: link.revision })
    return { waitMs }
  }
  return isDone(cycle, plan, link) ? undefined : { waitMs }
}

function tell({ bindings, provisions, node }: Plan, link: Link): void {
  try {
    for (const { volume, claim } of bindings) reserveVolume(volume, claim, link)
    for (const claim of provisions) selectNode(claim, node, link)
  } catch (error) {
    if (!isStatusError(error)) throw error
    throw failure(error.message)
  }
}

/** Mirrors GetBindVolumeToClaim. */
function reserveVolume(name: string, key: string, link: Link): void {
  const volume = link.get<PersistentVolume>('persistentvolumes', '', name)
  const claim = claimAt(key, link)
  const { namespace, uid, resourceVersion } = claim.metadata
  if (isForClaim(volume, claim) && volume.spec.claimRef?.uid === uid) return
  if (volume.spec.claimRef !== undefined && !isForClaim(volume, claim))
    throw failure(`volume "${name}" already bound to a different claim.`)
  const claimRef = {
    kind: 'PersistentVolumeClaim',
    namespace: namespace!,
    name: claim.metadata.name,
    uid,
    apiVersion: 'v1',
    resourceVersion,
  }
  const annotations = isForClaim(volume, claim)
    ? volume.metadata.annotations
    : { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' }
  const metadata = { ...volume.metadata, ...(annotations === undefined ? {} : { annotations }) }
  link.update('persistentvolumes', { ...volume, metadata, spec: { ...volume.spec, claimRef } })
}

function selectNode(key: string, node: string, link: Link): void {
  const claim = claimAt(key, link)
  const { metadata } = claim
  if (metadata.annotations?.[SELECTED_NODE] === node || isBound(claim)) return
  const annotations = { ...metadata.annotations, [SELECTED_NODE]: node }
  link.update('persistentvolumeclaims', { ...claim, metadata: { ...metadata, annotations } })
}

function claimAt(key: string, link: Link): PersistentVolumeClaim {
  const [namespace, name] = key.split('/') as [string, string]
  return link.get<PersistentVolumeClaim>('persistentvolumeclaims', namespace, name)
}

/** Mirrors checkBindings. An API server that does not answer is asked again. */
function isDone({ snapshot }: Cycle, plan: Plan, link: Link): boolean {
  const { node, bindings, provisions } = plan
  const row = snapshot.nodes.row(node)
  const place = row === undefined ? undefined : snapshot.nodes.rows[row]
  if (place?.node === undefined) throw failure(`failed to get node "${node}": node "${node}" not found`)
  try {
    return (
      bindings.every((binding) => isMade(binding, place, link)) &&
      provisions.every((claim) => isProvided(mustFind(claim, link), place, link))
    )
  } catch (error) {
    if (isStatusError(error)) return false
    throw error
  }
}

function isMade({ volume, claim }: Binding, place: Place, link: Link): boolean {
  const found = link.find<PersistentVolume>('persistentvolumes', '', volume)
  if (found === undefined) throw failure(`failed to check binding: could not find v1.PersistentVolume "${volume}"`)
  if (!reaches(found, place)) throw outOfReach(volume, place)
  if (found.spec.claimRef?.uid === undefined) throw failure(`ClaimRef got reset for pv "${volume}"`)
  return isBound(mustFind(claim, link))
}

function isProvided(claim: PersistentVolumeClaim, place: Place, link: Link): boolean {
  const { annotations, name } = claim.metadata
  if (annotations === undefined) throw failure(`selectedNode annotation reset for PVC "${name}"`)
  if (annotations[SELECTED_NODE] !== place.name) throw failure(`provisioning failed for PVC "${name}"`)
  const { volumeName } = claim.spec
  if (volumeName) {
    const volume = link.find<PersistentVolume>('persistentvolumes', '', volumeName)
    if (volume === undefined) return false
    if (!reaches(volume, place)) throw outOfReach(volumeName, place)
  }
  return isBound(claim)
}

function mustFind(key: string, link: Link): PersistentVolumeClaim {
  const [namespace, name] = key.split('/') as [string, string]
  const claim = link.find<PersistentVolumeClaim>('persistentvolumeclaims', namespace, name)
  if (claim === undefined) throw failure(`failed to check binding: could not find v1.PersistentVolumeClaim "${key}"`)
  return claim
}

function outOfReach(volume: string, { name }: Place): PluginError {
  return failure(`pv "${volume}" node affinity doesn't match node "${name}": no matching NodeSelectorTerms`)
}

function failure(why: string): PluginError {
  return new PluginError(pluginName, 'PreBind', new Error(`binding volumes: ${why}`))
}
