import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CowArray, CowCell, CowMap } from '../../src/kernel/cow.ts'
import { Memory, type Table } from '../../src/kernel/memory.ts'
import { Paged } from '../../src/kernel/paged.ts'
import { Rows } from '../../src/kernel/rows.ts'
import { type Piece, SaveReader } from '../../src/kernel/saved/reader.ts'
import { SaveWriter } from '../../src/kernel/saved/writer.ts'

/** One side of a tree of forks: the real thing and a whole copy of what it should hold. */
interface Side<T, M> {
  readonly real: T
  model: M
}

/** What is read of what was written of a table. */
function reloaded<T extends Table>(table: T, sort: { load(reader: SaveReader): Table }): T {
  const pieces: string[] = []
  const writer = new SaveWriter([], (piece) => void pieces.push(piece))
  table.save(writer)
  writer.end()
  const reader = new SaveReader([], () => JSON.parse(pieces.shift()!) as Piece)
  const read = sort.load(reader) as T
  reader.end()
  expect(pieces).toEqual([])
  return read
}

/**
 * Random acts on random sides, forking or saving and loading in between; after each act every side must hold what its
 * own model does.
 */
function driven<T extends Table, M, A>(
  sort: { load(reader: SaveReader): Table },
  make: () => Side<T, M>,
  act: fc.Arbitrary<A>,
  run: (side: Side<T, M>, act: A) => void,
  check: (side: Side<T, M>) => void,
): void {
  const turn = fc.record({ side: fc.nat(20), act: fc.option(act, { freq: 4 }), loads: fc.boolean() })
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 60, size: 'max' }), (turns) => {
      const sides = [make()]
      for (const { side, act: what, loads } of turns) {
        const on = sides[side % sides.length]!
        if (what !== null) run(on, what)
        else if (sides.length < 12)
          sides.push({
            real: loads ? reloaded(on.real, sort) : (on.real.fork() as T),
            model: structuredClone(on.model),
          })
        for (const each of sides) check(each)
      }
    }),
    { numRuns: 80 },
  )
}

test('paged rows read as plain rows do, whoever is forked or loaded from whom', () => {
  type Row = { object: unknown; float: number; int: number }
  driven(
    Paged,
    () => ({ real: new Paged({ objects: 2, floats: 2, ints: 2, bits: 2 }), model: [] as Row[] }),
    fc.record({ row: fc.nat(30), value: fc.integer(), grow: fc.boolean() }),
    ({ real, model }, { row, value, grow }) => {
      if (grow) {
        expect(real.add()).toBe(model.length)
        model.push({ object: undefined, float: 0, int: 0 })
        return
      }
      if (model.length === 0) return
      const at = row % model.length
      const page = real.write(at)
      // The second column of each: a row must not run into the next column.
      const place = (1 << real.bits) | (at & real.mask)
      page.objects[place] = `v${value}`
      page.floats[place] = value / 2
      page.ints[place] = value
      model[at] = { object: `v${value}`, float: value / 2, int: value }
    },
    ({ real, model }) => {
      expect(real.length).toBe(model.length)
      for (const [at, row] of model.entries()) {
        const page = real.read(at)
        const place = (1 << real.bits) | (at & real.mask)
        expect([page.objects[place], page.floats[place], page.ints[place]]).toEqual([row.object, row.float, row.int])
        expect([page.objects[at & real.mask], page.floats[at & real.mask]]).toEqual([undefined, 0])
      }
    },
  )
})

test('the same where the numbers of a row lie together', () => {
  driven(
    Paged,
    () => ({ real: new Paged({ ints: 3, bits: 2, intsByRow: true }), model: [] as number[][] }),
    fc.record({ row: fc.nat(30), column: fc.nat(2), value: fc.integer(), grow: fc.boolean() }),
    ({ real, model }, { row, column, value, grow }) => {
      if (grow) {
        expect(real.add()).toBe(model.length)
        model.push([0, 0, 0])
      } else if (model.length > 0) {
        const at = row % model.length
        real.write(at).ints[(at & real.mask) * 3 + column] = value
        model[at]![column] = value
      }
    },
    ({ real, model }) => {
      expect(real.length).toBe(model.length)
      for (const [at, row] of model.entries()) {
        const first = (at & real.mask) * 3
        expect([...real.read(at).ints.slice(first, first + 3)]).toEqual(row)
      }
    },
  )
})

