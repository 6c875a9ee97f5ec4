import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  type Controller,
  type ControllerFailure,
  createCluster,
  defineController,
  type OwnerReference,
  ownerKeys,
  type ReconcileContext,
} from '../../src/index.ts'
import { controllerManifest, podManifest, refused } from '../cluster/support.ts'

const secret = (
  name: string,
  more: object = {},
): { metadata: { name: string }; stringData: Record<string, string> } => ({
  metadata: { name, ...more },
  stringData: { key: 'value' },
})

/** A cluster without nodes and one controller of Secrets, whose failures are kept. */
function watching(
  reconcile: Controller['reconcile'],
  options: ClusterOptions = {},
): { cluster: Cluster; failures: ControllerFailure[] } {
  const mine = defineController({ name: 'mine', watches: [{ kind: 'v1/Secret' }], reconcile })
  const cluster = createCluster({ nodes: 0, controllers: [mine], ...options })
  const failures: ControllerFailure[] = []
  cluster.on('failure', (failure) => void failures.push(failure))
  return { cluster, failures }
}

/** What one turn of a controller sees, and may do. */
function turn<T>(act: (context: ReconcileContext, key: string) => T, options: ClusterOptions = {}): T {
  const seen: T[] = []
  const { cluster, failures } = watching((key, context) => void seen.push(act(context, key)), options)
  cluster.secrets.create(secret('web'))
  cluster.settle()
  if (failures.length > 0) throw failures[0]!.error
  return seen[0]!
}

describe('a turn', () => {
  test('has the key, the cache, and the present', () => {
    const seen = turn(({ cache, now }, key) => [key, cache.get('v1/Secret', key)?.metadata.name, now])
    expect(seen).toEqual(['default/web', 'web', Date.UTC(2020, 0, 1) + 1])
  })

  test('writes under its name, and records events under it', () => {
    const { cluster, failures } = watching((key, { cache, api, record }) => {
      const found = cache.get('v1/Secret', key)
      if (found === undefined || found.metadata.labels !== undefined) return
      api.update('v1/Secret', key, (draft) => void (draft.metadata.labels = { seen: 'yes' }))
      record(found, 'Normal', 'Seen', `Saw secret ${found.metadata.name}`)
    })
    cluster.secrets.create(secret('web'))
    cluster.settle()
    expect(failures).toEqual([])
    expect(cluster.history().at(-1)!.actor).toBe('mine')
    expect(cluster.events.list().items).toMatchObject([
      {
        reason: 'Seen',
        message: 'Saw secret web',
        involvedObject: { kind: 'Secret', name: 'web' },
        source: { component: 'mine' },
      },
    ])
  })

  test.each([
    ['a type', ['web', 'Error', 'Seen', 'x'], "expected the type 'Normal' or 'Warning', got \"Error\""],
    ['a reason', ['web', 'Normal', '', 'x'], 'expected a reason, got ""'],
    ['a message', ['web', 'Normal', 'Seen', 3], 'expected a message of printable text, got 3'],
    ['a subject', ['nothing', 'Normal', 'Seen', 'x'], 'expected an object that was read'],
  ])('refuses an event without %s', (_, [subject, ...rest], said) => {
    const error = turn(({ cache, record }) =>
      refused(() => record(cache.get('v1/Secret', subject as string)!, ...(rest as ['Normal', string, string]))),
    )
    expect(error.message).toContain(said)
  })

  test('is over when it is over: what it was handed is of no use afterwards', () => {
    const { cache, api, memory, random, record } = turn((context) => ({ ...context }))
    const uses = [
      () => api.create('v1/Secret', secret('late')),
      () => api.list('v1/Pod'),
      () => cache.get('v1/Secret', 'web'),
      () => cache.list('v1/Secret'),
      () => memory.set('a', 1),
      () => memory.get('a'),
      () => random.fraction(),
      () => record({} as never, 'Normal', 'Late', 'late'),
    ]
    for (const use of uses) expect(refused(use).message).toContain('the turn of controller mine is over')
  })
})

