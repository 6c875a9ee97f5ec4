import { describe, expect, test } from 'vitest'
import {
  bestFit,
  type Cluster,
  type ClusterOptions,
  type Controller,
  createCluster,
  defineController,
  type Journal,
  type JournalEntry,
  localOptimum,
  mostAllocated,
  replay,
  ReplayDivergence,
  type Plugin,
} from '../../src/index.ts'
import { controllerManifest, podManifest, refused } from './support.ts'

function busy(more: ClusterOptions = {}): Cluster {
  const cluster = createCluster({ seed: 7, nodes: 3, latency: { imagePull: { uniform: [500, 1500] } }, ...more })
  cluster.apply([controllerManifest('web', 4), podManifest('a')])
  cluster.settle()
  cluster.faults.crashNode('node-1')
  cluster.advance('1m')
  cluster.faults.restartNode('node-1')
  cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 2))
  cluster.runUntil((view) => view.replicationControllers.get('web').status.replicas === 2)
  cluster.pods.delete('a', { gracePeriodSeconds: 3 })
  cluster.advance('90s')
  return cluster
}

/** What JSON makes of it, with one thing changed. */
function altered(
  journal: Journal,
  change: (draft: { options: Record<string, unknown>; entries: JournalEntry[]; end: { hash: string } }) => void,
): Journal {
  const draft = JSON.parse(JSON.stringify(journal)) as Journal & {
    options: Record<string, unknown>
    entries: JournalEntry[]
    end: { hash: string }
  }
  change(draft)
  return draft
}

function diverges(journal: Journal): string {
  try {
    replay(journal)
  } catch (error) {
    if (error instanceof ReplayDivergence) return error.message
    throw error
  }
  throw new Error('it did not diverge')
}

test('a journal is JSON, and enough to live the same life again', () => {
  const cluster = busy()
  const journal = JSON.parse(JSON.stringify(cluster.journal)) as Journal
  expect(journal).toEqual(cluster.journal)
  const again = replay(journal)
  expect(again.historyHash()).toBe(cluster.historyHash())
  expect([again.now, again.revision, String(again)]).toEqual([cluster.now, cluster.revision, String(cluster)])
  expect(again.journal).toEqual(cluster.journal)
  for (const one of [again, cluster]) one.advance('10m')
  expect(again.historyHash()).toBe(cluster.historyHash())
})

test('options of every kind come back from a journal', () => {
  const options: ClusterOptions = {
    epoch: '2031-02-03T04:05:06Z',
    nodes: [
      { name: 'big', cpu: 8, labels: { size: 'big' } },
      { count: 2, zone: 'z' },
    ],
    schedulers: [
      { strategy: localOptimum({ feasible: 2 }), policy: mostAllocated(), ties: 'random' },
      { name: 'other', strategy: localOptimum({ feasible: Infinity }), failFast: false },
      { name: 'third', strategy: bestFit() },
    ],
    behaviours: [{ image: 'web:*', ready: { uniform: ['1s', '2s'] } }],
    latency: { containerStart: { logNormal: { median: 300, sigma: 0.4 } } },
    history: 'all',
  }
  const cluster = busy({ ...options, nodes: 3 })
  expect(replay(JSON.parse(JSON.stringify(cluster.journal)) as Journal).historyHash()).toBe(cluster.historyHash())
  const other = createCluster(options)
  other.pods.create(podManifest('b', { spec: { schedulerName: 'other', containers: [{ name: 'a', image: 'web:1' }] } }))
  other.advance('1m')
  expect(other.pods.get('b').status.phase).toBe('Running')
  expect(replay(JSON.parse(JSON.stringify(other.journal)) as Journal).historyHash()).toBe(other.historyHash())
})

