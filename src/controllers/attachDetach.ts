import type { KubeObject } from '../api/meta.ts'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../api/types/core.ts'
import type { VolumeAttachment } from '../api/types/storage.ts'
import { type Attachable, attachableNamed, attachableOf, isShared, uniqueName } from '../api/volumes/attachable.ts'
import { utf8 } from '../api/utf8.ts'
import { claimKeysOf, hasClaims } from '../api/volumes/claims.ts'
import {
  type Cache,
  type ControlLoop,
  type LoopContext,
  type NamedPredicate,
  type Requeue,
  splitKey,
} from '../client/controller.ts'
import type { Link } from '../client/link.ts'
import type { ObjectChange } from '../client/watches.ts'
import { createSha256 } from '../kernel/sha256.ts'
import { differs } from '../registries/equal.ts'
import { attachWanted, goOnAttaching } from './attachDetach/attach.ts'
import { takeStock } from './attachDetach/begin.ts'
import { detachUnwanted, goOnDetaching, withUse } from './attachDetach/detach.ts'
import { keysOfNode, nodesWithVolumes, report } from './attachDetach/nodes.ts'
import type { Operation } from './attachDetach/operation.ts'
import { keepRow, newRow, rowOf, rowsOn, type VolumeRow, withAttachment } from './attachDetach/state.ts'
import { ClaimUsers, PODS, podsWithClaims } from './attachDetach/users.ts'
import { wantedOn } from './attachDetach/wanted.ts'
import { ATTACHMENT_RESOURCE, ATTACHMENTS, CLAIMS, VOLUMES } from './volumes/keys.ts'

const none: readonly string[] = Object.freeze([])
const attachable = 'attachable'
const volumes = 'persistentvolumes'
const hasAny = (cache: Cache): boolean => cache.tally(VOLUMES, attachable, 0) > 0

/** What of volumes that can be attached decides where they are needed. */
const attachables: NamedPredicate = Object.freeze({
  name: 'attachableVolumes',
  of: (volume: KubeObject) => kindOfVolume(volume) !== undefined,
  holds: (before: KubeObject, after: KubeObject) =>
    kindOfVolume(after) !== undefined && differs((before as PersistentVolume).spec, (after as PersistentVolume).spec),
})

/**
 * Has volumes attached to the nodes whose pods need them, and detached from those that need them no longer. Mirrors
 * pkg/controller/volume/attachdetach, but that it looks at once where upstream looks ten times a second. While there is no
 * volume that could be attached, it watches nothing else.
 */
export function createAttachDetachController(): ControlLoop {
  const users = new ClaimUsers()
  const nameAttachment = attachmentNames()
  const ofVolume = (change: ObjectChange, cache: Cache): readonly string[] => {
    if (!hasAny(cache)) users.forget()
    return keysOfVolume(change)
  }
  const ofPod = (change: ObjectChange, cache: Cache): readonly string[] => {
    users.follow(change)
    return volumesOf(change.object as Pod, cache)
  }
  return {
    name: 'persistentvolume-attach-detach-controller',
    component: 'attachdetach-controller',
    watches: [
      { kind: VOLUMES, keys: ofVolume, index: kindOfVolume, tally: () => 1, predicate: attachables },
      { kind: CLAIMS, keys: ofClaim, while: hasAny },
      { kind: PODS, keys: ofPod, index: nodeOf, predicate: podsWithClaims, while: hasAny },
      { kind: 'v1/Node', keys: keysOfNode, predicate: nodesWithVolumes, while: hasAny },
      { kind: ATTACHMENTS, keys: ofAttachment, while: hasAny },
      { kind: 'storage.k8s.io/v1/CSIDriver', keys: ({ object }) => [`driver/${object.metadata.name}`], while: hasAny },
    ],
    reconcile(key, context) {
      takeStock(context)
      let at = Infinity
      const comeBackAt = (moment: number): void => void (at = Math.min(at, moment))
      for (const subject of subjectsOf(key, context)) sync(subject, { users, nameAttachment, context, comeBackAt })
      // Which pods there are is not told while nothing is watched.
      if (!hasAny(context.cache)) users.forget()
      return at === Infinity ? undefined : ({ requeueAfter: Math.max(0, at - context.now) } satisfies Requeue)
    },
    forget: () => users.forget(),
  }
}

