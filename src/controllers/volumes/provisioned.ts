/** The volume that a provisioner makes for a claim. Mirrors provisionClaimOperation of sig-storage-lib-external-provisioner. */
import { byCodeUnit } from '../../api/order.ts'
import type { Node, NodeSelector, PersistentVolumeClaim, PersistentVolumeSpec } from '../../api/types/core.ts'
import type { CSINode, StorageClass } from '../../api/types/storage.ts'
import { PROVISIONED_BY, PROVISIONER_FINALIZER, SELECTED_NODE } from '../../api/volumes/names.ts'
import type { LoopContext } from '../../client/controller.ts'
import { hash128 } from '../../kernel/hash.ts'

const CSI_NODES = 'csinodes.storage.k8s.io'
const HOSTNAME = 'kubernetes.io/hostname'
const ZONE = 'topology.kubernetes.io/zone'

/** Where a volume can be reached: labels that a node must have. */
type Topology = Readonly<Record<string, string>>

export function volumeName({ metadata }: PersistentVolumeClaim): string {
  return `pvc-${metadata.uid}`
}

/** `node` is the one that the scheduler chose; undefined where the class does not wait for it. */
export function volumeFor(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  driver: string,
  node: Node | undefined,
  context: LoopContext,
): object {
  const name = volumeName(claim)
  const { reclaimPolicy = 'Delete', mountOptions } = storageClass
  const { metadata, spec } = claim
  const topology =
    node === undefined ? anywhere(claim, storageClass, driver, context) : at(node, storageClass, driver, context)
  const secrets = 'volume.kubernetes.io/provisioner-deletion-secret-'
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name,
      annotations: { [PROVISIONED_BY]: driver, [`${secrets}name`]: '', [`${secrets}namespace`]: '' },
      ...(reclaimPolicy === 'Delete' ? { finalizers: [PROVISIONER_FINALIZER] } : {}),
    },
    spec: {
      capacity: { storage: spec.resources?.requests?.['storage'] ?? '0' },
      accessModes: spec.accessModes ?? [],
      claimRef: {
        kind: 'PersistentVolumeClaim',
        namespace: metadata.namespace!,
        name: metadata.name,
        uid: metadata.uid,
        apiVersion: 'v1',
        resourceVersion: metadata.resourceVersion,
      },
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: storageClass.metadata.name,
      ...(mountOptions === undefined ? {} : { mountOptions }),
      volumeMode: spec.volumeMode ?? 'Filesystem',
      ...sourceOf(driver, claim, storageClass),
      ...(topology === undefined ? {} : { nodeAffinity: { required: selectorOf(topology) } }),
    } satisfies PersistentVolumeSpec,
  }
}

/** A CSI volume; of a provisioner that is no CSI driver, since its name has a slash, a directory. */
function sourceOf(
  driver: string,
  claim: PersistentVolumeClaim,
  { parameters }: StorageClass,
): Partial<PersistentVolumeSpec> {
  const name = volumeName(claim)
  if (driver.includes('/')) return { hostPath: { path: `/var/lib/${driver}/${name}`, type: 'DirectoryOrCreate' } }
  const fsType = parameters?.['csi.storage.k8s.io/fstype'] ?? 'ext4'
  const volumeAttributes = { 'storage.kubernetes.io/csiProvisionerIdentity': driver }
  const { volumeAttributesClassName } = claim.spec
  return {
    csi: { driver, volumeHandle: name, fsType, volumeAttributes },
    ...(volumeAttributesClassName ? { volumeAttributesClassName } : {}),
  }
}

/** The labels of a node that say where its volumes can be reached from; undefined for everywhere. */
function at(node: Node, storageClass: StorageClass, driver: string, context: LoopContext): Topology | undefined {
  const labels = node.metadata.labels ?? {}
  const found = keysFor(node, storageClass, driver, context).flatMap((key) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined
    return value === undefined ? [] : [[key, value] as const]
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

/**
 * The labels by which a driver tells places apart: those it says on the node, or those the class is restricted by. Where
 * neither says, a zone for a disk and the machine for a directory.
 */
function keysFor(
  { metadata }: Node,
  { allowedTopologies = [] }: StorageClass,
  driver: string,
  { api }: LoopContext,
): readonly string[] {
  const known = api.find<CSINode>(CSI_NODES, '', metadata.name)
  const own = known?.spec.drivers.find(({ name }) => name === driver)?.topologyKeys
  if (own !== undefined && own.length > 0) return own
  const named = allowedTopologies.flatMap(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.map(({ key }) => key),
  )
  if (named.length > 0) return [...new Set(named)]
  return [driver.includes('/') ? HOSTNAME : ZONE]
}

/** One of the places where the volume may be, by the claim's name; undefined for everywhere. */
function anywhere(
  { metadata }: PersistentVolumeClaim,
  storageClass: StorageClass,
  driver: string,
  context: LoopContext,
): Topology | undefined {
  const allowed = allowedBy(storageClass)
  const places = allowed.length > 0 ? allowed : placesOf(driver, context)
  if (places.length === 0) return undefined
  const [drawn] = hash128(0, metadata.name)
  return places[drawn % places.length]
}

function allowedBy({ allowedTopologies = [] }: StorageClass): readonly Topology[] {
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.reduce<readonly Topology[]>(
      (all, { key, values }) => all.flatMap((place) => values.map((value) => ({ ...place, [key]: value }))),
      [{}],
    ),
  )
}

/** Every place that a driver tells apart among the nodes it runs on, in the order of its text. */
function placesOf(driver: string, { api }: LoopContext): readonly Topology[] {
  const places = new Map<string, Topology>()
  const nodes = api.list(CSI_NODES, { namespace: undefined }).items as readonly CSINode[]
  for (const { metadata, spec } of nodes) {
    const keys = spec.drivers.find(({ name }) => name === driver)?.topologyKeys ?? []
    const labels = keys.length === 0 ? undefined : api.peek<Node>('nodes', '', metadata.name)?.metadata.labels
    if (labels === undefined || !keys.every((key) => Object.hasOwn(labels, key))) continue
    const place = Object.fromEntries(keys.map((key) => [key, labels[key]!]))
    places.set(JSON.stringify(place), place)
  }
  return [...places.keys()].sort(byCodeUnit).map((text) => places.get(text)!)
}

function selectorOf(topology: Topology): NodeSelector {
  const matchExpressions = Object.keys(topology)
    .sort(byCodeUnit)
    .map((key) => ({ key, operator: 'In', values: [topology[key]!] }))
  return { nodeSelectorTerms: [{ matchExpressions }] }
}

/** The node that the scheduler has chosen for a claim; undefined for none yet. */
export function selectedNode({ metadata }: PersistentVolumeClaim): string | undefined {
  return metadata.annotations?.[SELECTED_NODE] || undefined
}
