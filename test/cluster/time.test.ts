import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import {
  type Cluster,
  type Controller,
  createCluster,
  defineController,
  replay,
  TimeoutError,
} from '../../src/index.ts'
import { bare, controllerManifest, names, podManifest, refused } from './support.ts'

test('time begins in 2020, or when it is told to, and moves only when asked', () => {
  const cluster = createCluster()
  expect([cluster.now, cluster.time]).toEqual([1_577_836_800_000, '2020-01-01T00:00:00Z'])
  cluster.pods.create(podManifest('a'))
  expect(cluster.pods.get('a').spec.nodeName).toBeUndefined()
  expect(cluster.time).toBe('2020-01-01T00:00:00Z')
  cluster.advance('90s')
  expect(cluster.time).toBe('2020-01-01T00:01:30Z')
  const later = createCluster({ epoch: '2031-02-03T04:05:06Z' })
  later.advance(1500)
  expect([later.time, later.now % 1000]).toEqual(['2031-02-03T04:05:07Z', 500])
})

test('what is due at the very end of an advance has happened, what is due later has not', () => {
  const cluster = createCluster({ nodes: 1 })
  const renewed = (): string | undefined =>
    cluster.leases.get('node-0', { namespace: 'kube-node-lease' }).spec.renewTime ?? undefined
  cluster.settle()
  const { at } = cluster
    .settle()
    .next.find(({ component, what }) => component === 'kubelet' && what.startsWith('beat'))!
  const before = renewed()
  cluster.advance(at - cluster.now - 1)
  expect(renewed()).toBe(before)
  cluster.advance(1)
  expect(renewed()).not.toBe(before)
  expect(cluster.now).toBe(at)
})

test('settle runs until no work is left and says what comes next', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.replicationControllers.create(controllerManifest('web', 3))
  const { now, next } = cluster.settle()
  expect(now).toBe(cluster.now)
  expect(cluster.pods.list().items.every(({ status }) => status.phase === 'Running')).toBe(true)
  expect(next.length).toBeGreaterThan(0)
  expect(next.every(({ kind, at }) => kind === 'timer' && at >= now)).toBe(true)
  expect(next).toEqual([...next].sort((a, b) => a.at - b.at))
  expect(next[0]).toMatchObject({ component: 'kubelet', what: expect.stringContaining('beat') as string })
  const { revision } = cluster
  cluster.settle()
  expect([cluster.now, cluster.revision]).toEqual([now, revision])
})

test('runUntil stops at the first change after which the predicate holds', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('a'))
  const asked: number[] = []
  cluster.runUntil((view) => {
    asked.push(view.revision)
    return view.pods.get('a').status.phase === 'Running'
  })
  expect(cluster.pods.get('a').status.phase).toBe('Running')
  expect(cluster.at(cluster.revision - 1).pods.get('a').status.phase).toBe('Pending')
  expect(asked).toEqual([...new Set(asked)].sort((a, b) => a - b))
  const { now } = cluster
  cluster.runUntil(() => true)
  expect(cluster.now).toBe(now)
})

test('a time limit that runs out lists what was still waiting', () => {
  const cluster = createCluster({ nodes: 1, seed: 7 })
  cluster.settle()
  const act = (): void => cluster.runUntil(() => false, { timeout: '25s' })
  expect(act).toThrow(TimeoutError)
  expect(cluster.time).toBe('2020-01-01T00:00:25Z')
  try {
    act()
  } catch (error) {
    const { message, waiting } = error as TimeoutError
    expect(message).toMatch(
      /^runUntil did not come to its end within 25s \(revision \d+, t=\+50s, seed 7\); still waiting:\n {2}2020-01-01T00:\d\d:\d\dZ kubelet: beat/,
    )
    expect(waiting.length).toBeGreaterThan(0)
  }
})

