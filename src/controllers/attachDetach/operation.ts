/** One look at one volume. */
import type { Attachable } from '../../api/volumes/attachable.ts'
import type { LoopContext } from '../../client/controller.ts'
import type { Attachment } from './state.ts'
import type { Wanted } from './wanted.ts'

export interface Operation {
  readonly attachable: Attachable
  /** Whether several nodes may have it at the same time. */
  readonly isShared: boolean
  readonly wanted: Wanted
  readonly context: LoopContext
  /** The VolumeAttachment of the volume and a node. */
  readonly attachmentName: (node: string) => string
  /** Has the volume looked at again at a moment, in milliseconds. */
  readonly comeBackAt: (at: number) => void
}

/** pkg/volume/csi/csi_plugin.go: csiTimeout, how long a driver is waited for. */
export const operationMs = 120_000

// pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go
const firstBackOffMs = 500
const lastBackOffMs = 122_000

/** What has failed is tried again after a while, which doubles; until then nobody knows how it stands. */
export function backedOff(
  { node, isSeen, isInUse, unneededSince, backOff }: Attachment,
  of: 'attach' | 'detach',
  { context, comeBackAt }: Operation,
): Attachment {
  const ms = backOff?.of === of ? Math.min(backOff.ms * 2, lastBackOffMs) : firstBackOffMs
  const until = context.now + ms
  comeBackAt(until)
  const since = unneededSince === undefined ? {} : { unneededSince }
  return { node, stage: 'uncertain', isSeen, isInUse, ...since, backOff: { of, ms, until } }
}
