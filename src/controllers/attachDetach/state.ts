/** What is known of where volumes are. Mirrors pkg/controller/volume/attachdetach/cache/actual_state_of_world.go. */
import type { CowMap } from '../../kernel/cow.ts'

/** Where a volume stands with one node. */
export interface Attachment {
  readonly node: string
  /** `uncertain`: it may be attached or not, since something went wrong on the way. */
  readonly stage: 'attaching' | 'attached' | 'detaching' | 'uncertain'
  /** Whether its VolumeAttachment was seen. */
  readonly isSeen: boolean
  /** Whether the node says that it uses the volume, or said so when it was last there. */
  readonly isInUse: boolean
  /** Since when no pod there needs it, in milliseconds. */
  readonly unneededSince?: number
  /** When what is under way is given up, in milliseconds. */
  readonly until?: number
  /** What failed: how long it is put off, and until when, in milliseconds. */
  readonly backOff?: { readonly of: 'attach' | 'detach'; readonly ms: number; readonly until: number }
}

/** A volume that is attached somewhere, or about to be. */
export interface VolumeRow {
  /** How nodes call it. */
  readonly name: string
  /** The PersistentVolumes that stand for it: mostly one. None are known of what a node has said that it has. */
  readonly volumes: readonly string[]
  readonly attachments: readonly Attachment[]
  /** Nodes whose pods have been told that it is attached to another. */
  readonly told: readonly string[]
}

export type Memory = CowMap<unknown>

const NONE: readonly never[] = Object.freeze([])
const rowKey = (name: string): string => `row/${name}`

export function rowOf(memory: Memory, name: string): VolumeRow | undefined {
  return memory.get(rowKey(name)) as VolumeRow | undefined
}

export function newRow(name: string): VolumeRow {
  return { name, volumes: NONE, attachments: NONE, told: NONE }
}

/** Keeps a row for as long as there is something to know. */
export function keepRow(memory: Memory, row: VolumeRow): void {
  if (row.attachments.length === 0 && row.told.length === 0) memory.delete(rowKey(row.name))
  else memory.set(rowKey(row.name), row)
}

/** Every volume that has a row with a node. */
export function rowsOn(memory: Memory, node: string): readonly string[] {
  return memory
    .sortedKeys()
    .flatMap((key): readonly VolumeRow[] => (key.startsWith('row/') ? [memory.get(key) as VolumeRow] : NONE))
    .filter(({ attachments }) => attachments.some((attachment) => attachment.node === node))
    .map(({ name }) => name)
}

export function attachmentOn({ attachments }: VolumeRow, node: string): Attachment | undefined {
  return attachments.find((attachment) => attachment.node === node)
}

/** The row with another state of a node, or none. */
export function withAttachment(row: VolumeRow, node: string, next: Attachment | undefined): VolumeRow {
  const others = row.attachments.filter((attachment) => attachment.node !== node)
  return { ...row, attachments: next === undefined ? others : [...others, next] }
}

/** Whether an operation is under way. */
export function isUnderWay({ stage }: Attachment): boolean {
  return stage === 'attaching' || stage === 'detaching'
}