test('settle has a time limit too', () => {
  const cluster = createCluster({ nodes: 1, latency: { imagePull: '2h' } })
  cluster.pods.create(podManifest('a'))
  expect(() => cluster.settle({ timeout: '1m' })).toThrow(/^settle did not come to its end within 1m/)
  cluster.settle({ timeout: '3h' })
  expect(cluster.pods.get('a').status.phase).toBe('Running')
})

/** Wants the mode of the one ConfigMap to be what `wanted` makes of it. */
function modeKeeper(name: string, wanted: (mode: string) => string): Controller {
  return defineController({
    name,
    watches: [{ kind: 'v1/ConfigMap' }],
    reconcile(key, { cache, api }) {
      const mode = key === 'default/mode' ? cache.get('v1/ConfigMap', key)?.data?.['mode'] : undefined
      if (mode === undefined || mode === wanted(mode)) return
      api.update('v1/ConfigMap', 'mode', (draft) => void (draft.data = { mode: wanted(mode) }))
    },
  })
}

function withMode(controllers: Controller[], latency = {}): Cluster {
  const cluster = createCluster({ seed: 1, nodes: 0, controllers, latency })
  cluster.settle()
  cluster.configMaps.create({ metadata: { name: 'mode' }, data: { mode: '0' } })
  return cluster
}

function timeoutOf(act: () => void): TimeoutError {
  try {
    act()
  } catch (error) {
    if (error instanceof TimeoutError) return error
    throw error
  }
  throw new Error('it came to its end')
}

test('a time limit that runs out names what controllers fight over, and who they are', () => {
  const cluster = withMode([modeKeeper('on', () => 'on'), modeKeeper('off', () => 'off')])
  const { message, contested } = timeoutOf(() => cluster.settle({ timeout: '5s' }))
  expect(contested).toMatchObject([{ kind: 'ConfigMap', namespace: 'default', name: 'mode' }])
  expect([...contested[0]!.actors].sort()).toEqual(['off', 'on'])
  expect(message).toMatch(/\nConfigMap default\/mode was written \d+ times of late, by (?:on, off|off, on)/)
  const slow = withMode([], { watchDelivery: '10s' })
  expect(timeoutOf(() => slow.settle({ timeout: '5s' })).contested).toEqual([])
})

test('settle and runUntil stop long before their time limit when controllers only undo what others did', () => {
  const fought = withMode([modeKeeper('on', () => 'on'), modeKeeper('off', () => 'off')])
  const other = fought.fork()
  const error = timeoutOf(() => fought.settle({ timeout: '10h' }))
  expect(error.message).toMatch(
    /^settle would never come to its end: controllers undo each other's writes, or repeat their own \(/,
  )
  expect(error.contested).toMatchObject([{ name: 'mode' }])
  expect(fought.now).toBeLessThan(other.now + 120_000)
  expect(timeoutOf(() => other.runUntil(() => false)).message).toMatch(/^runUntil would never come to its end/)
  expect(other.historyHash()).toBe(fought.historyHash())
  other.advance('1s') // asks for no end
})

test('a controller that wakes itself with the time it writes each turn is stopped as well', () => {
  const cluster = withMode([
    defineController({
      name: 'clock',
      watches: [{ kind: 'v1/ConfigMap' }],
      reconcile(key, { api, now }) {
        if (key !== 'default/mode') return
        const since = new Date(now).toISOString()
        api.update('v1/ConfigMap', 'mode', (draft) => void (draft.data = { mode: 'on', since }))
      },
    }),
  ])
  const error = timeoutOf(() => cluster.settle({ timeout: '10m' }))
  expect(error.message).toMatch(/^settle would never come to its end/)
  expect(error.contested).toMatchObject([{ name: 'mode', actors: ['clock'] }])
})