describe('the cache', () => {
  test('is asked as the API is: by key or by name, with selectors, in one namespace or in all', () => {
    let ran = false
    const { cluster, failures } = watching((key, { cache }) => {
      if (key !== 'default/b') return
      ran = true
      expect(cache.get('v1/Secret', 'a')?.metadata.name).toBe('a')
      expect(cache.get('v1/Secret', 'c', { namespace: 'kube-system' })?.metadata.name).toBe('c')
      expect(cache.get('v1/Secret', 'kube-system/c')?.metadata.name).toBe('c')
      expect(cache.get('v1/Secret', 'c')).toBeUndefined()
      const names = (options?: object): string[] =>
        cache.list('v1/Secret', options).map(({ metadata }) => metadata.name)
      expect(names()).toEqual(['a', 'b'])
      expect(names({ allNamespaces: true })).toEqual(['a', 'b', 'c'])
      expect(names({ labelSelector: 'tier=front' })).toEqual(['a'])
      expect(names({ fieldSelector: 'metadata.name=b' })).toEqual(['b'])
      expect(refused(() => cache.list('v1/Secret', { limit: 1 } as object)).message).toContain(
        '"limit": unknown option of cache.list; expected one of',
      )
      expect(refused(() => cache.get('v1/Pod', key)).message).toBe(
        'controller mine does not watch v1/Pod, only v1/Secret; add it to its watches',
      )
      const nothing = undefined as never
      for (const ask of [
        () => cache.get(nothing, key),
        () => cache.list(nothing),
        () => cache.byIndex(nothing, key),
        () => cache.hasSeen(nothing, '1'),
        () => cache.isNamespaced(nothing),
      ])
        expect(refused(ask).message).toBe('kind: expected a string such as "v1/Pod", got undefined')
      expect(refused(() => cache.get('v1/Pod', nothing)).message).toBe(
        'name: expected a string that is not empty, got undefined',
      )
      const again = refused(() => cache.get('v1/Secret', 'default/a', { namespace: 'kube-system' }))
      expect(again.message).toBe('namespace: "kube-system" is not the namespace of the key "default/a"')
    })
    cluster.secrets.create(secret('a', { labels: { tier: 'front' } }))
    cluster.secrets.create(secret('c', { namespace: 'kube-system' }))
    cluster.secrets.create(secret('b'))
    cluster.settle()
    expect([ran, failures.map(String)]).toEqual([true, []])
  })

  test('finds objects by an index of one’s own', () => {
    const found: string[][] = []
    const mine = defineController({
      name: 'mine',
      watches: [
        { kind: 'v1/ReplicationController' },
        { kind: 'v1/Pod', keys: ownerKeys('v1/ReplicationController'), index: ({ spec }) => spec.nodeName },
      ],
      reconcile(_, { cache }) {
        found.push(cache.byIndex('v1/Pod', 'node-0').map(({ metadata }) => metadata.name))
      },
    })
    const cluster = createCluster({ nodes: 2, controllers: [mine] })
    cluster.replicationControllers.create(controllerManifest('web', 4))
    cluster.settle()
    const onNode = cluster.pods
      .list({ fieldSelector: 'spec.nodeName=node-0' })
      .items.map(({ metadata }) => metadata.name)
    expect(found.at(-1)!.toSorted()).toEqual(onNode)
  })

  test('is told of one’s own writes later, and knows whether it has been', () => {
    const seen: boolean[] = []
    const { cluster, failures } = watching((key, { cache, api, memory }) => {
      const written = memory.get<string>('written')
      if (written !== undefined) return void seen.push(cache.hasSeen('v1/Secret', written))
      const { resourceVersion } = api.update('v1/Secret', key, (draft) => {
        draft.metadata.labels = { a: 'b' }
      }).metadata
      memory.set('written', resourceVersion)
      seen.push(cache.hasSeen('v1/Secret', resourceVersion))
    })
    cluster.secrets.create(secret('web'))
    cluster.settle()
    expect([seen, failures]).toEqual([[false, true], []])
  })
})

