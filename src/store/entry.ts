/** What an entry of the log says happened to its slot. */
export const created = 0
export const updated = 1
export const removed = 2
export const touched = 3

/**
 * One change as the log keeps it. `version` and `createRevision` are those after the change; of a removal, those of
 * what was removed. `stamp` is NaN but for a touch. The previous revision of a key that was made again is that of its
 * deletion, as long as that is remembered, so that the changes of a key lead back one to another.
 */
export type Entry = Readonly<MutableEntry>

/** The same as a form to be filled in again and again by one owner, who hands it on only to be read at once. */
export interface MutableEntry {
  slot: number
  type: number
  revision: number
  previousRevision: number
  createRevision: number
  version: number
  value: unknown
  previous: unknown
  stamp: number
  previousStamp: number
  actor: string
  cause: number
  /** Which of the layout's kinds of update it is; undefined when nobody said. */
  only: string | undefined
  at: number
}

export function blankEntry(): MutableEntry {
  return {
    slot: 0,
    type: created,
    revision: 0,
    previousRevision: 0,
    createRevision: 0,
    version: 0,
    value: undefined,
    previous: undefined,
    stamp: Number.NaN,
    previousStamp: Number.NaN,
    actor: '',
    cause: 0,
    only: undefined,
    at: 0.5,
  }
}
