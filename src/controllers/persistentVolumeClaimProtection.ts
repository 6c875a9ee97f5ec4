import type { PersistentVolumeClaim, Pod } from '../api/types/core.ts'
import { claimKeysOf, claimsOf } from '../api/volumes/claims.ts'
import { CLAIM_PROTECTION } from '../api/volumes/names.ts'
import { type ControlLoop, type LoopContext, type NamedPredicate, splitKey } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { CLAIMS } from './volumes/keys.ts'
import { concernedBy, isUnprotected, isWaiting } from './volumes/protected.ts'
import { addFinalizer, dropFinalizer } from './volumes/writes.ts'

const none: readonly string[] = Object.freeze([])
const deleting = 'deleting'

/** A pod uses its claims from its being bound until it is gone: no update in between matters. */
const never: NamedPredicate = Object.freeze({ name: 'claimProtectionPods' })

/** Lets a claim that is deleted go once no pod uses it. Mirrors pkg/controller/volume/pvcprotection. */
export const persistentVolumeClaimProtection: ControlLoop = {
  name: 'persistentvolumeclaim-protection-controller',
  watches: [
    {
      kind: CLAIMS,
      keys: concernedBy(CLAIM_PROTECTION),
      index: (claim) => (isWaiting(claim, CLAIM_PROTECTION) ? deleting : undefined),
    },
    {
      kind: 'v1/Pod',
      keys: claimsLeft,
      predicate: never,
      while: (cache) => cache.byIndex(CLAIMS, deleting).length > 0,
    },
  ],
  reconcile(key, context) {
    const { namespace, name } = splitKey(key)
    const claim = context.api.find<PersistentVolumeClaim>('persistentvolumeclaims', namespace, name)
    if (claim === undefined) return
    if (isUnprotected(claim, CLAIM_PROTECTION)) addFinalizer('persistentvolumeclaims', claim, CLAIM_PROTECTION, context)
    else if (isWaiting(claim, CLAIM_PROTECTION) && !isUsed(namespace, name, context))
      dropFinalizer('persistentvolumeclaims', claim, CLAIM_PROTECTION, context)
  },
}

/** The claims of a pod that is gone. */
function claimsLeft({ type, object }: ObjectChange): readonly string[] {
  return type === 'DELETED' ? claimKeysOf(object as Pod) : none
}

/** Whether a pod that has a node uses a claim; kubelets start none that does not have one yet. */
function isUsed(namespace: string, claim: string, { api }: LoopContext): boolean {
  let isFound = false
  api.visit<Pod>('pods', ({ metadata, spec }) => {
    if (isFound || !spec.nodeName || metadata.namespace !== namespace) return
    isFound = claimsOf(spec).some(({ claimName }) => claimName(metadata.name) === claim)
  })
  return isFound
}
