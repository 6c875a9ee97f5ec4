import { controllerReference } from '../api/controllerRef.ts'
import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { PersistentVolumeClaim, Pod, Volume } from '../api/types/core.ts'
import { claimsOf, ephemeralClaim, hasEphemeral, notMadeFor } from '../api/volumes/claims.ts'
import { type Cache, type ControlLoop, keyOf, type LoopContext, type NamedPredicate } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { CLAIMS } from './volumes/keys.ts'

const PODS = 'v1/Pod'
const none: readonly string[] = Object.freeze([])
const isEphemeral = ({ spec }: Pod): boolean => hasEphemeral(spec.volumes)

/** A pod's volumes are as they were made: no update matters. Most pods have none of these. */
const podsWithEphemeral: NamedPredicate = Object.freeze({
  name: 'ephemeralVolumes',
  of: (pod: KubeObject) => isEphemeral(pod as Pod),
})

const claimsGone: NamedPredicate = Object.freeze({ name: 'ephemeralClaims' })

/**
 * Makes the claims of pods' ephemeral volumes; the garbage collector deletes them with their pods. Mirrors
 * pkg/controller/volume/ephemeral/controller.go.
 */
export const ephemeralVolumeController: ControlLoop = {
  name: 'ephemeral-volume-controller',
  component: 'ephemeral_volume',
  watches: [
    {
      kind: PODS,
      predicate: podsWithEphemeral,
      keys: ({ type, object }) => (type !== 'DELETED' && isEphemeral(object as Pod) ? [keyOf(object)] : none),
      index: (pod) => (isEphemeral(pod as Pod) ? pod.metadata.namespace : undefined),
    },
    { kind: CLAIMS, predicate: claimsGone, keys: podsOfLost },
  ],
  reconcile(key, context) {
    const pod = context.cache.get<Pod>(PODS, key)
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return
    for (const volume of pod.spec.volumes ?? []) {
      const fault = volume.ephemeral && provide(pod, volume, context)
      if (fault === undefined) continue
      const message = `ephemeral volume ${volume.name}: ${fault}`
      context.record(pod, 'Warning', 'FailedBinding', message)
      throw new Error(`pod ${key}, ${message}`)
    }
  },
}

/** The pods whose claim is gone: it is made again, or at last. */
function podsOfLost({ type, object: { metadata } }: ObjectChange, cache: Cache): readonly string[] {
  if (type !== 'DELETED') return none
  return cache
    .byIndex<Pod>(PODS, metadata.namespace!)
    .filter((pod) => claimsOf(pod.spec).some(({ claimName }) => claimName(pod.metadata.name) === metadata.name))
    .map(keyOf)
}

/** Sees to it that there is the claim of a volume; says why that cannot be. */
function provide(pod: Pod, { name: volume, ephemeral }: Volume, { cache, api }: LoopContext): string | undefined {
  const { namespace, name, uid } = pod.metadata
  const claimName = ephemeralClaim(name, volume)
  const claim = cache.get<PersistentVolumeClaim>(CLAIMS, `${namespace!}/${claimName}`)
  if (claim !== undefined) return notMadeFor(claim, { namespace: namespace!, name, uid })
  const { metadata, spec } = ephemeral!.volumeClaimTemplate!
  try {
    api.create('persistentvolumeclaims', namespace!, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: claimName,
        ownerReferences: [controllerReference(pod)],
        ...(metadata?.labels && { labels: metadata.labels }),
        ...(metadata?.annotations && { annotations: metadata.annotations }),
      },
      spec,
    })
    return undefined
  } catch (error) {
    if (!isStatusError(error)) throw error
    return `create PVC ${claimName}: ${error.message}`
  }
}
