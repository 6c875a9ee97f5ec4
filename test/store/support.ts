import { rfc3339Micro } from '../../src/api/time.ts'
import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { Memory } from '../../src/kernel/memory.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import type { Change, Op, Origin, Row, StoreOptions } from '../../src/store/types.ts'

/** What these tests keep: enough of a shape for an index, a stamp and a field that many share. */
export interface Value {
  readonly metadata: { readonly name: string; readonly resourceVersion?: string }
  readonly spec: { readonly node: string; readonly renewTime?: string; readonly [more: string]: unknown }
  readonly [more: string]: unknown
}

export const value = (name: string, node = 'n1', more: object = {}): Value => ({
  metadata: { name },
  spec: { node },
  ...more,
})

export const options: StoreOptions = {
  nameOf: (held) => (held as Value).metadata.name,
  indexOf: (_, held) => (held as Partial<Value>).spec?.node,
  indexedField: 'spec',
  revisions: Infinity,
  hash: sha256,
  layout: {
    revision: ['metadata', 'resourceVersion'],
    stamp: ['spec', 'renewTime'],
    timeOf: rfc3339Micro,
    shared: ['spec', 'labels'],
    parts: ['tags'],
    words: ['metadata', 'name', 'spec'],
    changes: { status: [['status']], placing: [['spec', 'node'], ['status']] },
    blocks: ['conditions'],
  },
}

export const origin: Origin = { actor: 'test', cause: 0, at: 0 }
export const from = (actor: string, at = 0, cause = 0): Origin => ({ actor, cause, at })

/** A store with its memory, and a directory to write to. */
export interface Kept {
  readonly memory: Memory
  readonly store: Store
  readonly options: StoreOptions
}

export function keep(more: Partial<StoreOptions> = {}): Kept {
  const memory = new Memory()
  const complete = { ...options, ...more }
  return { memory, store: createStore(memory, complete), options: complete }
}

/** A fork; a cold one is not handed the store it comes from, as one that was loaded would not be. */
export function fork(kept: Kept, cold = false): Kept {
  const memory = kept.memory.fork()
  const store = cold ? createStore(memory, kept.options) : createStore(memory, kept.options, kept.store)
  return { memory, store, options: kept.options }
}

/** Commits one put and returns its revision. */
export function put(store: Store, path: string, held: Value, lease?: number, by: Origin = origin): number {
  const op = { type: 'put', directory: store.directory(path), name: held.metadata.name, value: held } as const
  return store.commit([lease === undefined ? op : { ...op, lease }], by)
}

export function remove(store: Store, path: string, name: string, by: Origin = origin): number {
  return store.commit([{ type: 'delete', directory: store.directory(path), name }], by)
}

export function touch(store: Store, path: string, name: string, stamp: number, by: Origin = origin): number {
  return store.commit([{ type: 'touch', directory: store.directory(path), name, stamp }], by)
}

export const byName = (a: Row, b: Row): number => (a.name < b.name ? -1 : 1)

/** `put web-1@3`: a change in a few words. */
export const brief = (change: Change): string => `${change.type} ${change.name}@${change.revision}`

export const paths = ['nodes/', 'pods/a/', 'pods/b/'] as const
/** Integer-like and inherited names are where a plain object would go wrong. */
export const names = ['x', 'y', '1', 'constructor'] as const
export const nodes = ['n1', 'n2', 'n3'] as const

/** One operation of a random history. Several with one `commit` stand in one transaction. */
export interface Step {
  readonly type: 'put' | 'delete' | 'touch'
  readonly path: string
  readonly name: string
  readonly node: string
  readonly content: number
  readonly actor: string
  /** How far the clock moves before it. */
  readonly wait: number
  /** Joins the step before it under one revision. */
  readonly joins: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom('put' as const, 'put' as const, 'delete' as const, 'touch' as const, 'touch' as const),
  path: fc.constantFrom(...paths),
  name: fc.constantFrom(...names),
  node: fc.constantFrom(...nodes),
  content: fc.nat(3),
  actor: fc.constantFrom('kubelet', 'scheduler'),
  wait: fc.constantFrom(0, 10, 10, 0.25),
  joins: fc.boolean(),
})