describe('a journal that was changed', () => {
  const { journal } = busy()
  const at = (test: (entry: JournalEntry) => boolean): number => journal.entries.findIndex(test)
  const create = at((entry) => 'request' in entry && JSON.stringify(entry).includes('"ReplicationController"'))

  test('in what was asked for diverges at the first change that follows from it', () => {
    const message = diverges(
      altered(
        journal,
        ({ entries }) =>
          void ((entries[create] as { request: { body: { spec: { replicas: number } } } }).request.body.spec.replicas =
            5),
      ),
    )
    const { revision } = replay(journal)
      .history()
      .find(({ object }) => object.metadata.name === 'web')!
    expect(message).toContain(
      `the first differing change is revision ${revision}, a put of replicationcontrollers/default/web by kubernetes-admin`,
    )
    expect(message).toMatch(/\(revision \d+, t=\+.*s, seed 7\)$/)
  })

  test('in its seed diverges at the first thing that was drawn', () => {
    expect(diverges(altered(journal, ({ options }) => void (options['seed'] = 8)))).toContain(
      'the first differing change is revision 1, a put of namespaces/default by kube-apiserver',
    )
  })

  test('in another option diverges', () => {
    expect(diverges(altered(journal, ({ options }) => void (options['nodes'] = 4)))).toContain(
      'the first differing change is revision',
    )
    expect(diverges(altered(journal, ({ options }) => void (options['latency'] = { imagePull: '1s' })))).toContain(
      'the first differing change is revision',
    )
  })

  test('by leaving an entry out diverges', () => {
    expect(diverges(altered(journal, ({ entries }) => void entries.splice(create, 1)))).toContain(
      'the first differing change is revision',
    )
    const crash = at((entry) => 'fault' in entry)
    expect(diverges(altered(journal, ({ entries }) => void entries.splice(crash, 1)))).toContain(
      'the first differing change is revision',
    )
  })

  test('in how long it ran diverges', () => {
    const run = at((entry) => 'run' in entry && entry.run.tasks > 5)
    const message = diverges(
      altered(journal, ({ entries }) => void ((entries[run] as { run: { tasks: number } }).run.tasks -= 1)),
    )
    expect(message).toMatch(
      /^entry \d+ of the journal comes after \d+ tasks, the replay has taken \d+: the first differing change is revision \d+, which only the journal has/,
    )
  })

  test('so that a call is refused says which', () => {
    const message = diverges(
      altered(
        journal,
        ({ entries }) =>
          void ((entries[create] as { request: { body: { metadata: { name: string } } } }).request.body.metadata.name =
            'other'),
      ),
    )
    expect(message).toMatch(
      /^entry \d+ of the journal is refused: replicationcontrollers "web" not found .*: the first differing change is revision \d+, a put of replicationcontrollers\/default\/other/,
    )
  })

  test('in its hash alone diverges, though no change differs', () => {
    expect(diverges(altered(journal, ({ end }) => void (end.hash = '0'.repeat(64))))).toContain(
      'no change that both still keep differs',
    )
  })
})

test('what is not a journal, or one of another version, is refused', () => {
  const { journal } = busy()
  for (const [wrong, said] of [
    [null, 'not a journal'],
    [{}, 'not a journal'],
    [{ ...journal, format: 'other' }, 'not a journal'],
    [{ ...journal, version: 2 }, 'journal version 2: this version of Wavetank reads version 1'],
    [{ ...journal, entries: undefined }, 'a damaged journal'],
    [{ ...journal, end: {} }, 'a damaged journal'],
    [
      {
        ...journal,
        entries: [{ taken: 0, request: { verb: 'patch', path: '/api/v1/nodes/a', body: null, user: 'me' } }],
      },
      'a damaged journal: entry 0',
    ],
    [{ ...journal, options: { ...journal.options, colour: 'red' } }, 'options.colour: unknown'],
  ] as const) {
    expect(refused(() => replay(wrong as unknown as Journal)).message).toContain(said)
  }
  for (const until of [Number.NaN, -1, '5'])
    expect(refused(() => replay(journal, { until: until as number })).reason).toBe('BadRequest')
})

test('a replay until a revision is the past made live', () => {
  const cluster = busy()
  const until = Math.floor(cluster.revision / 2)
  const past = replay(cluster.journal, { until })
  expect(past.revision).toBeGreaterThanOrEqual(until)
  expect(past.at(until).pods.list()).toEqual(cluster.at(until).pods.list())
  past.settle()
  expect(replay(past.journal).historyHash()).toBe(past.historyHash())
})

/** Puts a label on every pod, and remembers in its memory how many it has seen. */
const labeller = (name: string): Controller =>
  defineController({
    name,
    watches: [{ kind: 'v1/Pod' }],
    reconcile(key, { cache, api, memory, random }) {
      const pod = cache.get('v1/Pod', key)
      if (pod === undefined || pod.metadata.labels?.['number'] !== undefined) return
      const number = (memory.get<number>('count') ?? 0) + 1
      memory.set('count', number)
      api.update('v1/Pod', key, ({ metadata }) => {
        metadata.labels = { ...metadata.labels, number: String(number), lot: String(random.integer(0, 9)) }
      })
    },
  })

