import type { KubeObject } from '../api/meta.ts'
import { byCodeUnit } from '../api/order.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../api/types/core.ts'
import type { StorageClass } from '../api/types/storage.ts'
import { claimKeyOf, offerOf } from '../api/volumes/matching.ts'
import { BIND_COMPLETED, classOf } from '../api/volumes/names.ts'
import type { ControlLoop, LoopContext, Requeue } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { claimKey, CLAIMS, CLASSES, splitSort, volumeKey, VOLUMES } from './volumes/keys.ts'
import { syncClaim } from './volumes/syncClaim.ts'
import { syncVolume } from './volumes/syncVolume.ts'
import { createWaitingPods } from './volumes/waitingPods.ts'
import { hasAnnotation } from './volumes/writes.ts'

const none: readonly string[] = Object.freeze([])
/** kube-controller-manager's --pvclaimbinder-sync-period: how often what waits is looked at again. */
const again: Requeue = Object.freeze({ requeueAfter: '15s' })

/**
 * Binds claims to volumes, asks for volumes to be made, and says what has become of either. Mirrors
 * pkg/controller/volume/persistentvolume/pv_controller.go, but that what waits for a volume or a class is looked at as
 * soon as there is one, not only with the next period.
 */
export function createPersistentVolumeBinder(): ControlLoop {
  const podsWaiting = createWaitingPods()
  return {
    name: 'persistentvolume-binder-controller',
    component: 'persistentvolume-controller',
    watches: [
      { kind: CLAIMS, keys: ofClaim, index: (claim) => waitingFor(claim as PersistentVolumeClaim) },
      { kind: VOLUMES, keys: ofVolume, index: (volume) => offerOf(volume as PersistentVolume) },
      { kind: CLASSES, keys: ofClass },
    ],
    reconcile(key, context) {
      const { sort, name } = splitSort(key)
      if (sort === 'volume') return syncVolume(name, context)
      if (sort === 'claim') return syncClaim(name, candidates, context, podsWaiting) ? again : undefined
      for (const claim of waiting(name, context)) syncClaim(claim, candidates, context)
      return undefined
    },
    forget: () => podsWaiting.forget(),
  }
}

/** The claims that wait for a volume of a class, and, since a class may be the default, those of none. */
function waiting(className: string, { cache }: LoopContext): readonly string[] {
  const ofClass = className === '' ? [] : cache.byIndex(CLAIMS, `class/${className}`)
  const found = [...ofClass, ...cache.byIndex(CLAIMS, 'class/')]
  return found.map(({ metadata }) => `${metadata.namespace!}/${metadata.name}`).sort(byCodeUnit)
}

/** The volumes that a claim may get, by name: those reserved for it and the free ones of its class. */
function candidates(claim: PersistentVolumeClaim, { cache, api }: LoopContext): readonly PersistentVolume[] {
  const { namespace, name } = claim.metadata
  const reserved = cache.byIndex(VOLUMES, `for/${namespace!}/${name}`)
  const free = cache.byIndex(VOLUMES, `free/${classOf(claim)}`)
  return [...reserved, ...free]
    .flatMap(({ metadata }) => api.find<PersistentVolume>('persistentvolumes', '', metadata.name) ?? [])
    .sort((a, b) => byCodeUnit(a.metadata.name, b.metadata.name))
}

function waitingFor(claim: PersistentVolumeClaim): string | undefined {
  return hasAnnotation(claim, BIND_COMPLETED) ? undefined : `class/${classOf(claim)}`
}

/** A claim concerns its volume too: it may be gone, or point there now. */
function ofClaim({ object }: ObjectChange): readonly string[] {
  const claim = object as PersistentVolumeClaim
  const { volumeName } = claim.spec
  return volumeName ? [claimKey(claim), `volume/${volumeName}`] : [claimKey(claim)]
}

/** A volume concerns the claim it is for, or, once it can be had, all that wait for one of its class. */
function ofVolume({ type, object, previous }: ObjectChange): readonly string[] {
  const volume = object as PersistentVolume
  const key = volumeKey(volume)
  const claim = claimKeyOf(volume)
  if (claim !== undefined) return [key, `claim/${claim}`]
  const wasFree = previous !== undefined && isAvailable(previous)
  return type !== 'DELETED' && isAvailable(volume) && !wasFree ? [key, `class/${classOf(volume)}`] : [key]
}

function isAvailable(object: KubeObject): boolean {
  const { spec, status } = object as PersistentVolume
  return status.phase === 'Available' && spec.claimRef === undefined
}

function ofClass({ type, object }: ObjectChange): readonly string[] {
  return type === 'DELETED' ? none : [`class/${(object as StorageClass).metadata.name}`]
}
