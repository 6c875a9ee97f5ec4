import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  defineController,
  type Journal,
  loadCluster,
  replay,
} from '../../src/index.ts'
import { controllerManifest, names, podManifest, refused } from '../cluster/support.ts'

/** What a controller is told and does, in the order in which it happens. */
interface Diary {
  readonly controller: ReturnType<typeof defineController>
  readonly told: string[]
  readonly turns: string[]
}

/** Counts its turns in its memory, and comes back every minute. */
function diary(): Diary {
  const told: string[] = []
  const turns: string[] = []
  const controller = defineController({
    name: 'diary',
    watches: [
      {
        kind: 'v1/Secret',
        keys: ({ type, object, previous }) => {
          told.push(`${type} ${object.metadata.name}${previous === undefined ? '' : ' again'}`)
          return [object.metadata.name]
        },
      },
    ],
    reconcile(key, { memory }) {
      const turn = (memory.get<number>(key) ?? 0) + 1
      memory.set(key, turn)
      turns.push(`${key} ${turn}`)
      return { requeueAfter: '1m' }
    },
  })
  return { controller, told, turns }
}

const withDiary = (options: ClusterOptions = {}): Diary & { cluster: Cluster } => {
  const made = diary()
  return { ...made, cluster: createCluster({ nodes: 0, controllers: [made.controller], ...options }) }
}
const secret = (cluster: Cluster, name: string): void => void cluster.secrets.create({ metadata: { name } })
const stateOf = (cluster: Cluster, controller = 'diary'): unknown =>
  cluster.controllers.list().find(({ name }) => name === controller)

describe('a controller that crashes', () => {
  test('does nothing from then on, and has nothing left to do', () => {
    const { cluster, told, turns } = withDiary()
    secret(cluster, 'a')
    cluster.settle()
    cluster.controllers.crash('diary')
    expect(stateOf(cluster)).toEqual({ name: 'diary', state: 'crashed', queued: [], failing: [] })
    expect(cluster.settle().next.filter(({ component }) => component === 'diary')).toEqual([])
    secret(cluster, 'b')
    cluster.advance('1h')
    expect([told, turns]).toEqual([['ADDED a'], ['a 1']])
  })

  test('loses what was on its way to it and what it had queued', () => {
    const { cluster, told, turns } = withDiary()
    secret(cluster, 'a')
    cluster.controllers.crash('diary')
    cluster.settle()
    expect([told, turns]).toEqual([[], []])
  })

  test('loses what it had queued, when a listener has it crash between two of its turns', () => {
    const turns: string[] = []
    const noisy = defineController({
      name: 'noisy',
      watches: [{ kind: 'v1/Secret' }],
      reconcile(key, { cache, record }) {
        turns.push(key)
        record(cache.get('v1/Secret', key)!, 'Normal', 'Turn', 'had its turn')
      },
    })
    const cluster = createCluster({ nodes: 0, controllers: [noisy] })
    const queued: unknown[] = []
    cluster.on('change', ({ object }) => {
      if (object.kind !== 'Event') return
      queued.push(stateOf(cluster, 'noisy'))
      cluster.controllers.crash('noisy')
    })
    secret(cluster, 'a')
    secret(cluster, 'b')
    cluster.advance('1h')
    expect(queued).toMatchObject([{ state: 'running', queued: ['default/b'] }])
    expect(turns).toEqual(['default/a'])
    expect(replay(cluster.journal, { controllers: [noisy] }).historyHash()).toBe(cluster.historyHash())
  })

  test('does not hold on to the past, as one that reads late would', () => {
    const { cluster } = withDiary({ history: { revisions: 20 }, latency: { watchDelivery: '1h' } })
    const change = (from: number): void => {
      for (let index = from; index < from + 50; index++) secret(cluster, `s${index}`)
    }
    change(0)
    expect(cluster.at(10).revision).toBe(10)
    for (const { name } of cluster.controllers.list()) cluster.controllers.crash(name)
    cluster.advance('2h')
    change(50)
    expect(refused(() => cluster.at(10)).reason).toBe('Expired')
  })

  test('stays so when it crashes again', () => {
    const { cluster, turns } = withDiary()
    cluster.controllers.crash('diary')
    cluster.controllers.crash('diary')
    secret(cluster, 'a')
    cluster.settle()
    expect(turns).toEqual([])
  })
})

