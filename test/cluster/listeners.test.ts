import { expect, test } from 'vitest'
import { createCluster, isStatusError, replay, type Controller, type ControllerFailure } from '../../src/index.ts'

const pod = (name: string) => ({ metadata: { name }, spec: { containers: [{ name: 'app', image: 'web:1' }] } })

test('a journal taken while time passes replays to that moment', () => {
  const cluster = createCluster({ seed: 1, nodes: 1 })
  cluster.pods.create(pod('a'))
  const hashes: string[] = []
  const journals: unknown[] = []
  cluster.on('change', ({ object }) => {
    if (journals.length > 0 || object.kind !== 'Pod') return
    journals.push(JSON.parse(JSON.stringify(cluster.journal)))
    hashes.push(cluster.historyHash())
  })
  cluster.advance('10s')
  expect(replay(journals[0] as typeof cluster.journal).historyHash()).toBe(hashes[0])
})

test('what a controller throws is told to whoever listens, and its key is tried again', () => {
  const failing: Controller = {
    name: 'failing',
    watches: [{ kind: 'v1/Pod' }],
    reconcile() {
      throw new TypeError('a mistake')
    },
  }
  const cluster = createCluster({ seed: 1, nodes: 0, controllers: [failing] })
  const failures: ControllerFailure[] = []
  cluster.on('failure', (failure) => void failures.push(failure))
  cluster.pods.create(pod('a'))
  cluster.advance('1s')
  expect(failures.length).toBeGreaterThan(3)
  expect(failures[0]).toMatchObject({ controller: 'failing', key: 'default/a' })
  expect(String(failures[0]!.error)).toBe('TypeError: a mistake')
})

test('listening for failures changes nothing', () => {
  const failing: Controller = {
    name: 'failing',
    watches: [{ kind: 'v1/Pod' }],
    reconcile() {
      throw new Error('no')
    },
  }
  const [heard, unheard] = [true, false].map((listens) => {
    const cluster = createCluster({ seed: 1, nodes: 1, controllers: [failing] })
    if (listens) cluster.on('failure', () => undefined)
    cluster.pods.create(pod('a'))
    cluster.advance('1m')
    return cluster.historyHash()
  })
  expect(heard).toBe(unheard)
})

test('what a listener throws does not look like a refusal, and other listeners miss nothing', () => {
  const cluster = createCluster({ seed: 1, nodes: 0 })
  const seen: string[] = []
  const stop = cluster.on('change', () => {
    throw new Error('from a listener')
  })
  cluster.on('change', ({ object }) => void seen.push(object.metadata.name))
  cluster.pods.create(pod('a'))
  cluster.pods.create(pod('b'))
  expect(seen).toEqual(['a', 'b'])
  stop()
  expect(() => cluster.advance('1s')).toThrow('from a listener')
  cluster.advance('1s')
})

test('one function may listen twice, and stopping one leaves the other', () => {
  const cluster = createCluster({ seed: 1, nodes: 0 })
  let calls = 0
  const listener = (): void => void calls++
  const stop = cluster.on('change', listener)
  cluster.on('change', listener)
  stop()
  cluster.pods.create(pod('a'))
  expect(calls).toBe(1)
})

test('an update that leaves out the spec is Invalid, not a mistake of ours', () => {
  const cluster = createCluster({ seed: 1, nodes: 0 })
  cluster.pods.create(pod('a'))
  const { revision } = cluster
  const update = (): unknown => cluster.pods.update({ metadata: { name: 'a' } })
  expect(update).toThrow('spec.containers: Required value')
  try {
    update()
  } catch (error) {
    expect(isStatusError(error, 'Invalid')).toBe(true)
  }
  expect(cluster.revision).toBe(revision)
})

test.each([
  ['null options', { options: null }],
  ['an entry that is null', { entries: [null] }],
  ['an entry that says nothing', { entries: [{ taken: 0 }] }],
  ['no prints', { end: { hash: 'x' } }],
])('a journal with %s is refused before anything is done', (_what, damage) => {
  const cluster = createCluster({ seed: 1, nodes: 0 })
  const damaged = { ...JSON.parse(JSON.stringify(cluster.journal)), ...damage } as typeof cluster.journal
  expect(() => replay(damaged)).toThrow('a damaged journal')
})