describe('the api', () => {
  test('creates, reads, lists, changes and deletes by kind', () => {
    let ran = false
    const { cluster, failures } = watching((_, { api }) => {
      ran = true
      const made = api.create('v1/Pod', podManifest('a'))
      expect(made.metadata).toMatchObject({ name: 'a', namespace: 'default' })
      expect(api.get('v1/Pod', 'a')).toEqual(made)
      expect(api.find('v1/Pod', 'default/b')).toBeUndefined()
      expect(refused(() => api.get('v1/Pod', 'b')).reason).toBe('NotFound')
      const labelled = api.update('v1/Pod', { ...made, metadata: { ...made.metadata, labels: { app: 'x' } } })
      expect(api.list('v1/Pod', { labelSelector: 'app=x' }).items).toEqual([labelled])
      expect(refused(() => api.update('v1/Pod', made)).reason).toBe('Conflict')
      const running = api.updateStatus('v1/Pod', 'default/a', (draft) => void (draft.status.phase = 'Running'))
      expect(running.status.phase).toBe('Running')
      api.delete('v1/Pod', 'a', { gracePeriodSeconds: 0 })
      expect(api.list('v1/Pod').items).toEqual([])
      expect(api.get('v1/Namespace', 'kube-system').kind).toBe('Namespace')
    })
    cluster.secrets.create(secret('web'))
    cluster.settle()
    expect([ran, failures.map(String)]).toEqual([true, []])
  })

  test.each([
    ['an unknown field', { metadata: { name: 'a' }, spec: { contaniers: [] } }, 'unknown field "spec.contaniers"'],
    ['a missing one', { metadata: { name: 'a' }, spec: {} }, 'spec.containers: Required value'],
    ['another kind', { kind: 'Service', metadata: { name: 'a' } }, 'cannot be handled as a Pod'],
    ['nothing', undefined, 'a Pod must be an object, got undefined'],
  ])('refuses %s, as it does from outside', (_, body, said) => {
    expect(turn(({ api }) => refused(() => api.create('v1/Pod', body as never))).message).toContain(said)
  })

  test('refuses a recipe that is none, and one that names another object', () => {
    const [none, other] = turn(({ api }, key) => [
      refused(() => api.update('v1/Secret', key, undefined as never)),
      refused(() => api.update('v1/Secret', key, (draft) => void (draft.metadata.name = 'other'))),
    ])
    expect(none.message).toBe('update by name needs a recipe, a function that changes the draft it is given')
    expect(other.message).toBe('the name of the object (other) does not match the name on the URL (web)')
  })
})

describe('memory', () => {
  test('keeps copies of plain data, by key', () => {
    const given = { list: [1, { a: 'b' }], none: null }
    const [kept, keys, had, has] = turn(({ memory }) => {
      memory.set('b', given)
      memory.set('a', 0)
      given.list.push(2)
      const first = memory.get('b')
      return [first, memory.keys(), memory.delete('a'), memory.has('a')]
    })
    expect(kept).toEqual({ list: [1, { a: 'b' }], none: null })
    expect(Object.isFrozen((kept as typeof given).list[1])).toBe(true)
    expect([keys, had, has, Object.isFrozen(given)]).toEqual([['a', 'b'], true, false, false])
  })

  test.each([
    ['undefined', undefined, 'memory["x"]: undefined is no value; use delete'],
    ['NaN', { a: [NaN] }, 'memory["x"].a[0]: Invalid value: NaN: must be a finite number'],
    ['a function', { f() {} }, 'memory["x"].f: Invalid value: must be plain data, got function'],
    ['a Map', new Map(), 'memory["x"]: Invalid value: must be plain data, got object'],
  ])('refuses %s', (_, value, said) => {
    expect(turn(({ memory }) => refused(() => memory.set('x', value))).message).toContain(said)
  })

  test('is frozen whether or not freezing is off, since forks share it', () => {
    for (const freeze of [true, false]) {
      const kept = turn(({ memory }) => (memory.set('x', { a: 1 }), memory.get('x')), { freeze })
      expect(Object.isFrozen(kept)).toBe(true)
    }
  })
})

