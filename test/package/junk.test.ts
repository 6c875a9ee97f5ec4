import { expect, test } from 'vitest'
import * as experiments from '../../src/experiments/index.ts'
import * as wavetank from '../../src/index.ts'

/** What a program without types may hand in by mistake. */
const junk: readonly unknown[] = [
  undefined,
  null,
  0,
  NaN,
  'x',
  true,
  10n,
  [],
  [null],
  {},
  { a: 10n },
  { metadata: null },
  { metadata: { name: 10n } },
  () => 1,
  ...['namespace', 'fieldSelector', 'labelSelector', 'orphanDependents', 'type', 'subresource', 'unsupported'].map(
    (name) => ({
      [name]: 10n,
    }),
  ),
  { gracePeriodSeconds: Symbol.iterator },
  { serverSide: 10n, patch: {} },
]

// Mathematics are JavaScript's own in this.
const ofNumbers: ReadonlySet<string> = new Set(['exp', 'log', 'sqrt', 'studentT95'])
const functions = Object.entries({ ...wavetank, ...experiments }).filter(
  ([name, value]) => typeof value === 'function' && !/^[A-Z]/u.test(name) && !ofNumbers.has(name),
) as [string, (...given: readonly unknown[]) => unknown][]

test.each(functions)('%s refuses in words what is not for it', (_, call) => {
  for (const first of junk) {
    for (const second of junk) {
      try {
        call(first, second)
      } catch (error) {
        expect(error).not.toBeInstanceOf(TypeError)
      }
    }
  }
})

const cluster = wavetank.createCluster({ nodes: 1 })
cluster.pods.create({ metadata: { name: 'p' }, spec: { containers: [{ name: 'a', image: 'a' }] } })

const parts = ['pods', 'nodes', 'deployments', 'events', 'bindings', 'namespaces', 'faults', 'controllers'] as const
const own = [
  'apply',
  'delete',
  'advance',
  'runUntil',
  'on',
  'at',
  'diff',
  'why',
  'history',
  'table',
  'describe',
  'explain',
  'fork',
  'cordon',
  'drain',
  'resource',
] as const
type Call = (...given: readonly unknown[]) => unknown
const calls: readonly (readonly [string, (on: wavetank.Cluster) => Call])[] = [
  ...own.map((name) => [name, (on: wavetank.Cluster) => (on[name] as Call).bind(on)] as const),
  ...parts.flatMap((part) =>
    Object.keys(cluster[part]).map(
      (name) =>
        [`${part}.${name}`, (on: wavetank.Cluster) => (on[part] as unknown as Record<string, Call>)[name]!] as const,
    ),
  ),
]

test.each(calls)('cluster.%s refuses in words what is not for it', (_, callOf) => {
  const call = callOf(cluster.fork())
  const act = (...given: readonly unknown[]): void => {
    try {
      call(...given)
    } catch (error) {
      expect(error).not.toBeInstanceOf(TypeError)
    }
  }
  for (const value of junk) {
    act(value)
    act('p', value)
    act('p', () => {}, value)
    for (const second of junk) act(value, second)
  }
})
