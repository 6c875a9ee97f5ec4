import type { PersistentVolume } from '../api/types/core.ts'
import { VOLUME_PROTECTION } from '../api/volumes/names.ts'
import type { ControlLoop } from '../client/controller.ts'
import { VOLUMES } from './volumes/keys.ts'
import { concernedBy, isUnprotected, isWaiting } from './volumes/protected.ts'
import { addFinalizer, dropFinalizer } from './volumes/writes.ts'

/** Lets a volume that is deleted go once it is not bound. Mirrors pkg/controller/volume/pvprotection. */
export const persistentVolumeProtection: ControlLoop = {
  name: 'persistentvolume-protection-controller',
  watches: [{ kind: VOLUMES, keys: concernedBy(VOLUME_PROTECTION) }],
  reconcile(name, context) {
    const volume = context.api.find<PersistentVolume>('persistentvolumes', '', name)
    if (volume === undefined) return
    const isFree = isWaiting(volume, VOLUME_PROTECTION) && volume.status.phase !== 'Bound'
    if (isFree) dropFinalizer('persistentvolumes', volume, VOLUME_PROTECTION, context)
    else if (isUnprotected(volume, VOLUME_PROTECTION))
      addFinalizer('persistentvolumes', volume, VOLUME_PROTECTION, context)
  },
}
