/** What of nodes concerns volumes. */
import type { KubeObject } from '../../api/meta.ts'
import { byCodeUnit } from '../../api/order.ts'
import type { Node } from '../../api/types/core.ts'
import { attachableNamed } from '../../api/volumes/attachable.ts'
import type { NamedPredicate } from '../../client/controller.ts'
import type { Link } from '../../client/link.ts'
import type { ObjectChange } from '../../client/watches.ts'
import { sameValue } from '../../registries/validation/equal.ts'

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'
const none: readonly string[] = Object.freeze([])

export function isReady({ status }: Node): boolean {
  return status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
}

export function isOutOfService({ spec }: Node): boolean {
  return spec.taints?.some(({ key }) => key === OUT_OF_SERVICE) === true
}

/** Whether a node says that it uses a volume. */
export function isInUse({ status }: Node, name: string): boolean {
  return status.volumesInUse?.includes(name) === true
}

/** Whether it is said of a node that it has a volume. */
export function hasAttached({ status }: Node, name: string): boolean {
  return status.volumesAttached?.some((volume) => volume.name === name) === true
}

/** Updates by which a volume may have to be detached, or no longer. */
export const nodesWithVolumes: NamedPredicate = Object.freeze({
  name: 'attachedNodes',
  holds: (before: KubeObject, after: KubeObject) =>
    hasTurned(before as Node, after as Node) || hasReleased(before as Node, after as Node),
})

function hasTurned(before: Node, after: Node): boolean {
  if (before.status.volumesAttached === undefined && before.status.volumesInUse === undefined) return false
  return isReady(before) !== isReady(after) || isOutOfService(before) !== isOutOfService(after)
}

function hasReleased({ status: before }: Node, { status: after }: Node): boolean {
  return before.volumesInUse !== after.volumesInUse && !sameValue(before.volumesInUse, after.volumesInUse)
}

/** The keys of what a change of a node is about: its volumes, or those of one that comes or goes all that are known there. */
export function keysOfNode({ type, object, previous }: ObjectChange): readonly string[] {
  const { metadata, status } = object as Node
  if (type !== 'MODIFIED') return [`node/${metadata.name}`]
  const before = (previous as Node).status
  const named = [...(status.volumesAttached ?? []), ...(before.volumesAttached ?? [])].map(({ name }) => name)
  const all = new Set([...named, ...(status.volumesInUse ?? none), ...(before.volumesInUse ?? none)])
  return [...all].filter((name) => attachableNamed(name) !== undefined).map((name) => `volume/${name}`)
}

/** Says on a Node that a volume is attached, or no longer is. Mirrors statusupdater/node_status_updater.go. */
export function report(api: Link, nodeName: string, name: string, isAttached: boolean): void {
  const node = api.find<Node>('nodes', '', nodeName)
  if (node === undefined) return
  if (hasAttached(node, name) === isAttached) return
  const { volumesAttached = [], ...status } = node.status
  const others = volumesAttached.filter((volume) => volume.name !== name)
  const next = isAttached ? [...others, { name, devicePath: '' }] : others
  next.sort((a, b) => byCodeUnit(a.name, b.name))
  const said = next.length === 0 ? status : { ...status, volumesAttached: next }
  api.patchStatus('nodes', '', nodeName, node.metadata.uid, said)
}
