import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/lib/run.ts'
import { definesSymbol, namedPlaces } from './places.ts'

const document = join(root, 'docs/ARCHITECTURE.md')
const places = existsSync(document) ? namedPlaces(readFileSync(document, 'utf8')) : []

describe('docs/ARCHITECTURE.md', () => {
  test('names the places it speaks of', () => {
    expect(places.length).toBeGreaterThan(10)
    expect(places.some(({ symbol }) => symbol !== undefined)).toBe(true)
  })

  test.each(places)('$path $symbol exists', ({ path, symbol }) => {
    expect(existsSync(join(root, path)), `${path} does not exist`).toBe(true)
    if (symbol === undefined) return
    const text = readFileSync(join(root, path), 'utf8')
    expect(definesSymbol(text, symbol), `${path} does not define ${symbol}`).toBe(true)
  })
})

describe('the check itself', () => {
  test('finds paths, folders and symbols, and passes over other code', () => {
    const text = 'See `src/cluster.ts#createCluster`, `src/kernel/` and `package.json`, not `a / b`, `x.y` or `foo()`.'
    expect(namedPlaces(text)).toEqual([
      { path: 'src/cluster.ts', symbol: 'createCluster' },
      { path: 'src/kernel/', symbol: undefined },
      { path: 'package.json', symbol: undefined },
    ])
  })

  test('passes over fenced blocks', () => {
    expect(namedPlaces('```ts\nimport { a } from `src/nowhere.ts`\n```\n')).toEqual([])
  })

  test.each([
    ['export function createCluster(options: Options): Cluster {', 'createCluster'],
    ['export const pods: ResourceDefinition = {', 'pods'],
    ['export interface Task {', 'Task'],
    ['export type Verb = string', 'Verb'],
    ['export class StatusError extends Error {', 'StatusError'],
    ['function plan(): void {', 'plan'],
    ["export { a, createCluster } from './cluster.ts'", 'createCluster'],
  ])('%s defines %s', (text, symbol) => {
    expect(definesSymbol(text, symbol)).toBe(true)
  })

  test('a call or a longer name does not define a symbol', () => {
    expect(definesSymbol('createCluster()\nexport function createClusters() {}', 'createCluster')).toBe(false)
  })
})