describe('nothing that a controller holds can change the cluster', () => {
  const objects = (options: ClusterOptions): readonly unknown[] => {
    const found: unknown[] = []
    const mine = defineController({
      name: 'mine',
      watches: [
        {
          kind: 'v1/Secret',
          keys: ({ object, previous }) => (found.push(object, previous), ['default/web']),
          index: (object) => (found.push(object), 'all'),
        },
      ],
      reconcile(key, { cache, api }) {
        found.push(cache.get('v1/Secret', key), cache.list('v1/Secret'), cache.byIndex('v1/Secret', 'all'))
        found.push(api.get('v1/Secret', key), api.find('v1/Secret', key), api.list('v1/Secret'))
        found.push(api.update('v1/Secret', key, ({ metadata }) => void (metadata.labels = { a: 'b' })))
        found.push(api.create('v1/Pod', podManifest('a')))
      },
    })
    const cluster = createCluster({ nodes: 0, controllers: [mine], ...options })
    cluster.secrets.create(secret('web'))
    cluster.settle()
    return found.filter((one) => one !== undefined)
  }
  const inside = (value: unknown): object[] =>
    typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(inside)] : []

  test('what it reads is frozen throughout', () => {
    const found = objects({})
    expect(found.length).toBeGreaterThan(8)
    for (const one of found) expect(inside(one).every(Object.isFrozen)).toBe(true)
  })

  test('what it reads is what anybody reads, to the last field', () => {
    const read: (readonly [string, string])[] = []
    const mine = defineController({
      name: 'mine',
      watches: [{ kind: 'v1/Pod', keys: ({ object }) => [`default/${object.metadata.name}`] }],
      reconcile(key, { cache, api }) {
        for (const pod of [cache.get('v1/Pod', key), cache.list('v1/Pod')[0], api.get('v1/Pod', key)])
          if (pod !== undefined)
            read.push([pod.metadata.resourceVersion, JSON.stringify({ ...pod, status: { ...pod.status } })])
      },
    })
    const cluster = createCluster({ nodes: 1, controllers: [mine] })
    cluster.pods.create(podManifest('a'))
    cluster.settle()
    expect(cluster.pods.get('a').status.phase).toBe('Running')
    expect(read.length).toBeGreaterThan(8)
    for (const [version, pod] of read) expect(pod).toBe(JSON.stringify(cluster.at(Number(version)).pods.get('a')))
  })

  test('what it writes is copied, neither frozen nor kept', () => {
    const manifest = podManifest('a', { labels: { a: 'b' } }) as { metadata: { labels: Record<string, string> } }
    const { cluster } = watching((_, { api }) => void api.create('v1/Pod', manifest))
    cluster.secrets.create(secret('web'))
    cluster.settle()
    manifest.metadata.labels['a'] = 'changed'
    expect(cluster.pods.get('a').metadata.labels).toEqual({ a: 'b' })
  })
})

