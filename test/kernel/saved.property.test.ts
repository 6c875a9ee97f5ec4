import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formOf } from '../../src/kernel/saved/form.ts'
import { type Piece, SaveReader } from '../../src/kernel/saved/reader.ts'
import { SaveWriter } from '../../src/kernel/saved/writer.ts'

class Point {
  constructor(
    readonly x: unknown,
    readonly y: unknown,
  ) {}
}
const point = formOf({
  name: 'point',
  type: Point,
  parts: ({ x, y }): readonly [unknown, unknown] => [x, y],
  make: ([x, y]) => new Point(x, y),
})

function written(write: (writer: SaveWriter) => void): string[] {
  const pieces: string[] = []
  const writer = new SaveWriter([point], (piece) => void pieces.push(piece))
  write(writer)
  writer.end()
  return pieces
}

function readFrom<T>(pieces: readonly string[], read: (reader: SaveReader) => T): T {
  let next = 0
  const reader = new SaveReader([point], () => JSON.parse(pieces[next++]!) as Piece)
  const value = read(reader)
  reader.end()
  expect(next).toBe(pieces.length)
  return value
}

const through = (value: unknown): unknown =>
  readFrom(
    written((writer) => writer.value(value)),
    (reader) => reader.value(),
  )

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 2 ** 31, -(2 ** 31) - 1, 2 ** 50, -(2 ** 50), 2 ** 50 + 1, 2 ** 53, Number.MAX_VALUE),
)
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '0',
    '00',
    '7',
    '-1',
    '999999999',
    '1000000000',
    '1e3',
    '\ud800',
    '"\\\u0000\u007f\u2028',
    '__proto__',
  ),
)
const leaf = fc.oneof(number, text, fc.boolean(), fc.constantFrom(null, undefined))
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 6 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('a', 'b')), tie('tree'), { maxKeys: 5, noNullPrototype: true }),
    fc.tuple(tie('tree'), tie('tree')).map(([x, y]) => new Point(x, y)),
  ),
}))

test('plain data is read as it was written: its order, what is undefined, every number and every text', () => {
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 5 }), (values) => {
      const read = through(values) as unknown[]
      expect(read).toStrictEqual(values)
      expect(JSON.stringify(read)).toBe(JSON.stringify(values))
    }),
    { numRuns: 500 },
  )
})

test('a field named __proto__ is a field', () => {
  const value = JSON.parse('{"data":{"__proto__":"x","a":{"__proto__":{"polluted":true}}}}') as { data: object }
  const read = through(value) as { data: Record<string, unknown> }
  expect(Object.keys(read.data)).toEqual(['__proto__', 'a'])
  expect(JSON.stringify(read)).toBe(JSON.stringify(value))
  expect(Object.getPrototypeOf(read.data)).toBe(Object.prototype)
  expect((read.data['a'] as { polluted?: true }).polluted).toBeUndefined()
})

test('what shares an object still does, and what does not does not', () => {
  const shared = { list: [1, 2] }
  const value = [shared, { list: [1, 2] }, new Point(shared, shared.list), { again: shared }]
  const [first, other, third, fourth] = through(value) as [typeof shared, typeof shared, Point, { again: object }]
  expect(third.x).toBe(first)
  expect(third.y).toBe(first.list)
  expect(fourth.again).toBe(first)
  expect(other).not.toBe(first)
  expect(third).toBeInstanceOf(Point)
})

test('columns are read as they were written', () => {
  const floats = fc.array(fc.oneof(number, fc.constant(Number.NaN)), { minLength: 1, maxLength: 20 })
  const ints = fc.array(fc.integer(), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(floats, ints, fc.nat(9), (some, whole, repeat) => {
      const columns = [
        Float64Array.from(some),
        Int32Array.from(whole),
        new Float64Array(repeat + 1).fill(some[0]!),
        new Int32Array(repeat + 1).fill(whole[0]!),
      ]
      const pieces = written((writer) => {
        for (const column of columns) writer.column(column, 0, column.length)
      })
      readFrom(pieces, (reader) => {
        for (const column of columns) {
          const read = column.slice().fill(-7)
          reader.column(read, 0, read.length)
          expect(read).toEqual(column)
        }
      })
    }),
    { numRuns: 300 },
  )
})

test('a piece is about a megabyte, and where it ends makes no difference', () => {
  const values = Array.from({ length: 60_000 }, (_, index) => ({
    name: `object-${index}`,
    at: index / 3,
    note: index % 2 === 0 ? undefined : `${'x'.repeat(40)}${index}`,
    nested: [index, { more: `é${index}` }],
  }))
  const pieces = written((writer) => {
    for (const value of values) writer.value(value)
  })
  expect(pieces.length).toBeGreaterThan(2)
  for (const piece of pieces) expect(/^[\0-~]*$/.test(piece)).toBe(true)
  expect(readFrom(pieces, (reader) => values.map(() => reader.value()))).toEqual(values)
})

test('an instance of a class without a form is refused, and so is what is no data', () => {
  expect(() => through({ when: new Date(0) })).toThrow('an instance of Date, which has no saved form')
  expect(() => through({ act: () => 1 })).toThrow('a function, which is no plain data')
})