test('of very many objects that are fought over some are named', () => {
  const keeper = (name: string): Controller =>
    defineController({
      name,
      watches: [{ kind: 'v1/Secret' }],
      reconcile(key, { cache, api }) {
        const secret = cache.get('v1/Secret', key)
        if (secret === undefined || secret.metadata.labels?.['owner'] === name) return
        api.update('v1/Secret', secret.metadata.name, (draft) => void (draft.metadata.labels = { owner: name }))
      },
    })
  const cluster = createCluster({ nodes: 0, controllers: [keeper('this'), keeper('that')] })
  for (let i = 0; i < 40; i++) cluster.secrets.create({ metadata: { name: `s-${i}` } })
  const { message, contested } = timeoutOf(() => cluster.settle())
  expect(message).toMatch(/^settle would never come to its end/)
  expect(contested).toHaveLength(3)
  expect(message).toMatch(/\nSecret default\/s-\d+ was written \d+ times of late, by (?:this, that|that, this)/)
})

test('a run that is long because something counts is not stopped', () => {
  const most = 90_000
  const cluster = withMode([modeKeeper('counter', (mode) => String(Math.min(Number(mode) + 1, most)))])
  const { taken } = cluster.replayer().parts.kernel
  cluster.settle()
  expect(cluster.configMaps.get('mode').data).toEqual({ mode: String(most) })
  expect(cluster.replayer().parts.kernel.taken - taken).toBeGreaterThan(4 * 65_536)
})

test('listeners hear of every change in order, between turns', () => {
  const cluster = createCluster({ nodes: 1 })
  const heard: number[] = []
  const stop = cluster.on('change', ({ revision, actor, at, type, object }) => {
    heard.push(revision)
    expect(revision).toBeLessThanOrEqual(cluster.revision)
    expect([typeof actor, at <= cluster.now, type.length > 0, Object.isFrozen(object)]).toEqual([
      'string',
      true,
      true,
      true,
    ])
  })
  const { revision } = cluster
  cluster.pods.create(podManifest('a'))
  expect(heard).toEqual([revision + 1])
  cluster.settle()
  expect(heard).toEqual(Array.from({ length: cluster.revision - revision }, (_, index) => revision + 1 + index))
  stop()
  cluster.pods.delete('a')
  expect(heard.length).toBe(cluster.revision - revision - 1)
})

test('a listener may write, and what it writes is journalled as a call from outside', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.on('change', ({ type, object }) => {
    if (type === 'ADDED' && object.kind === 'Pod')
      cluster.pods.update(object.metadata.name, (draft) => void (draft.metadata.labels!['seen'] = 'yes'))
  })
  cluster.replicationControllers.create(controllerManifest('web', 2))
  cluster.runUntil((view) => view.pods.list().items.length === 2)
  cluster.advance('5s')
  expect(cluster.pods.list({ labelSelector: 'seen=yes' }).items).toHaveLength(2)
  const { journal } = cluster
  expect(journal.entries.filter((entry) => 'request' in entry && entry.request.verb === 'update')).toHaveLength(2)
  expect(replay(journal).historyHash()).toBe(cluster.historyHash())
})

test('a listener may not let time pass, and one that throws leaves the cluster usable', () => {
  const cluster = createCluster({ nodes: 1 })
  for (const act of [() => cluster.advance('1s'), () => cluster.settle(), () => cluster.runUntil(() => true)]) {
    const stop = cluster.on('change', act)
    cluster.pods.create(podManifest(`p${cluster.revision}`))
    const error = refused(() => cluster.advance(0))
    expect(error.message).toMatch('a listener or predicate may write, but not let time pass')
    stop()
  }
  const stop = cluster.on('change', () => {
    throw new Error('mine')
  })
  expect(() => cluster.advance('5s')).toThrow('mine')
  stop()
  cluster.settle()
  expect(cluster.pods.list().items.map(({ status }) => status.phase)).toEqual(['Running', 'Running', 'Running'])
})

test('a predicate may not let time pass, and one that throws leaves the cluster usable', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.pods.create(podManifest('a'))
  expect(refused(() => cluster.runUntil(() => (cluster.advance(1), true))).reason).toBe('BadRequest')
  expect(() => cluster.runUntil((view) => view.pods.get('nobody') !== undefined)).toThrow('pods "nobody" not found')
  cluster.settle()
  expect(cluster.pods.get('a').status.phase).toBe('Running')
})