describe('what a reconcile may not do fails loudly, and its key is tried again:', () => {
  const failing = (reconcile: () => unknown): string => {
    const { cluster, failures } = watching(reconcile as Controller['reconcile'])
    cluster.secrets.create(secret('web'))
    cluster.advance('1s')
    expect(failures.length).toBeGreaterThan(3)
    expect(failures[1]).toMatchObject({ controller: 'mine', key: 'default/web', failures: 2 })
    expect(failures[1]!.at - failures[0]!.at).toBe(5)
    expect(failures[2]!.at - failures[1]!.at).toBe(10)
    expect(cluster.controllers.list().find(({ name }) => name === 'mine')!.failing).toMatchObject([
      { key: 'default/web', failures: failures.length },
    ])
    return String(failures[0])
  }

  test.each([
    [
      'throw an error',
      () => {
        throw new TypeError('a mistake')
      },
      'TypeError: a mistake',
    ],
    [
      'throw something else',
      () => {
        throw 'a string'
      },
      'it threw "a string", which is not an Error',
    ],
    [
      'throw nothing',
      () => {
        throw undefined
      },
      'it threw undefined, which is not an Error',
    ],
    ['be async', async () => {}, 'TypeError: reconcile returned a promise: every call is synchronous'],
    ['be async and reject', async () => Promise.reject(new Error('late')), 'reconcile returned a promise'],
    ['return a number', () => 5, 'TypeError: reconcile: expected nothing or { requeueAfter }, got 5'],
    ['return null', () => null, 'expected nothing or { requeueAfter }, got null'],
    ['return another field', () => ({ requeue: true }), 'expected { requeueAfter }, got the field "requeue"'],
    ['come back in NaN', () => ({ requeueAfter: NaN }), 'BadRequest: invalid duration NaN'],
    ['come back in the past', () => ({ requeueAfter: -1 }), 'BadRequest: invalid duration -1'],
    ['come back at once', () => ({ requeueAfter: 0 }), 'RangeError: requeueAfter: expected a duration above 0, got 0'],
    ['come back before time moves', () => ({ requeueAfter: 1e-9 }), 'expected a duration above 0, got 1e-9'],
    ['come back soon', () => ({ requeueAfter: 'soon' }), 'BadRequest: invalid duration "soon"'],
  ])('%s', (_, reconcile, said) => {
    const failure = failing(reconcile)
    expect(failure.startsWith('controller mine failed on default/web: ')).toBe(true)
    expect(failure).toContain(said)
  })

  test('what an async reconcile does after its turn is refused, not done', async () => {
    const later: unknown[] = []
    const mine = {
      name: 'mine',
      watches: [{ kind: 'v1/Secret' }],
      async reconcile(_: string, { api }: ReconcileContext) {
        await Promise.resolve()
        later.push(refused(() => api.create('v1/Pod', podManifest('late'))).message)
      },
    }
    const cluster = createCluster({ nodes: 0, controllers: [mine as unknown as Controller] })
    cluster.secrets.create(secret('web'))
    cluster.advance(1)
    await new Promise<void>((done) => void setTimeout(done, 0))
    expect(later).toEqual([expect.stringContaining('the turn of controller mine is over')])
    expect(cluster.pods.list().items).toEqual([])
  })

  test('a turn that ends well begins the back-off anew', () => {
    let broken = true
    const { cluster, failures } = watching(() => {
      if (broken) throw new Error('no')
    })
    cluster.secrets.create(secret('web'))
    cluster.advance('1m')
    const before = failures.length
    broken = false
    cluster.advance('1h')
    broken = true
    expect(cluster.controllers.list().at(-1)!.failing).toEqual([])
    cluster.secrets.update('web', (draft) => void (draft.metadata.labels = { a: 'b' }))
    cluster.advance('1s')
    expect(failures[before]!.failures).toBe(1)
  })

  test('keys and an index that throw, or answer with something else', () => {
    const errors: string[] = []
    const broken = (watch: object): void => {
      const mine = { name: 'mine', watches: [{ kind: 'v1/Secret', ...watch }], reconcile() {} }
      const cluster = createCluster({ nodes: 0, controllers: [mine, reader] })
      cluster.on('failure', (failure) => void errors.push(String(failure)))
      cluster.secrets.create(secret('web'))
      cluster.settle()
      cluster.secrets.delete('web')
      cluster.settle()
    }
    const reader = defineController({
      name: 'reader',
      watches: [
        {
          kind: 'v1/Secret',
          index() {
            throw new Error('no index')
          },
        },
      ],
      reconcile: (_, { cache }) => void cache.byIndex('v1/Secret', 'a'),
    })
    broken({
      keys() {
        throw new Error('no keys')
      },
    })
    broken({ keys: () => 'default/web' })
    broken({ keys: () => ['default/web', 5] })
    expect(errors).toEqual(
      expect.arrayContaining([
        'controller mine failed on default/web: Error: no keys',
        'controller reader failed on default/web: Error: no index',
        'controller mine failed on default/web: TypeError: keys: expected a list of keys such as "default/web", got "default/web"',
        'controller mine failed on default/web: TypeError: keys[1]: expected a key such as "default/web", got 5',
      ]),
    )
  })
})

test('whoever waits in vain is told which controllers fail, and why', () => {
  const { cluster } = watching(() => {
    throw new TypeError('a mistake')
  })
  cluster.secrets.create(secret('web'))
  expect(() => cluster.runUntil(() => false, { timeout: '10ms' })).toThrow(
    /still waiting:\n(?:.*\n)+controller mine fails on default\/web \(2 in a row\): TypeError: a mistake$/,
  )
})