const rounds: fc.Arbitrary<readonly string[]> = fc.subarray([...names], { minLength: 1 })

/** Rounds of heartbeats at a regular distance, as nodes send them: what runs are made for. */
const heartbeatsOf = (some: fc.Arbitrary<readonly string[]>): fc.Arbitrary<Step[]> =>
  fc
    .record({ round: some, rounds: fc.integer({ min: 1, max: 5 }), wait: fc.constantFrom(10, 2.5) })
    .map(({ round, rounds, wait }) =>
      Array.from({ length: rounds }, () => round)
        .flat()
        .map((name) => ({
          type: 'touch',
          path: 'nodes/',
          name,
          node: 'n1',
          content: 0,
          actor: 'kubelet',
          wait,
          joins: false,
        })),
    )

const heartbeats = heartbeatsOf(rounds)

/** A random history, some of it regular. */
export const steps: fc.Arbitrary<Step[]> = fc
  .array(fc.oneof({ weight: 3, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: heartbeats }), {
    maxLength: 25,
    size: 'max',
  })
  .map((parts) => parts.flat())

/** What heartbeats need: every node is there. */
export const prelude: readonly Step[] = names.map((name) => ({
  type: 'put',
  path: 'nodes/',
  name,
  node: 'n1',
  content: 0,
  actor: 'kubelet',
  wait: 0,
  joins: false,
}))

/** A history that is mostly heartbeats, for what happens inside a run: of other nodes each time, or of the same ones. */
export const beats: fc.Arbitrary<Step[]> = fc
  .oneof(
    fc.constant(heartbeats),
    rounds.map((round) => heartbeatsOf(fc.constantFrom(round, round, round.slice(0, -1)))),
  )
  .chain((some) =>
    fc.array(fc.oneof({ weight: 3, arbitrary: some }, { weight: 1, arbitrary: step.map((one) => [one]) }), {
      maxLength: 8,
      size: 'max',
    }),
  )
  .map((parts) => parts.flat())

export interface Transaction {
  readonly operations: readonly (Op & { readonly path: string })[]
  readonly origin: Origin
}

/** Groups steps into transactions and gives each its time. */
export function transactions(
  list: readonly Step[],
  store: Pick<Store, 'directory'>,
  start = 1_577_836_800_000,
): Transaction[] {
  const found: { operations: (Op & { path: string })[]; origin: Origin }[] = []
  let now = start
  for (const { type, path, name, node, content, actor, wait, joins } of list) {
    now += wait
    const key = { directory: store.directory(path), path, name }
    const operation: Op & { path: string } =
      type === 'put'
        ? { type, ...key, value: value(name, node, content === 0 ? {} : { status: { content } }) }
        : type === 'touch'
          ? { type, ...key, stamp: now }
          : { type, ...key }
    if (joins && found.length > 0) found.at(-1)!.operations.push(operation)
    else found.push({ operations: [operation], origin: from(actor, now) })
  }
  return found
}

export function drive(store: Store, list: readonly Step[], start?: number): void {
  for (const { operations, origin: by } of transactions(list, store, start)) store.commit(operations, by)
}

/** All that can be read from a store without moving it. */
export function everything(store: Store): object {
  const rowsOf = (read: (directory: number) => Row[]): Row[][] =>
    paths.map((path) => (store.findDirectory(path) === undefined ? [] : read(store.directory(path)).sort(byName)))
  const past = []
  for (let revision = store.compacted; revision <= store.revision; revision++) {
    const view = store.at(revision)
    const single = paths.map((path) => names.map((name) => view.get(store.findDirectory(path) ?? 0, name)))
    past.push({ revision, rows: rowsOf((directory) => view.rows(directory)), single })
  }
  return {
    revision: store.revision,
    rows: rowsOf((directory) => store.rows(directory)),
    past,
    changes: store.changes(store.compacted),
    prints: store.prints(),
    hash: store.historyHash(),
  }
}
