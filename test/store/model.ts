import type { Change, Precondition, Row } from '../../src/store/types.ts'
import type { Transaction, Value } from './support.ts'

interface Key extends Row {
  readonly path: string
}

/** The store told naively: a whole copy of the state for every revision. */
export class Model {
  /** State by revision, keys by path and name. */
  readonly states: Map<string, Key>[] = [new Map()]
  readonly changes: Change[] = []

  get revision(): number {
    return this.states.length - 1
  }

  commit(
    { operations, origin }: Transaction,
    preconditions: readonly (Precondition & { path: string })[] = [],
  ): boolean {
    const before = this.states.at(-1)!
    for (const { path, name, modRevision, createRevision, version } of preconditions) {
      const row = before.get(path + name)
      if (modRevision !== undefined && modRevision !== (row?.modRevision ?? 0)) return false
      if (createRevision !== undefined && createRevision !== (row?.createRevision ?? 0)) return false
      if (version !== undefined && version !== (row?.version ?? 0)) return false
    }
    const state = new Map(before)
    const revision = this.revision + 1
    const known = this.changes.length
    for (const operation of operations) {
      const { path, name, directory } = operation
      const old = state.get(path + name)
      if (operation.type !== 'put' && old === undefined) continue
      const isDelete = operation.type === 'delete'
      const held = operation.type === 'put' ? operation.value : old!.value
      const stamp = operation.type === 'touch' ? operation.stamp : Number.NaN
      const createRevision = old?.createRevision ?? revision
      const version = (old?.version ?? 0) + (isDelete ? 0 : 1)
      if (isDelete) state.delete(path + name)
      else state.set(path + name, { path, name, value: held, createRevision, modRevision: revision, version, stamp })
      this.changes.push({
        type: isDelete ? 'delete' : 'put',
        directory,
        name,
        revision,
        value: isDelete ? undefined : held,
        stamp,
        previous: old?.value,
        previousStamp: old?.stamp ?? Number.NaN,
        previousRevision: old?.modRevision ?? 0,
        createRevision,
        version,
        actor: origin.actor,
        cause: origin.cause,
        at: operation.type === 'touch' ? operation.stamp : origin.at,
      })
    }
    if (this.changes.length > known) this.states.push(state)
    return true
  }

  row(revision: number, path: string, name: string): Row | undefined {
    const found = this.states[revision]!.get(path + name)
    return found === undefined ? undefined : withoutPath(found)
  }

  /** Rows of one directory, by name. */
  rows(revision: number, path: string): Row[] {
    const found = [...this.states[revision]!.values()].filter((row) => row.path === path)
    return found.map(withoutPath).sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** What a watch has to show: changes under a prefix whose old or new value has the index value. */
  watched(after: number, under: ReadonlySet<number>, index?: string): Change[] {
    return this.changes.filter((change) => {
      if (change.revision <= after || !under.has(change.directory)) return false
      if (index === undefined) return true
      return [change.previous, change.value].some((held) => (held as Value | undefined)?.spec.node === index)
    })
  }
}

function withoutPath({ name, value, createRevision, modRevision, version, stamp }: Key): Row {
  return { name, value, createRevision, modRevision, version, stamp }
}
