import { describe, expect, test } from 'vitest'
import {
  type Cluster,
  type ClusterOptions,
  type Controller,
  createCluster,
  defineController,
  type Definitions,
  loadCluster,
  localOptimum,
  type Plugin,
  replay,
} from '../../src/index.ts'
import { createWith } from '../../src/create.ts'
import { Memory } from '../../src/kernel/memory.ts'
import { writeLines } from '../../src/kernel/saved/text.ts'
import { createSha256 } from '../../src/kernel/sha256.ts'
import { type Saveable, savedText } from '../../src/save.ts'
import { controllerManifest, names, podManifest, refused } from './support.ts'

/** A minute of a small cluster's life, with something still under way. */
function busy(options: ClusterOptions = {}): Cluster {
  const cluster = createCluster({ seed: 7, nodes: 2, ...options })
  cluster.replicationControllers.create(controllerManifest('web', 3))
  cluster.advance('1m')
  cluster.faults.crashNode('node-1')
  cluster.pods.create(podManifest('late'))
  cluster.advance('600ms')
  return cluster
}

const said = (text: unknown, definitions?: Definitions): string =>
  refused(() => loadCluster(text as string, definitions)).status.message

describe('a saved cluster', () => {
  const cluster = busy()
  const text = cluster.save()
  const lines = text.split('\n')

  test('is JSON that says what it is, and plain ASCII whatever it holds', () => {
    const { format, version, seed, now, revision, options } = JSON.parse(text) as Record<string, unknown>
    expect({ format, version, seed, now, revision, options }).toEqual({
      format: 'wavetank-cluster',
      version: 1,
      seed: 7,
      now: cluster.now,
      revision: cluster.revision,
      options: { seed: 7, nodes: 2 },
    })
    cluster.fork().configMaps.create({ metadata: { name: 'c' }, data: { a: 'ä€😀\ud800' } })
    const fork = cluster.fork()
    fork.configMaps.create({ metadata: { name: 'c', annotations: { note: 'ä€😀\ud800' } }, data: { __proto__x: '1' } })
    const saved = fork.save()
    expect(/^[\0-~]*$/.test(saved)).toBe(true)
    expect(loadCluster(saved).configMaps.get('c')).toEqual(fork.configMaps.get('c'))
  })

  test('holds what came from outside, so that it can still be replayed', () => {
    const loaded = loadCluster(text)
    expect(loaded.journal).toEqual(cluster.journal)
    loaded.advance('5m')
    expect(replay(loaded.journal).historyHash()).toBe(loaded.historyHash())
  })

  test('goes on with what was under way, by the options that it was made with', () => {
    const options: ClusterOptions = {
      epoch: '2031-05-06T07:08:09Z',
      latency: { imagePull: { uniform: [500, 5000] }, watchDelivery: 7 },
      behaviours: [{ image: 'web:*', ready: { exponential: { mean: '4s' } }, run: '20s', exitCode: 3 }],
      disable: ['endpoint-controller'],
      history: { revisions: 50 },
    }
    const original = busy(options)
    const loaded = loadCluster(original.save())
    for (const one of [original, loaded]) one.advance('10m')
    expect(loaded.historyHash()).toBe(original.historyHash())
    expect(names(loaded.pods.list())).toEqual(names(original.pods.list()))
    expect(loaded.history().length).toBe(original.history().length)
    expect(refused(() => loaded.at(1)).reason).toBe('Expired')
  })

  test('gives out what is frozen, unless the original did not', () => {
    const pod = loadCluster(text).pods.get('late')
    expect([pod, pod.spec, pod.spec.containers[0], pod.status].every((part) => Object.isFrozen(part))).toBe(true)
    expect(Object.isFrozen(loadCluster(busy({ freeze: false }).save()).pods.get('late'))).toBe(false)
  })

  test('has heartbeats in runs, or one by one, as the original does', () => {
    for (const runs of [true, false]) {
      const original = createWith({ nodes: 3 }, { runs })
      original.advance('2m')
      const loaded = loadCluster(original.save())
      for (const one of [original, loaded]) one.advance('2m')
      expect(loaded.historyHash()).toBe(original.historyHash())
      expect(loaded.save() === original.save()).toBe(true)
    }
  })

  test('has neither the listeners nor the watches of whoever held the original', () => {
    const original = busy()
    let told = 0
    original.on('change', () => void told++)
    const watch = original.pods.watch()
    original.pods.create(podManifest('seen'))
    const [toldBefore, loaded] = [told, loadCluster(original.save())]
    loaded.pods.create(podManifest('unseen'))
    expect(told).toBe(toldBefore)
    expect(watch.read().map(({ object }) => object.metadata.name)).toEqual(['seen'])
    original.pods.create(podManifest('unseen'))
    for (const one of [original, loaded]) one.advance('1m')
    expect(loaded.historyHash()).toBe(original.historyHash())
  })

  test('can be made by a listener between two turns, but not by a controller in its own', () => {
    const texts: string[] = []
    const holder: { cluster?: Cluster } = {}
    const nosy: Controller = {
      name: 'nosy',
      watches: [{ kind: 'v1/Secret' }],
      reconcile: () => void holder.cluster!.save(),
    }
    const original = (holder.cluster = createCluster({ nodes: 1, controllers: [nosy] }))
    original.on('change', ({ object }) => {
      if (object.kind === 'Pod' && texts.length < 3) texts.push(original.save())
    })
    original.pods.create(podManifest('web'))
    original.secrets.create({ metadata: { name: 's' } })
    original.advance('10s')
    const [{ error } = { error: '' }] = original.controllers.list().find(({ name }) => name === 'nosy')!.failing
    expect(error).toContain('a component writes through the api it is handed, not through the cluster')
    expect(texts.length).toBe(3)
    for (const one of texts) {
      const loaded = loadCluster(one, { controllers: [nosy] })
      if (names(loaded.secrets.list()).length === 0) loaded.secrets.create({ metadata: { name: 's' } })
      loaded.runUntil(() => loaded.now >= original.now - 1)
      expect(loaded.pods.get('web').status.phase).toBe('Running')
    }
  })

  test('is not made of a cluster that no text can hold', () => {
    const { parts } = cluster.replayer()
    const { blueprint, options } = cluster as unknown as Pick<Saveable, 'blueprint' | 'options'>
    const save = (most: number): string => savedText({ ...parts, blueprint, options }, most)
    expect(save(text.length)).toBe(text)
    expect(refused(() => save(text.length - 1)).status.message).toContain('too large to be saved')
  })

  describe('is refused whole, with the reason,', () => {
    const half = Math.floor(text.length / 2)
    test.each<readonly [string, unknown, RegExp]>([
      ['when it is no text', JSON.parse(text), /^expected the text that cluster\.save\(\) returns, got /],
      ['when it is nothing', undefined, /^expected the text that cluster\.save\(\) returns, got undefined/],
      ['when it is empty', '', /^not a saved cluster: not JSON/],
      ['when it is not JSON', 'apiVersion: v1', /^not a saved cluster: not JSON/],
      ['when it is other JSON', '{"a":1}', /^not a saved cluster: expected format "wavetank-cluster"/],
      ['when it is null', 'null', /^not a saved cluster: expected format/],
      [
        'when it is a journal',
        JSON.stringify(cluster.journal),
        /^not a saved cluster but a journal: replay\(journal\)/,
      ],
      ['when it is cut off in its head', text.slice(0, 60), /truncated: it ends in its first line/],
      ['when half of it is missing', text.slice(0, half), /truncated: its end, with the digest, is missing/],
      ['when only its end is missing', text.slice(0, -3), /truncated: its end, with the digest, is missing/],
      ['when a line is missing', [lines[0], ...lines.slice(2)].join('\n'), /truncated|altered/],
      ['when its head was changed', text.replace('"seed":7', '"seed":8'), /altered: its content does not match/],
      ['when its digest was changed', text.replace(/"digest":"./, '"digest":"g'), /truncated: its end/],
      ['when it was written anew', JSON.stringify(JSON.parse(text)), /altered: its lines are not as they were written/],
      ['when it was laid out', JSON.stringify(JSON.parse(text), null, 2), /altered: its lines are not/],
      ['when its lines end as in DOS', text.replaceAll('\n', '\r\n'), /altered|truncated/],
      [
        'when it is newer',
        text.replace('"version":1', '"version":2'),
        /of version 2: this version .* reads version 1$/,
      ],
      ['when it is newer and laid out', '{\n"format":"wavetank-cluster","version":9}', /is of version 9/],
      ['when its version is none', text.replace('"version":1', '"version":"1"'), /is of version 1: /],
    ])('%s', (_, wrong, reason) => {
      expect(said(wrong)).toMatch(reason)
    })

    test('wherever one character of it is another', () => {
      for (let place = 100; place < text.length; place += 997) {
        const other = text[place] === 'B' ? 'C' : 'B'
        expect(said(text.slice(0, place) + other + text.slice(place + 1))).toMatch(/altered|truncated/)
      }
    })

    describe('though its digest is right,', () => {
      const written = (head: object, change: (memory: Memory) => void = () => {}): string => {
        const memory = new Memory()
        change(memory)
        const made: string[] = []
        writeLines(head, memory, [], createSha256(), (line) => void made.push(line))
        return made.join('')
      }
      test.each<readonly [string, string, string]>([
        ['when its options are missing', written({}), 'the saved cluster is damaged: its options are missing'],
        [
          'when its options are none',
          written({ options: [] }),
          'the saved cluster is damaged: its options are missing',
        ],
        ['when an option is unknown', written({ options: { colour: 'red' } }), 'options.colour: unknown'],
        [
          'when an option is __proto__',
          written({ options: JSON.parse('{"__proto__":{"freeze":false}}') as object }),
          'options.__proto__: unknown',
        ],
        ['when an option is wrong', written({ options: { seed: 'x' } }), 'options.seed: expected a whole number'],
        [
          'when a scheduler is none',
          written({ options: { schedulers: [3] } }),
          'schedulers[0]: expected an object, got 3',
        ],
        [
          'when a table is kept in another way',
          written({ options: {} }, (memory) => void memory.paged('store.log', { ints: 1 })),
          'table "store.log" is kept in another way',
        ],
        ['when a table is missing', written({ options: {} }), 'is missing in the saved cluster'],
        [
          'when a table is of another sort',
          written({ options: {} }, (memory) => void memory.map('kernel.numbers')),
          'table "kernel.numbers" is kept in another way',
        ],
      ])('%s', (_, wrong, reason) => {
        expect(said(wrong)).toContain(reason)
        expect(({} as { freeze?: unknown }).freeze).toBeUndefined()
      })
    })
  })
})

describe('definitions', () => {
  const counter = (name: string): Controller =>
    defineController({
      name,
      watches: [{ kind: 'v1/Pod' }],
      reconcile(key, { memory, random, api }) {
        const count = (memory.get<number>('count') ?? 0) + 1
        memory.set('count', count)
        const data = { key, count: String(count), lot: String(random.integer(0, 99)) }
        if (count % 2 === 0) api.create('v1/ConfigMap', { metadata: { generateName: `${name}-` }, data })
        if (count % 5 === 0) throw new Error('every fifth time')
      },
    })
  const plugin: Plugin = { name: 'OddNodes', score: (_, { name }) => (Number(name.at(-1)) % 2) * 100 }
  const mine = { ...localOptimum({ feasible: 1 }), name: 'firstComeFirstServed' }
  const all = { controllers: [counter('a'), counter('b')], plugins: [plugin], strategies: [mine] }
  const original = busy({ controllers: all.controllers, schedulers: [{ plugins: [plugin], strategy: mine }] })
  const text = original.save()

  test('are handed in again by name, in any order, and all goes on with what they remember', () => {
    const loaded = loadCluster(text, { ...all, controllers: [counter('b'), counter('a')] })
    const fork = original.fork()
    for (const one of [fork, loaded]) {
      one.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 6))
      one.advance('3m')
    }
    expect(loaded.historyHash()).toBe(fork.historyHash())
    expect(loaded.controllers.list()).toEqual(fork.controllers.list())
    expect(loaded.save() === loaded.fork().save()).toBe(true)
    expect(replay(loaded.journal, all).historyHash()).toBe(fork.historyHash())
  })

  test.each<readonly [string, Definitions, string]>([
    [
      'a controller is missing',
      { ...all, controllers: [counter('a')] },
      'the saved cluster needs a definition of controller "b"; pass it in controllers',
    ],
    [
      'a plugin is missing',
      { ...all, plugins: [] },
      'the saved cluster needs a definition of plugin "OddNodes"; pass it in plugins',
    ],
    [
      'a strategy is missing',
      { ...all, strategies: undefined },
      'the saved cluster needs a definition of strategy "firstComeFirstServed"; pass it in strategies',
    ],
    [
      'there is a controller too many',
      { ...all, controllers: [...all.controllers, counter('c')] },
      'controllers: the saved cluster has no controller "c"; leave it out',
    ],
    [
      'there is a plugin too many',
      { ...all, plugins: [plugin, { name: 'Even' }] },
      'plugins: the saved cluster has no plugin "Even"; leave it out',
    ],
    [
      'there is a policy that nobody uses',
      { ...all, policies: [{ name: 'p', scores: [] }] },
      'policies: the saved cluster has no policy "p"',
    ],
    [
      'one is no definition',
      { ...all, controllers: [null as never] },
      'controllers[0]: expected a definition, got null',
    ],
    ['they are no list', { ...all, plugins: plugin as never }, 'plugins: expected a list'],
    ['they are called otherwise', { controller: [] } as never, '"controller": unknown option of loadCluster'],
  ])('when %s, that is said', (_, definitions, message) => {
    expect(said(text, definitions)).toContain(message)
  })
})
