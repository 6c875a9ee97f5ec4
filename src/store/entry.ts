/** What an entry of the log says happened to its slot. */
export const created = 0
export const updated = 1
export const removed = 2
export const touched = 3

/**
 * One change as the log keeps it. `version` and `createRevision` are those after the change; of a removal, those of
 * what was removed. `stamp` is NaN but for a touch.
 */
export interface Entry {
  readonly slot: number
  readonly type: number
  readonly revision: number
  readonly previousRevision: number
  readonly createRevision: number
  readonly version: number
  readonly value: unknown
  readonly previous: unknown
  readonly stamp: number
  readonly previousStamp: number
  readonly actor: string
  readonly cause: number
  readonly at: number
}