test('rows of values read as plain rows do, whoever is forked or loaded from whom', () => {
  driven(
    Rows,
    () => ({ real: new Rows({ columns: 3, bits: 2 }), model: [] as unknown[][] }),
    fc.record({ row: fc.nat(30), value: fc.oneof(fc.integer(), fc.string()), grow: fc.boolean() }),
    ({ real, model }, { row, value, grow }) => {
      if (grow) {
        expect(real.add()).toBe(model.length)
        model.push([undefined, undefined, undefined])
        return
      }
      if (model.length === 0) return
      const at = row % model.length
      // The last column: a row must not run into the next.
      real.write(at)[1 + (at & real.mask) * 3 + 2] = value
      model[at]![2] = value
    },
    ({ real, model }) => {
      expect(real.length).toBe(model.length)
      for (const [at, row] of model.entries()) {
        const first = 1 + (at & real.mask) * 3
        expect(real.read(at).slice(first, first + 3)).toEqual(row)
      }
    },
  )
})

test('so many rows of values that their pages come in bundles read the same on all sides of forks and loads', () => {
  const table = new Rows({ columns: 1, bits: 1 })
  const write = (rows: Rows, row: number, value: unknown): void => {
    rows.write(row)[1 + (row & rows.mask)] = value
  }
  const values = (rows: Rows): unknown[] =>
    Array.from({ length: rows.length }, (_, row) => rows.read(row)[1 + (row & rows.mask)])
  // A bundle has 256 pages.
  const rows = 2 * 256 * 2 + 1
  const model = Array.from({ length: rows }, (_, row) => row)
  for (const row of model) write(table, table.add(), row)
  const forks = [table, table.fork(), reloaded(table.fork(), Rows)]
  for (const [number, fork] of forks.entries()) {
    for (const row of [0, 511, 512, 1023, 1024]) write(fork, row, `${number}/${row}`)
    write(fork, fork.add(), `${number}/new`)
  }
  for (const [number, fork] of forks.entries()) {
    const expected: unknown[] = [...model, `${number}/new`]
    for (const row of [0, 511, 512, 1023, 1024]) expected[row] = `${number}/${row}`
    expect(values(fork)).toEqual(expected)
  }
})

test('a map reads as a plain map does, whoever is forked or loaded from whom', () => {
  const act = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', '1', '10', '2', '__proto__', 'ä'),
    value: fc.oneof(fc.nat(), fc.constant('delete' as const), fc.constant('clear' as const)),
  })
  driven(
    CowMap,
    () => ({ real: new CowMap<number>(), model: new Map<string, number>() }),
    fc.oneof({ weight: 12, arbitrary: act.filter(({ value }) => value !== 'clear') }, { weight: 1, arbitrary: act }),
    ({ real, model }, { key, value }) => {
      if (value === 'delete') expect(real.delete(key)).toBe(model.delete(key))
      else if (value === 'clear') {
        real.clear()
        model.clear()
      } else {
        real.set(key, value)
        model.set(key, value)
      }
    },
    ({ real, model }) => {
      expect(real.size).toBe(model.size)
      expect(real.sortedKeys()).toEqual([...model.keys()].sort())
      for (const key of ['a', 'b', 'c', 'd', '1', '10', '2', '__proto__', 'ä', 'none']) {
        expect(real.get(key)).toBe(model.get(key))
        expect(real.has(key)).toBe(model.has(key))
      }
    },
  )
})

