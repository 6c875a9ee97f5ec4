/** What a controller that was just started finds. Mirrors populateActualStateOfWorld of attach_detach_controller.go. */
import type { Node, PersistentVolume } from '../../api/types/core.ts'
import type { VolumeAttachment } from '../../api/types/storage.ts'
import { attachableNamed, attachableOf, uniqueName } from '../../api/volumes/attachable.ts'
import type { LoopContext } from '../../client/controller.ts'
import { ATTACHMENT_RESOURCE } from '../volumes/keys.ts'
import { isInUse } from './nodes.ts'
import { type Attachment, attachmentOn, keepRow, newRow, rowOf, withAttachment } from './state.ts'

const begun = 'begun'

/** Takes note of what nodes say that they have, then of what somebody has asked for; once in a controller's life. */
export function takeStock(context: LoopContext): void {
  const { api, memory } = context
  if (memory.has(begun)) return
  memory.set(begun, true)
  api.visit<Node>('nodes', ({ metadata, status: { volumesAttached = [] } }) => {
    const { name: node } = metadata
    for (const { name } of volumesAttached)
      if (attachableNamed(name) !== undefined)
        note(name, [], { node, stage: 'attached', isSeen: false, isInUse: true }, context)
  })
  for (const attachment of api.list(ATTACHMENT_RESOURCE, { namespace: undefined }).items as readonly VolumeAttachment[])
    noteAsked(attachment, context)
}

function noteAsked({ spec }: VolumeAttachment, context: LoopContext): void {
  const { persistentVolumeName: volume = '' } = spec.source
  const found = context.api.find<PersistentVolume>('persistentvolumes', '', volume)
  const attachable = found && attachableOf(found)
  if (attachable === undefined) return
  const name = uniqueName(attachable)
  const row = rowOf(context.memory, name)
  const known = row && attachmentOn(row, spec.nodeName)
  const node = context.api.find<Node>('nodes', '', spec.nodeName)
  const isUsed = node === undefined || isInUse(node, name)
  const uncertain: Attachment = { node: spec.nodeName, stage: 'uncertain', isSeen: true, isInUse: isUsed }
  const volumes = row?.volumes.includes(volume) === true ? [] : [volume]
  note(name, volumes, known === undefined ? uncertain : { ...known, isSeen: true }, context)
}

function note(name: string, volumes: readonly string[], attachment: Attachment, { memory }: LoopContext): void {
  const row = rowOf(memory, name) ?? newRow(name)
  keepRow(memory, withAttachment({ ...row, volumes: [...row.volumes, ...volumes] }, attachment.node, attachment))
}
