import type { Context } from './context.ts'
import type { Records, Resource } from './records.ts'

/** For a list of names, where their keys stood while `members` was what it says: see Keys. */
type Slots = WeakMap<readonly string[], { readonly members: number; readonly slots: Int32Array }>

/** Renewals of node leases, which build no objects: what is read back is as if each had been updated. */
export class Renewals {
  /** Where the keys of a list of names stand. A cache. */
  private readonly slots: Slots = new WeakMap()
  /** What the other side of the fork knew when it forked: right for as long as no key has come or gone here. */
  private readonly inherited: { readonly slots: Slots; readonly members: number } | undefined

  constructor(
    private readonly records: Records,
    parent?: Renewals,
  ) {
    this.inherited = parent && { slots: parent.slots, members: parent.records.store.keys.members }
  }

  /** false, with nothing done, if there is no such lease. */
  renew(resource: Resource, namespace: string, name: string, context: Context): boolean {
    const directory = this.records.findDirectory(resource, namespace)
    if (directory === undefined) return false
    const before = this.records.store.revision
    return this.records.store.commit([{ type: 'touch', directory, name, stamp: context.at }], context) > before
  }

  /**
   * Renews many leases at once, in the order of their names; false, with nothing done, if one of them does not exist.
   * The list of names should be the same array each time: where they stand is looked up once for it.
   */
  renewAll(resource: Resource, namespace: string, names: readonly string[], context: Context): boolean {
    const slots = this.slotsOf(resource, namespace, names)
    const { store } = this.records
    // A key that was deleted keeps its slot for a while.
    if (slots?.every((slot) => store.currentValue(slot) !== undefined) !== true) return false
    store.touchAll(slots, context.at, context)
    return true
  }

  /** When a lease was renewed last, in milliseconds; NaN where there is none, or somebody has written it otherwise since. */
  renewedAt(resource: Resource, namespace: string, name: string): number {
    const directory = this.records.findDirectory(resource, namespace)
    const slot = directory === undefined ? -1 : this.records.store.keys.find(directory, name)
    return slot === -1 ? Number.NaN : this.records.store.stamp(slot)
  }

  /** The oldest of the moments at which these leases were renewed; NaN if one of them has none. As for `renewAll`. */
  oldest(resource: Resource, namespace: string, names: readonly string[]): number {
    const slots = this.slotsOf(resource, namespace, names)
    if (slots === undefined) return Number.NaN
    const { store } = this.records
    let oldest = Infinity
    for (let index = 0; index < slots.length; index++) {
      const stamp = store.stamp(slots[index]!)
      if (!(stamp >= oldest)) oldest = stamp
      if (stamp !== stamp) return stamp
    }
    return oldest
  }

  private slotsOf(resource: Resource, namespace: string, names: readonly string[]): Int32Array | undefined {
    const { store } = this.records
    const known = this.slots.get(names)
    if (known !== undefined && known.members === store.keys.members) return known.slots
    const inherited = store.keys.members === 0 ? this.inherited?.slots.get(names) : undefined
    if (inherited !== undefined && inherited.members === this.inherited?.members) return inherited.slots
    const directory = this.records.findDirectory(resource, namespace)
    if (directory === undefined) return undefined
    const slots = Int32Array.from(names, (name) => store.keys.find(directory, name))
    if (slots.includes(-1)) return undefined
    this.slots.set(names, { members: store.keys.members, slots })
    return slots
  }
}