describe('a controller that is started again', () => {
  test('is told of everything there is as if it were new, and remembers nothing', () => {
    const { cluster, told, turns } = withDiary()
    for (const name of ['b', 'a', 'gone']) secret(cluster, name)
    cluster.settle()
    cluster.secrets.update('a', (draft) => void (draft.metadata.labels = { a: 'b' }))
    cluster.settle()
    cluster.controllers.crash('diary')
    cluster.secrets.delete('gone')
    secret(cluster, 'c')
    told.length = turns.length = 0
    cluster.controllers.restart('diary')
    expect(stateOf(cluster)).toMatchObject({ state: 'starting' })
    cluster.settle()
    expect(told).toEqual(['ADDED a', 'ADDED b', 'ADDED c'])
    expect(turns).toEqual(['a 1', 'b 1', 'c 1'])
    cluster.secrets.update('a', (draft) => void (draft.metadata.labels = { a: 'c' }))
    cluster.advance('61s')
    expect(told.slice(3)).toEqual(['MODIFIED a again'])
    expect(turns.slice(3)).toEqual(['a 2', 'a 3', 'b 2', 'c 2'])
  })

  test('crashes first when it runs', () => {
    const { cluster, turns } = withDiary()
    secret(cluster, 'a')
    cluster.advance('30s')
    cluster.controllers.restart('diary')
    cluster.controllers.restart('diary')
    cluster.advance('61s')
    expect(turns).toEqual(['a 1', 'a 1', 'a 2'])
  })

  test('misses nothing that happens meanwhile, however late it hears of it', () => {
    const { cluster, turns } = withDiary({ latency: { watchDelivery: { uniform: [1, 500] } } })
    for (let index = 0; index < 30; index++) {
      secret(cluster, `s${index}`)
      if (index % 7 === 3) cluster.controllers.restart('diary')
      cluster.advance(20)
    }
    cluster.settle()
    expect(new Set(turns.map((line) => line.split(' ')[0])).size).toBe(30)
  })

  test('catches up with what it has to do, when it is a built-in one', () => {
    const cluster = createCluster({ nodes: 2 })
    const scale = (replicas: number): void =>
      void cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = replicas))
    cluster.replicationControllers.create(controllerManifest('web', 2))
    cluster.settle()
    cluster.controllers.crash('replication-controller')
    scale(5)
    cluster.pods.create(podManifest('stray', { labels: { app: 'web' } }))
    cluster.pods.delete(names(cluster.pods.list())[1]!)
    cluster.advance('10m')
    expect(cluster.replicationControllers.get('web').status).toMatchObject({ replicas: 2 })
    cluster.controllers.restart('replication-controller')
    cluster.settle()
    expect(cluster.replicationControllers.get('web').status).toMatchObject({ replicas: 5, readyReplicas: 5 })
    expect(cluster.pods.list().items).toHaveLength(5)
    expect(cluster.pods.get('stray').metadata.ownerReferences).toMatchObject([{ name: 'web' }])
  })
})

test('crash and restart are calls from outside: refused to components, journalled, replayed, and a fork has its own', () => {
  const life = (cluster: Cluster): void => {
    secret(cluster, 'a')
    cluster.advance('30s')
    cluster.controllers.crash('diary')
    secret(cluster, 'b')
    cluster.advance('30s')
  }
  const { cluster, turns } = withDiary({ seed: 7 })
  life(cluster)
  const fork = cluster.fork()
  const loaded = loadCluster(cluster.save(), { controllers: [diary().controller] })
  expect(loaded.controllers.list()).toEqual(cluster.controllers.list())
  fork.controllers.restart('diary')
  fork.settle()
  expect(turns).toEqual(['a 1', 'a 1', 'b 1'])
  cluster.advance('1h')
  expect(turns).toHaveLength(3)
  expect([stateOf(cluster), stateOf(fork)]).toMatchObject([{ state: 'crashed' }, { state: 'running' }])
  const again = diary()
  const replayed = replay(JSON.parse(JSON.stringify(fork.journal)) as Journal, { controllers: [again.controller] })
  expect(again.turns).toEqual(['a 1', 'a 1', 'b 1'])
  expect([replayed.historyHash(), stateOf(replayed)]).toEqual([fork.historyHash(), stateOf(fork)])
  expect(replayed.journal).toEqual(fork.journal)
})

test('a name that no controller has is refused, with those that there are', () => {
  const { cluster } = withDiary()
  const { journal } = cluster
  expect(refused(() => cluster.controllers.crash('dairy')).message).toMatch(
    /^there is no controller "dairy": did you mean "diary"\? there are .*replication-controller, .*diary, default-scheduler \(revision/,
  )
  expect(refused(() => cluster.controllers.restart(undefined as never)).message).toContain(
    'expected a name, got undefined',
  )
  expect(cluster.journal).toEqual(journal)
  expect(
    refused(() => createCluster({ disable: ['endpoint-controller'] }).controllers.crash('endpoint-controller')).reason,
  ).toBe('BadRequest')
})

test('the list of controllers says how each does, and cannot be changed', () => {
  const { cluster } = withDiary()
  const list = cluster.controllers.list()
  expect(list.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['replication-controller', 'endpoint-controller', 'diary']),
  )
  expect(list.every(({ state }) => state === 'running')).toBe(true)
  expect(Object.isFrozen(list)).toBe(true)
})