test('a map keeps its values through hundreds of forks', () => {
  let map = new CowMap<number>()
  const model = new Map<string, number>()
  for (let round = 0; round < 500; round++) {
    const key = `k${(round * 7) % 61}`
    if (round % 5 === 3) expect(map.delete(key)).toBe(model.delete(key))
    else {
      map.set(key, round)
      model.set(key, round)
    }
    const other = map.fork()
    other.set('elsewhere', round)
    if (round % 2 === 0) map = map.fork()
    expect(map.has('elsewhere')).toBe(false)
  }
  expect(map.size).toBe(model.size)
  expect(map.sortedKeys().map((key) => [key, map.get(key)])).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)))
})

test('an array reads as a plain array does, whoever is forked or loaded from whom', () => {
  driven(
    CowArray,
    () => ({ real: new CowArray<number>(), model: [] as number[] }),
    fc.option(fc.nat(), { freq: 3 }),
    ({ real, model }, value) => {
      if (value === null) expect(real.write().pop()).toBe(model.pop())
      else {
        real.write().push(value)
        model.push(value)
      }
    },
    ({ real, model }) => expect(real.read()).toEqual(model),
  )
})

test('a cell holds its own value, whoever is forked or loaded from whom', () => {
  driven(
    CowCell,
    () => ({ real: new CowCell(0), model: 0 }),
    fc.nat(),
    (side, value) => {
      side.real.value = value
      side.model = value
    },
    ({ real, model }) => expect(real.value).toBe(model),
  )
})

describe('pages', () => {
  const filled = (rows: number): Paged => {
    const table = new Paged({ floats: 1, bits: 2 })
    for (let row = 0; row < rows; row++) table.write(table.add()).floats[row & table.mask] = row
    return table
  }

  test('a new row is zeros and undefineds', () => {
    const table = new Paged({ objects: 1, floats: 1, ints: 1 })
    const row = table.add()
    const { objects, floats, ints } = table.read(row)
    expect([objects[row], floats[row], ints[row]]).toEqual([undefined, 0, 0])
    expect(table.mask).toBe(63)
  })

  test('those that lie wholly before a row are let go, on one side of a fork only', () => {
    const table = filled(20)
    const copy = table.fork()
    table.dropBefore(10)
    expect([0, 7, 8, 19].map((row) => table.has(row))).toEqual([false, false, true, true])
    expect([0, 7, 8, 19].map((row) => copy.has(row))).toEqual([true, true, true, true])
    expect(table.read(9).floats[9 & table.mask]).toBe(9)
    expect(table.length).toBe(20)
    table.dropBefore(19)
    expect([8, 15, 16].map((row) => table.has(row))).toEqual([false, false, true])
  })

  test('a table of which all was let go can be saved and loaded', () => {
    const table = filled(16)
    table.dropBefore(16)
    const again = reloaded(table, Paged)
    expect([again.length, again.has(15), again.add()]).toEqual([16, false, 16])
  })

  test('a table can be emptied on one side of a fork only', () => {
    const table = filled(20)
    const copy = table.fork()
    table.clear()
    expect(table.length).toBe(0)
    expect(table.has(3)).toBe(false)
    expect(copy.read(19).floats[19 & copy.mask]).toBe(19)
    expect(table.add()).toBe(0)
  })

  test('only the page that is written is copied', () => {
    const table = filled(20)
    const copy = table.fork()
    copy.write(6).floats[6 & copy.mask] = -1
    expect([0, 4, 8].map((row) => copy.read(row) === table.read(row))).toEqual([true, false, true])
    expect(table.write(6)).toBe(table.read(6))
  })
})

test('a memory hands out each table by its name, and a fork the forked one', () => {
  const memory = new Memory()
  memory.map<number>('a').set('k', 1)
  memory.cell('b', 2).value = 3
  memory.array<number>('c').write().push(4)
  const copy = memory.fork()
  copy.map<number>('a').set('k', 5)
  memory.cell('b', 0).value = 6
  copy.array<number>('c').write().push(7)
  expect([memory.map('a').get('k'), memory.cell('b', 0).value, memory.array('c').read()]).toEqual([1, 6, [4]])
  expect([copy.map('a').get('k'), copy.cell('b', 0).value, copy.array('c').read()]).toEqual([5, 3, [4, 7]])
  expect(memory.map('a')).toBe(memory.map('a'))
})
