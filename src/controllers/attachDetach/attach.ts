/** Attaches volumes. Mirrors attachDesiredVolumes of pkg/controller/volume/attachdetach/reconciler/reconciler.go. */
import { isStatusError } from '../../api/errors.ts'
import type { Pod } from '../../api/types/core.ts'
import type { VolumeAttachment } from '../../api/types/storage.ts'
import type { LoopContext } from '../../client/controller.ts'
import { ATTACHMENT_RESOURCE } from '../volumes/keys.ts'
import { backedOff, operationMs, type Operation } from './operation.ts'
import { report } from './nodes.ts'
import { type Attachment, attachmentOn, isUnderWay, type VolumeRow, withAttachment } from './state.ts'

/** Brings the volume to the nodes that need it, as far as it can be. */
export function attachWanted(row: VolumeRow, operation: Operation): VolumeRow {
  const { wanted } = operation
  let next: VolumeRow = { ...row, told: row.told.filter((node) => wanted.has(node)) }
  for (const [node, pods] of wanted) next = attachTo(next, node, pods, operation)
  return next
}

function attachTo(row: VolumeRow, node: string, pods: readonly Pod[], operation: Operation): VolumeRow {
  const { context, isShared } = operation
  const known = attachmentOn(row, node)
  if (known?.stage === 'attached') return needed(row, known)
  if (isShared ? known !== undefined && isUnderWay(known) : row.attachments.some(isUnderWay)) return row
  if (!isShared) {
    const others = row.attachments.filter(({ stage }) => stage === 'attached').map((one) => one.node)
    if (others.length > 0) return tellOfOthers(row, node, pods, others, operation)
  }
  if (known?.backOff?.of === 'attach' && known.backOff.until > context.now) {
    operation.comeBackAt(known.backOff.until)
    return row
  }
  // A node that is gone gets nothing.
  if (context.api.peek('nodes', '', node) === undefined) return row
  return begin(row, node, known, operation)
}

function needed(row: VolumeRow, known: Attachment): VolumeRow {
  if (known.unneededSince === undefined) return row
  const { unneededSince: _, ...rest } = known
  return withAttachment(row, known.node, rest)
}

/** Mirrors Attach of pkg/volume/csi/csi_attacher.go. */
function begin(row: VolumeRow, node: string, known: Attachment | undefined, operation: Operation): VolumeRow {
  const { attachable, attachmentName, context } = operation
  const { api, now } = context
  const name = attachmentName(node)
  if (api.find(ATTACHMENT_RESOURCE, '', name) === undefined) {
    api.create<VolumeAttachment>(ATTACHMENT_RESOURCE, '', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name },
      spec: { attacher: attachable.driver, nodeName: node, source: { persistentVolumeName: row.volumes[0]! } },
    })
  }
  const begun: Attachment = {
    node,
    stage: 'attaching',
    isSeen: true,
    isInUse: known?.isInUse ?? false,
    until: now + operationMs,
    ...(known?.backOff?.of === 'attach' ? { backOff: known.backOff } : {}),
  }
  return goOnAttaching(withAttachment(row, node, begun), begun, operation)
}

/** Looks what has become of an attachment that was asked for. Mirrors verifyAttachmentStatus. */
export function goOnAttaching(row: VolumeRow, begun: Attachment, operation: Operation): VolumeRow {
  const { attachable, attachmentName, context, wanted } = operation
  const { node, until = 0, isInUse } = begun
  const found = context.api.find<VolumeAttachment>(ATTACHMENT_RESOURCE, '', attachmentName(node))
  const pods = wanted.get(node) ?? []
  if (found !== undefined && found.metadata.deletionTimestamp === undefined && found.status.attached) {
    report(context.api, node, row.name, true)
    const message = `AttachVolume.Attach succeeded for volume "${row.volumes[0]!}" `
    for (const pod of pods) context.record(pod, 'Normal', 'SuccessfulAttachVolume', message)
    return withAttachment(row, node, { node, stage: 'attached', isSeen: true, isInUse })
  }
  const fault = faultOf(found) ?? (context.now < until ? undefined : lateness(attachable.driver, attachable.handle))
  if (fault === undefined) {
    operation.comeBackAt(until)
    return row
  }
  const message = `AttachVolume.Attach failed for volume "${row.volumes[0]!}" : ${fault}`
  for (const pod of pods) context.record(pod, 'Warning', 'FailedAttachVolume', message)
  return withAttachment(row, node, backedOff(begun, 'attach', operation))
}

function faultOf(found: VolumeAttachment | undefined): string | undefined {
  if (found === undefined) return undefined
  if (found.metadata.deletionTimestamp !== undefined) return 'volume attachment is being deleted'
  return found.status.attachError && (found.status.attachError.message ?? '')
}

function lateness(driver: string, handle: string): string {
  return `timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${handle}`
}

/** Says once that the volume is on another node. Mirrors reportMultiAttachError. */
function tellOfOthers(
  row: VolumeRow,
  node: string,
  pods: readonly Pod[],
  others: readonly string[],
  { context, wanted }: Operation,
): VolumeRow {
  if (row.told.includes(node)) return row
  const users = others.flatMap((other) => wanted.get(other) ?? [])
  for (const pod of pods) {
    const message = `Multi-Attach error for volume "${row.volumes[0]!}" ${usedBy(users, pod.metadata.namespace)}`
    context.record(pod, 'Warning', 'FailedAttachVolume', message)
  }
  return { ...row, told: [...row.told, node] }
}

/** Whoever asks is told the names of pods of its own namespace only. */
function usedBy(users: readonly Pod[], namespace: string | undefined): string {
  if (users.length === 0) return "Volume is already exclusively attached to one node and can't be attached to another"
  const names = users.filter(({ metadata }) => metadata.namespace === namespace).map(({ metadata }) => metadata.name)
  const strangers = users.length - names.length
  const elsewhere = `${strangers} pod(s) in different namespaces`
  if (names.length === 0) return `Volume is already used by ${elsewhere}`
  return `Volume is already used by pod(s) ${names.join(', ')}${strangers > 0 ? ` and ${elsewhere}` : ''}`
}

/** Removes a VolumeAttachment; false where there was none. */
export function deleteAttachment(name: string, { api }: LoopContext): boolean {
  try {
    api.delete(ATTACHMENT_RESOURCE, '', name)
    return true
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
    return false
  }
}