/** The name of the VolumeAttachment of a volume and a node. Mirrors getAttachmentName of pkg/volume/csi/csi_attacher.go. */
function attachmentNames(): (of: Attachable, node: string) => string {
  let sha256: ReturnType<typeof createSha256> | undefined
  return ({ driver, handle }, node) => {
    // Made when it is first needed: every fork has its own.
    const bytes = (sha256 ??= createSha256())(Uint8Array.from(utf8(handle + driver + node)))
    return `csi-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
  }
}

function kindOfVolume(volume: object): string | undefined {
  return attachableOf(volume as PersistentVolume) === undefined ? undefined : attachable
}

function keysOfVolume({ object }: ObjectChange): readonly string[] {
  const found = attachableOf(object as PersistentVolume)
  return found === undefined ? none : [`pv/${object.metadata.name}`, `volume/${uniqueName(found)}`]
}

function nodeOf(pod: object): string | undefined {
  const { spec } = pod as Pod
  return hasClaims(spec) ? spec.nodeName : undefined
}

function ofClaim({ object, previous }: ObjectChange): readonly string[] {
  const names = [object, previous].flatMap(
    (claim) => (claim as PersistentVolumeClaim | undefined)?.spec.volumeName ?? [],
  )
  return [...new Set(names)].filter((name) => name !== '').map((name) => `pv/${name}`)
}

function volumesOf(pod: Pod, cache: Cache): readonly string[] {
  return claimKeysOf(pod).flatMap((key) => {
    const { volumeName } = cache.get(CLAIMS, key)?.spec ?? {}
    return volumeName ? [`pv/${volumeName}`] : none
  })
}

function ofAttachment({ object }: ObjectChange): readonly string[] {
  const { persistentVolumeName } = (object as VolumeAttachment).spec.source
  return persistentVolumeName === undefined ? none : [`pv/${persistentVolumeName}`]
}

/** A volume by the name that nodes call it, and the PersistentVolume that a key names, if it does. */
interface Subject {
  readonly name: string
  readonly volume?: string
}

/** The volumes that a key is about. */
function subjectsOf(key: string, { api, cache, memory }: LoopContext): readonly Subject[] {
  const slash = key.indexOf('/')
  const name = key.slice(slash + 1)
  switch (key.slice(0, slash)) {
    case 'volume':
      return [{ name }]
    case 'pv':
      return subjectOf(name, api)
    case 'node':
      return [
        ...rowsOn(memory, name).map((row) => ({ name: row })),
        ...cache.byIndex(PODS, name).flatMap((pod) => claimsWithVolume(pod, api)),
      ]
    default:
      return (api.list(volumes, { namespace: undefined }).items as readonly PersistentVolume[])
        .filter((volume) => attachableOf(volume)?.driver === name)
        .flatMap(({ metadata }) => subjectOf(metadata.name, api))
  }
}

function subjectOf(volume: string, api: Link): readonly Subject[] {
  const found = api.find<PersistentVolume>(volumes, '', volume)
  const attached = found && attachableOf(found)
  return attached === undefined ? [] : [{ name: uniqueName(attached), volume }]
}

function claimsWithVolume(pod: Pod, api: Link): readonly Subject[] {
  return claimKeysOf(pod).flatMap((key) => {
    const { namespace, name } = splitKey(key)
    const { volumeName } = api.find<PersistentVolumeClaim>('persistentvolumeclaims', namespace, name)?.spec ?? {}
    return volumeName ? subjectOf(volumeName, api) : []
  })
}

/** What looks at volumes have in common. */
interface Look {
  readonly users: ClaimUsers
  readonly nameAttachment: (of: Attachable, node: string) => string
  readonly context: LoopContext
  readonly comeBackAt: (at: number) => void
}

/** What is under way first, then detaches before attaches, as upstream. */
function sync({ name, volume }: Subject, { users, nameAttachment, context, comeBackAt }: Look): void {
  const { api, memory } = context
  const attached = attachableNamed(name)
  if (attached === undefined) return
  let row = rowOf(memory, name) ?? newRow(name)
  if (volume !== undefined && !row.volumes.includes(volume)) row = { ...row, volumes: [...row.volumes, volume] }
  const found = row.volumes.flatMap((each) => api.find<PersistentVolume>(volumes, '', each) ?? [])
  const operation: Operation = {
    attachable: attached,
    isShared: found.every(isShared),
    wanted: wantedOn(found, attached, users, context),
    context,
    attachmentName: (node) => nameAttachment(attached, node),
    comeBackAt,
  }
  row = withUse(withoutLost(goOn(row, operation), operation), api)
  row = detachUnwanted(row, operation)
  keepRow(memory, attachWanted(row, operation))
}

function goOn(row: VolumeRow, operation: Operation): VolumeRow {
  let next = row
  for (const attachment of row.attachments) {
    if (attachment.stage === 'attaching') next = goOnAttaching(next, attachment, operation)
    else if (attachment.stage === 'detaching') next = goOnDetaching(next, attachment, operation)
  }
  return next
}

/** What somebody else has detached is not attached. Mirrors VerifyVolumesAreAttached, which looks once a minute. */
function withoutLost(row: VolumeRow, { attachmentName, context }: Operation): VolumeRow {
  let next = row
  for (const { node, stage, isSeen } of row.attachments) {
    if (
      stage !== 'attached' ||
      !isSeen ||
      context.api.find(ATTACHMENT_RESOURCE, '', attachmentName(node)) !== undefined
    )
      continue
    report(context.api, node, row.name, false)
    next = withAttachment(next, node, undefined)
  }
  return next
}