test("a user's controller runs like the built-in ones, through forks and replays", () => {
  const cluster = busy({ controllers: [labeller('labeller')] })
  const numbers = (one: Cluster): (string | undefined)[] =>
    one.pods.list().items.map(({ metadata }) => metadata.labels?.['number'])
  expect(numbers(cluster).every((number) => number !== undefined)).toBe(true)
  const fork = cluster.fork()
  for (const one of [fork, cluster]) {
    one.pods.create(podManifest('late'))
    one.advance('1m')
  }
  expect(fork.historyHash()).toBe(cluster.historyHash())
  const journal = JSON.parse(JSON.stringify(cluster.journal)) as Journal
  expect(replay(journal, { controllers: [labeller('other'), labeller('labeller')] }).historyHash()).toBe(
    cluster.historyHash(),
  )
  expect(refused(() => replay(journal)).message).toContain(
    'the journal needs a definition of controller "labeller"; pass it in controllers',
  )
})

test('what a controller does to the cluster behind its back is refused, since a replay would do it twice', () => {
  const said: string[] = []
  const holder: { cluster?: Cluster } = {}
  const rogue: Controller = {
    name: 'rogue',
    watches: [{ kind: 'v1/Secret' }],
    reconcile() {
      for (const act of [
        () => holder.cluster!.pods.create(podManifest('rogue')),
        () => holder.cluster!.faults.crashNode('node-0'),
        () => holder.cluster!.advance(1),
      ]) {
        said.push(refused(act).message)
      }
    },
  }
  const cluster = (holder.cluster = createCluster({ nodes: 1, controllers: [rogue] }))
  cluster.secrets.create({ metadata: { name: 's' } })
  cluster.settle()
  expect(said.map((message) => message.replace(/ \(.*/, ''))).toEqual([
    'a component writes through the api it is handed, not through the cluster',
    'a component writes through the api it is handed, not through the cluster',
    'a component may not let time pass: it asks to be called again',
  ])
  expect(cluster.pods.list().items).toEqual([])
})

test('a plugin and a strategy of the user are named in the journal, and handed in again', () => {
  const plugin: Plugin = { name: 'OddNodes', score: (_, { name }) => (Number(name.at(-1)) % 2) * 100 }
  const mine = { ...localOptimum({ feasible: 1 }), name: 'firstComeFirstServed' }
  const cluster = busy({ schedulers: [{ plugins: [plugin], strategy: mine }] })
  const journal = JSON.parse(JSON.stringify(cluster.journal)) as Journal
  expect(journal.options['schedulers']).toEqual([
    { plugins: ['OddNodes'], strategy: { name: 'firstComeFirstServed', feasible: 1 } },
  ])
  expect(replay(journal, { plugins: [plugin], strategies: [mine] }).historyHash()).toBe(cluster.historyHash())
  expect(refused(() => replay(journal, { strategies: [mine] })).message).toContain(
    'the journal needs a definition of plugin "OddNodes"',
  )
  expect(refused(() => replay(journal, { plugins: [plugin] })).message).toContain(
    'the journal needs a definition of strategy "firstComeFirstServed"; pass it in strategies',
  )
  const odd = { ...journal, options: { schedulers: [{ strategy: { name: 'localOptimum', feasible: -1 } }] } }
  expect(refused(() => replay(odd)).message).toContain('the journal: localOptimum: feasible must be')
})

test('what the API server has seen before does not show in what it makes', () => {
  const cluster = createCluster({ seed: 7, nodes: 1 })
  cluster.replicationControllers.create(controllerManifest('web', 1))
  // Copied in once more, its template is written in another order than a defaulted one.
  cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 2))
  cluster.settle()
  const fork = cluster.fork()
  for (const one of [cluster, fork]) {
    one.replicationControllers.create(
      controllerManifest('late', 1, { selector: undefined, template: controllerManifest('web', 1).spec!.template }),
    )
    one.pods.create(podManifest('bare'))
    one.settle()
  }
  expect(JSON.stringify(fork.pods.list())).toBe(JSON.stringify(cluster.pods.list()))
  expect(fork.historyHash()).toBe(cluster.historyHash())
})

test('a fork shares what was journalled before it, and neither writes into the other', () => {
  const cluster = busy()
  const { entries } = cluster.journal
  const fork = cluster.fork({ seed: 99 })
  cluster.advance('1m')
  fork.pods.create(podManifest('there'))
  expect(fork.journal.entries.slice(0, entries.length)).toEqual(entries)
  expect(fork.journal.entries.slice(entries.length)).toMatchObject([{ reseed: 99 }, { request: { verb: 'create' } }])
  expect(cluster.journal.entries).toHaveLength(entries.length)
  expect(replay(fork.journal).historyHash()).toBe(fork.historyHash())
  expect([fork.seed, cluster.seed]).toEqual([99, 7])
})
