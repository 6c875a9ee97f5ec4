/** What components tell each other of volumes and claims. Mirrors staging/src/k8s.io/component-helpers/storage/volume. */

/** On a claim that has been bound once: whatever it says from then on counts as bound, or lost. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'
/** On whichever of volume and claim was pointed at the other by the binder, not by a user. */
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'
/** On a volume that was made for a claim: by whom. */
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by'
/** On a claim that waits for a volume: who is to make it. */
export const STORAGE_PROVISIONER = 'volume.kubernetes.io/storage-provisioner'
export const BETA_STORAGE_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner'
/** On a claim whose volume was its provisioner's before a driver took it over: who lets it grow. */
export const STORAGE_RESIZER = 'volume.kubernetes.io/storage-resizer'
/** On a volume that has grown, until the file system on it has: how much its claim had before. */
export const PRE_RESIZE_CAPACITY = 'volume.alpha.kubernetes.io/pre-resize-capacity'
/** On a claim that has grown without any node's doing. */
export const NODE_EXPANSION_NOT_REQUIRED = 'volume.kubernetes.io/node-expansion-not-required'
/** On a claim whose class waits for its first consumer: the node that the scheduler chose. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
/** The class of a claim or a volume in the words of old; it goes before the field. */
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'

/** Holds a claim that a pod uses. */
export const CLAIM_PROTECTION = 'kubernetes.io/pvc-protection'
/** Holds a volume that is bound. */
export const VOLUME_PROTECTION = 'kubernetes.io/pv-protection'
/** Holds a volume until whoever made it has taken away what is behind it. */
export const PROVISIONER_FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer'

/** The provisioner of classes whose volumes are made by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner'

/** Enough of a claim, or of a volume, to know its class. */
interface Classed {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: { readonly storageClassName?: string }
}

/** The class that is asked for or offered; '' for none. */
export function classOf({ metadata, spec }: Classed): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? ''
}

/** Whether it says of its class nothing at all, so that it may be given the default. */
export function hasNoClass({ metadata, spec }: Classed): boolean {
  return spec.storageClassName === undefined && metadata.annotations?.[BETA_CLASS] === undefined
}
