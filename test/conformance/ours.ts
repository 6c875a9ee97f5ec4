import { sha256 } from '@noble/hashes/sha2.js'
import { Memory } from '../../src/kernel/memory.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import type { Change, Op, Row } from '../../src/store/types.ts'
import type { Event, KeyValue } from './etcd.ts'

interface Held {
  readonly name: string
  readonly data: string
}

const origin = { actor: 'test', cause: 0, at: 0 }

export interface Compare {
  readonly key: string
  readonly target: 'VERSION' | 'CREATE' | 'MOD'
  readonly number: number
}

export type Write = { readonly key: string; readonly value: string; readonly lease?: number } | { readonly key: string }

/** Our store with etcd's flat keys: a directory is what stands up to the last slash, a name what follows. */
export class Ours {
  readonly store: Store = createStore(new Memory(), {
    nameOf: (value) => (value as Held).name,
    revisions: Infinity,
    hash: sha256,
    layout: {
      revision: ['', ''],
      stamp: ['', ''],
      timeOf: String,
      shared: [],
      parts: [],
      words: [],
      changes: {},
      blocks: [],
    },
  })

  readonly place = (key: string): { directory: number; name: string } => {
    const end = key.lastIndexOf('/') + 1
    return { directory: this.store.directory(key.slice(0, end)), name: key.slice(end) }
  }

  write(writes: readonly Write[], compares: readonly Compare[] = []): number {
    const operations = writes.map((write): Op => {
      const place = this.place(write.key)
      if (!('value' in write)) return { type: 'delete', ...place }
      const value = { name: place.name, data: write.value }
      return write.lease === undefined
        ? { type: 'put', ...place, value }
        : { type: 'put', ...place, value, lease: write.lease }
    })
    const preconditions = compares.map(({ key, target, number }) => {
      const field = { VERSION: 'version', CREATE: 'createRevision', MOD: 'modRevision' }[target]
      return { ...this.place(key), [field]: number }
    })
    return this.store.commit(operations, origin, preconditions)
  }

  revoke(lease: number): number {
    return this.store.revoke(lease, origin)
  }

  get(key: string, revision?: number): KeyValue | undefined {
    const { directory, name } = this.place(key)
    const row = revision === undefined ? this.store.get(directory, name) : this.store.at(revision).get(directory, name)
    return row === undefined ? undefined : this.keyValue(directory, row)
  }

  /** Everything under a prefix, by key. */
  range(prefix: string, revision: number = this.store.revision): KeyValue[] {
    const view = this.store.at(revision)
    const found = this.store.keys
      .directoriesUnder(prefix)
      .flatMap((directory) => view.rows(directory).map((row) => this.keyValue(directory, row)))
    return found.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  watch(prefix: string, from: number): Event[] {
    const cursor = this.store.watch({ prefix, from })
    const events = this.store.read(cursor).map((change) => this.event(change))
    this.store.close(cursor)
    return events
  }

  private keyValue(directory: number, row: Omit<Row, 'stamp'>): KeyValue {
    const key = this.store.keys.directoryPath(directory) + row.name
    return {
      key,
      value: (row.value as Held).data,
      create: row.createRevision,
      mod: row.modRevision,
      version: row.version,
    }
  }

  /** A change as etcd tells it: a deletion carries nothing but its key and revision. */
  private event(change: Change): Event {
    const { type, directory, name, revision, value, createRevision, version, previous, previousRevision } = change
    const isDelete = type === 'delete'
    const row = {
      name,
      value: isDelete ? { name, data: '' } : value,
      createRevision: isDelete ? 0 : createRevision,
      modRevision: revision,
      version: isDelete ? 0 : version,
    }
    const before = {
      name,
      value: previous,
      createRevision,
      modRevision: previousRevision,
      version: isDelete ? version : version - 1,
    }
    return {
      type,
      kv: this.keyValue(directory, row),
      previous: previous === undefined ? undefined : this.keyValue(directory, before),
    }
  }
}
