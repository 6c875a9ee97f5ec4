/** Detaches volumes. Mirrors reconcile of pkg/controller/volume/attachdetach/reconciler/reconciler.go. */
import type { Node } from '../../api/types/core.ts'
import type { VolumeAttachment } from '../../api/types/storage.ts'
import type { Link } from '../../client/link.ts'
import { ATTACHMENT_RESOURCE } from '../volumes/keys.ts'
import { deleteAttachment } from './attach.ts'
import { hasAttached, isInUse, isOutOfService, isReady, report } from './nodes.ts'
import { backedOff, type Operation, operationMs } from './operation.ts'
import { type Attachment, isUnderWay, type VolumeRow, withAttachment } from './state.ts'

/** pkg/controller/volume/attachdetach: ReconcilerMaxWaitForUnmountDuration, until a node that does not answer is not waited for. */
const patienceMs = 360_000

/** What nodes say of the volume; what one that is gone said last stands, and one that is there again is told anew. */
export function withUse(row: VolumeRow, api: Link): VolumeRow {
  let next = row
  for (const attachment of row.attachments) {
    const node = api.peek<Node>('nodes', '', attachment.node)
    if (node === undefined) continue
    if (attachment.stage === 'attached' && !hasAttached(node, row.name)) report(api, attachment.node, row.name, true)
    if (isInUse(node, row.name) === attachment.isInUse) continue
    next = withAttachment(next, attachment.node, { ...attachment, isInUse: !attachment.isInUse })
  }
  return next
}

/** Takes the volume off the nodes that do not need it, as soon as they have let go of it, or cannot be waited for. */
export function detachUnwanted(row: VolumeRow, operation: Operation): VolumeRow {
  let next = row
  for (const attachment of row.attachments) {
    if (operation.wanted.has(attachment.node) || isUnderWay(attachment)) continue
    if (!operation.isShared && next.attachments.some(isUnderWay)) continue
    next = detachFrom(next, attachment, operation)
  }
  return next
}

function detachFrom(row: VolumeRow, attachment: Attachment, operation: Operation): VolumeRow {
  const { context, comeBackAt } = operation
  const { api, now } = context
  const { node: name, backOff, isInUse: isUsed, unneededSince = now } = attachment
  if (backOff?.of === 'detach' && backOff.until > now) {
    comeBackAt(backOff.until)
    return row
  }
  const node = api.peek<Node>('nodes', '', name)
  const isLate = now >= unneededSince + patienceMs
  const isForced = isLate && (node === undefined || !isReady(node))
  const next: Attachment = { ...attachment, unneededSince }
  if (isUsed && !isForced && (node === undefined || !isOutOfService(node))) {
    if (!isLate) comeBackAt(unneededSince + patienceMs)
    return withAttachment(row, name, next)
  }
  return begin(row, next, operation)
}

/** First the node is told that it has the volume no longer. */
function begin(row: VolumeRow, attachment: Attachment, operation: Operation): VolumeRow {
  const { attachmentName, context } = operation
  const { node } = attachment
  report(context.api, node, row.name, false)
  if (!deleteAttachment(attachmentName(node), context)) return withAttachment(row, node, undefined)
  const begun: Attachment = { ...attachment, stage: 'detaching', until: context.now + operationMs }
  return goOnDetaching(withAttachment(row, node, begun), begun, operation)
}

/** Looks what has become of an attachment that is to go. Mirrors verifyDetachmentStatus: nobody is told what goes wrong. */
export function goOnDetaching(row: VolumeRow, begun: Attachment, operation: Operation): VolumeRow {
  const { attachmentName, context, comeBackAt } = operation
  const { node, until = 0 } = begun
  const found = context.api.find<VolumeAttachment>(ATTACHMENT_RESOURCE, '', attachmentName(node))
  if (found === undefined) return withAttachment(row, node, undefined)
  if (found.status.detachError !== undefined || context.now >= until)
    return withAttachment(row, node, backedOff(begun, 'detach', operation))
  comeBackAt(until)
  return row
}
