import type { PersistentVolume, PersistentVolumeClaim } from '../api/types/core.ts'
import { driverOf, migratedPlugin } from '../api/volumes/drivers.ts'
import { isVolumeOf, wantsMore } from '../api/volumes/growth.ts'
import { PRE_RESIZE_CAPACITY, STORAGE_RESIZER } from '../api/volumes/names.ts'
import { type ControlLoop, type LoopContext, splitKey } from '../client/controller.ts'
import { raisedClaims } from './volumes/growing.ts'
import { annotated, hasAnnotation } from './volumes/writes.ts'

/**
 * Says of a claim that asks for more room who will see to it: its driver's resizer, since nobody else can. Mirrors
 * pkg/controller/volume/expand, which looks once more when a claim has grown and its volume does not show it yet.
 */
export const persistentVolumeExpander: ControlLoop = {
  name: 'persistentvolume-expander-controller',
  component: 'volume_expand',
  watches: [raisedClaims],
  reconcile(key, context) {
    const { api, record } = context
    const { namespace, name } = splitKey(key)
    const claim = api.find<PersistentVolumeClaim>('persistentvolumeclaims', namespace, name)
    if (claim?.status.phase !== 'Bound') return
    const volume = api.find<PersistentVolume>('persistentvolumes', '', claim.spec.volumeName ?? '')
    if (volume === undefined || !isVolumeOf(volume, claim)) return
    if (!wantsMore(claim) && !hasAnnotation(volume, PRE_RESIZE_CAPACITY)) return
    const plugin = migratedPlugin(volume.spec)
    if (plugin !== undefined) return handOver(claim, plugin, context)
    record(claim, 'Normal', 'ExternalExpanding', 'waiting for an external controller to expand this PVC')
  },
}

/** A volume that kubelets once served themselves: its claim says which driver has taken it over. */
function handOver(claim: PersistentVolumeClaim, plugin: string, { api, record }: LoopContext): void {
  const message = `CSI migration enabled for ${plugin}; waiting for external resizer to expand the pvc`
  record(claim, 'Normal', 'ExternalExpanding', message)
  const driver = driverOf(plugin)
  if (claim.metadata.annotations?.[STORAGE_RESIZER] === driver) return
  const metadata = annotated(claim.metadata, { [STORAGE_RESIZER]: driver })
  api.updateStatus('persistentvolumeclaims', { ...claim, metadata })
}
