import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PreconditionFailed } from '../../src/store/errors.ts'
import { Model } from './model.ts'
import { byName, keep, names, nodes, paths, steps, transactions } from './support.ts'

const under = (prefix: string, directory: (path: string) => number): ReadonlySet<number> =>
  new Set(paths.filter((path) => path.startsWith(prefix)).map(directory))

test('any history reads as whole copies of the state would: now, at every revision, and change by change', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const { store } = keep()
      const model = new Model()
      for (const transaction of transactions(list, store)) {
        model.commit(transaction)
        expect(store.commit(transaction.operations, transaction.origin)).toBe(model.revision)
      }
      expect(store.changes(0)).toEqual(model.changes)
      for (let revision = 0; revision <= model.revision; revision++) {
        const view = store.at(revision)
        for (const path of paths) {
          const directory = store.directory(path)
          expect(view.rows(directory).sort(byName)).toEqual(model.rows(revision, path))
          for (const name of names) expect(view.get(directory, name)).toEqual(model.row(revision, path, name))
        }
      }
      for (const path of paths) {
        const directory = store.directory(path)
        expect(store.rows(directory).sort(byName)).toEqual(model.rows(model.revision, path))
        expect(store.keys.live(directory)).toBe(model.rows(model.revision, path).length)
        for (const name of names) expect(store.get(directory, name)).toEqual(model.row(model.revision, path, name))
      }
    }),
    { numRuns: 200 },
  )
})

const watch = fc.record({
  prefix: fc.constantFrom('', 'pods/', 'pods/a/', 'nodes/', 'none/'),
  index: fc.option(fc.constantFrom(...nodes), { nil: undefined }),
  open: fc.nat(30),
  read: fc.nat(4),
})

test('any watch, by prefix or by index, shows each change that concerns it once and in order', () => {
  fc.assert(
    fc.property(steps, fc.array(watch, { maxLength: 6 }), (list, watches) => {
      const { store } = keep()
      const model = new Model()
      const opened: { cursor: number; after: number; seen: unknown[]; spec: (typeof watches)[number] }[] = []
      for (const [number, transaction] of transactions(list, store).entries()) {
        for (const spec of watches.filter(({ open }) => open === number)) {
          const { prefix, index } = spec
          const cursor = store.watch(index === undefined ? { prefix } : { prefix, index })
          opened.push({ cursor, after: model.revision, seen: [], spec })
        }
        model.commit(transaction)
        store.commit(transaction.operations, transaction.origin)
        for (const { cursor, seen, spec } of opened) seen.push(...store.read(cursor, spec.read))
      }
      for (const { cursor, after, seen, spec } of opened) {
        seen.push(...store.read(cursor))
        expect(seen).toEqual(
          model.watched(
            after,
            under(spec.prefix, (path) => store.directory(path)),
            spec.index,
          ),
        )
        expect(store.read(cursor)).toEqual([])
      }
    }),
    { numRuns: 200 },
  )
})

test('a watch from any past revision shows what one opened then has shown', () => {
  fc.assert(
    fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), watch, (list, share, { prefix, index }) => {
      const { store } = keep()
      const model = new Model()
      for (const transaction of transactions(list, store)) {
        model.commit(transaction)
        store.commit(transaction.operations, transaction.origin)
      }
      const start = 1 + Math.floor(share * model.revision)
      const cursor = store.watch(index === undefined ? { prefix, from: start } : { prefix, index, from: start })
      expect(store.read(cursor)).toEqual(
        model.watched(
          start - 1,
          under(prefix, (path) => store.directory(path)),
          index,
        ),
      )
    }),
    { numRuns: 200 },
  )
})

const bound = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined })
const precondition = fc.record({
  path: fc.constantFrom(...paths),
  name: fc.constantFrom(...names),
  modRevision: bound,
  createRevision: bound,
  version: bound,
})

test('a transaction whose preconditions fail changes nothing at all', () => {
  fc.assert(
    fc.property(
      steps,
      fc.array(fc.array(precondition, { maxLength: 2 }), { minLength: 1, maxLength: 10 }),
      (list, all) => {
        const { store } = keep()
        const model = new Model()
        for (const [number, transaction] of transactions(list, store).entries()) {
          const wanted = all[number % all.length]!.map(({ path, name, modRevision, createRevision, version }) => ({
            path,
            directory: store.directory(path),
            name,
            ...(modRevision === undefined ? {} : { modRevision }),
            ...(createRevision === undefined ? {} : { createRevision }),
            ...(version === undefined ? {} : { version }),
          }))
          const commit = (): number => store.commit(transaction.operations, transaction.origin, wanted)
          if (model.commit(transaction, wanted)) expect(commit()).toBe(model.revision)
          else expect(commit).toThrow(PreconditionFailed)
        }
        expect(store.changes(0)).toEqual(model.changes)
        expect(store.revision).toBe(model.revision)
      },
    ),
    { numRuns: 200 },
  )
})