describe('requeueAfter', () => {
  /** When the controller had its turns, in milliseconds from the first. */
  function turns(after: (turn: number) => number | string | undefined, act: (cluster: Cluster) => void): number[] {
    const at: number[] = []
    const { cluster } = watching((_, { now }) => {
      at.push(now)
      return { requeueAfter: after(at.length) }
    })
    cluster.secrets.create(secret('web'))
    act(cluster)
    return at.map((now) => now - at[0]!)
  }
  const touch = (cluster: Cluster): void =>
    void cluster.secrets.update('web', (draft) => void (draft.metadata.annotations = { at: cluster.time }))

  test('brings the key back', () => {
    const found = turns(
      () => '10s',
      (cluster) => cluster.advance('35s'),
    )
    expect(found).toEqual([0, 10_000, 20_000, 30_000])
  })

  test('brings it back once, however often it was asked for', () => {
    const found = turns(
      () => '10s',
      (cluster) => {
        for (let second = 0; second < 8; second++) {
          cluster.advance('1s')
          touch(cluster)
        }
        const { next } = cluster.settle()
        expect(next.filter(({ component }) => component === 'mine')).toHaveLength(1)
        cluster.advance('20s')
      },
    )
    expect(found.filter((at) => at >= 10_000)).toEqual([10_000, 20_000])
  })

  test('brings it back at the earliest of the times asked for', () => {
    const found = turns(
      (turn) => [undefined, '1h', '5s', undefined][turn],
      (cluster) => {
        cluster.advance('1s')
        touch(cluster)
        cluster.advance('2h')
      },
    )
    expect(found).toEqual([0, 1000, 6000])
  })
})

test('ownerKeys leads from what was made to whoever owns it, before a change and after it', () => {
  const seen: string[] = []
  const mine = defineController({
    name: 'mine',
    watches: [
      { kind: 'v1/Node', keys: () => [] },
      { kind: 'v1/Pod', keys: ownerKeys('v1/Node') },
      { kind: 'v1/Pod', keys: ownerKeys('v1/ReplicationController') },
    ],
    reconcile: (key) => void seen.push(key),
  })
  const disable = ['replication-controller', 'scheduler', 'garbage-collector-controller']
  const cluster = createCluster({ nodes: 0, controllers: [mine], disable })
  const owner = (kind: string, name: string): OwnerReference => ({ apiVersion: 'v1', kind, name, uid: `${name}-uid` })
  const read = (): string[] => (cluster.settle(), seen.splice(0))
  cluster.pods.create({
    ...podManifest('a'),
    metadata: { name: 'a', ownerReferences: [owner('ReplicationController', 'web'), owner('Node', 'n')] },
  })
  expect(read()).toEqual(['n', 'default/web'])
  cluster.pods.update('a', (draft) => {
    draft.metadata.ownerReferences = [owner('ReplicationController', 'other')]
  })
  expect(read().toSorted()).toEqual(['default/other', 'default/web', 'n'])
  cluster.pods.update('a', (draft) => {
    draft.metadata.ownerReferences = [owner('Deployment', 'other')]
  })
  expect(read()).toEqual(['default/other'])
  expect(refused(() => ownerKeys('Node' as never)).message).toContain('ownerKeys: expected a kind such as')
})

test('a definition that is changed later changes nothing', () => {
  const seen: string[] = []
  const mine = { name: 'mine', watches: [{ kind: 'v1/Secret' }], reconcile: (key: string) => void seen.push(key) }
  const cluster = createCluster({ nodes: 0, controllers: [mine] })
  mine.watches.push({ kind: 'v1/Namespace' })
  mine.reconcile = () => {
    throw new Error('another')
  }
  const fork = cluster.fork()
  fork.secrets.create(secret('web'))
  fork.namespaces.create({ metadata: { name: 'team' } })
  fork.settle()
  expect(seen).toEqual(['default/web'])
})

test('a controller may be an object of a class', () => {
  class Labeller {
    readonly name = 'labeller'
    readonly watches = [{ kind: 'v1/Secret' }]
    private readonly label = 'seen'
    reconcile(key: string, { api }: ReconcileContext): void {
      api.update('v1/Secret', key, (draft) => void (draft.metadata.labels = { [this.label]: 'yes' }))
    }
  }
  const cluster = createCluster({ nodes: 0, controllers: [new Labeller()] })
  cluster.secrets.create(secret('web'))
  cluster.settle()
  expect(cluster.secrets.get('web').metadata.labels).toEqual({ seen: 'yes' })
})

test('a built-in controller that is disabled may be replaced by one of its name', () => {
  const seen: string[] = []
  const mine = defineController({
    name: 'replication-controller',
    watches: [{ kind: 'v1/ReplicationController' }],
    reconcile: (key) => void seen.push(key),
  })
  const cluster = createCluster({ nodes: 0, disable: ['replication-controller'], controllers: [mine] })
  cluster.replicationControllers.create(controllerManifest('web', 1))
  cluster.settle()
  expect([seen, cluster.pods.list().items]).toEqual([['default/web'], []])
})