test('messages end with where we are', () => {
  const cluster = createCluster({ nodes: 1, seed: 7 })
  cluster.advance('12s')
  const where = `(revision ${cluster.revision}, t=+12s, seed 7)`
  for (const act of [
    () => cluster.pods.get('a'),
    () => cluster.pods.get(''),
    () => cluster.pods.delete(''),
    () => cluster.pods.update('a', undefined as never),
    () => cluster.pods.watch({ namespace: '' }),
    () => cluster.resource('v9/Pod'),
    () => cluster.at(99_999),
    () => cluster.advance(-1),
    () => cluster.fork({ seed: 0.5 }),
    () => cluster.table('nothing'),
    () => cluster.faults.crashNode('nobody'),
    () => cluster.apply('kind: Pod'),
    () => cluster.on('nothing' as 'change', () => {}),
  ])
    expect(refused(act).message.endsWith(` ${where}`)).toBe(true)
})

test('a cluster prints as one line', () => {
  const cluster = createCluster({ seed: 7 })
  cluster.advance('12s')
  for (const printed of [inspect(cluster), String(cluster), inspect(cluster, { depth: 9, colors: true })]) {
    expect(printed).toBe(
      `Cluster 2020-01-01T00:00:12Z (revision ${cluster.revision}, ${cluster.replayer().parts.kernel.taken} tasks taken, seed 7)`,
    )
  }
})

test('two clusters in one process never see each other', () => {
  const alone = (): string => {
    const cluster = createCluster({ seed: 7, nodes: 2 })
    cluster.replicationControllers.create(controllerManifest('web', 3))
    cluster.advance('1m')
    return cluster.historyHash()
  }
  const expected = alone()
  const [one, other] = [createCluster({ seed: 7, nodes: 2 }), createCluster({ seed: 8, nodes: 5 })]
  other.replicationControllers.create(controllerManifest('web', 7))
  one.replicationControllers.create(controllerManifest('web', 3))
  for (let second = 0; second < 60; second++) {
    other.advance('1s')
    one.advance('1s')
  }
  expect(one.historyHash()).toBe(expected)
  expect(names(one.pods.list())).toHaveLength(3)
  expect(alone()).toBe(expected)
})

test('the history tells every change, who made it and when', () => {
  const cluster = createCluster({ nodes: 1 })
  const { revision } = cluster
  cluster.pods.create(podManifest('a'))
  cluster.settle()
  const all = cluster.history()
  expect(all.map((change) => change.revision)).toEqual(
    Array.from({ length: cluster.revision }, (_, index) => index + 1),
  )
  const pods = cluster.history(revision).filter(({ object }) => object.kind === 'Pod')
  expect(pods.slice(0, 2).map(({ type, actor, previous }) => [type, actor, previous?.metadata.name])).toEqual([
    ['ADDED', 'kubernetes-admin', undefined],
    ['MODIFIED', 'default-scheduler', 'a'],
  ])
  expect(cluster.history(revision, revision + 1)).toEqual(all.slice(revision, revision + 1))
  expect(cluster.history(cluster.revision)).toEqual([])
})

test('a view of a revision reads the cluster as it was', () => {
  const cluster = bare()
  cluster.pods.create(podManifest('a'))
  const { revision } = cluster
  const was = cluster.pods.list()
  cluster.pods.update('a', (draft) => void (draft.metadata.labels = { x: 'y' }))
  cluster.pods.create(podManifest('b'))
  cluster.pods.delete('a')
  const view = cluster.at(revision)
  expect(view.revision).toBe(revision)
  expect(view.pods.list()).toEqual(was)
  expect(view.pods.get('a')).toEqual(was.items[0])
  expect(view.pods.find('b')).toBeUndefined()
  expect(view.resource('v1/Pod').list()).toEqual(was)
  expect(names(cluster.at(0).namespaces.list())).toEqual([])
  expect(names(cluster.pods.list())).toEqual(['b'])
})
