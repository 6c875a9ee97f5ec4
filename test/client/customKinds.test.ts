import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, defineController, type Journal, replay } from '../../src/index.ts'
import { copiesOf } from '../support/copies.ts'

const plurals = { Gadget: 'gadgets', Gizmo: 'gizmos' } as const
type Kind = keyof typeof plurals

const definition = (kind: Kind): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plurals[kind]}.example.com` },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind, plural: plurals[kind] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
})
const custom = (cluster: Cluster, kind: Kind, name: string): void =>
  void cluster.resource(`example.com/v1/${kind}`).create({ metadata: { name }, spec: { size: 1 } } as never)
const secret = (cluster: Cluster, name: string): void => void cluster.secrets.create({ metadata: { name } })

/** A controller of two custom kinds and a built-in one, and what it is told and looks at. */
function watcher(): { controller: ReturnType<typeof defineController>; told: string[]; turns: string[] } {
  const told: string[] = []
  const turns: string[] = []
  const keys = ({ type, object }: { type: string; object: { kind: string; metadata: { name: string } } }): string[] => {
    told.push(`${type} ${object.kind} ${object.metadata.name}`)
    return [object.metadata.name]
  }
  const controller = defineController({
    name: 'watcher',
    watches: [
      { kind: 'example.com/v1/Gadget', keys },
      { kind: 'example.com/v1/Gizmo', keys },
      { kind: 'v1/Secret', keys },
    ],
    reconcile(name, { cache }) {
      const there = [
        cache.get('example.com/v1/Gadget', name),
        cache.get('example.com/v1/Gizmo', name),
        cache.get('v1/Secret', name),
      ].map((object) => object?.kind ?? '-')
      turns.push(`${name}: ${there.join(' ')}, ${cache.list('example.com/v1/Gadget').length} gadgets`)
    },
  })
  return { controller, told, turns }
}
const stateOf = (cluster: Cluster): unknown => cluster.controllers.list().find(({ name }) => name === 'watcher')

function watching(): ReturnType<typeof watcher> & { cluster: Cluster } {
  const made = watcher()
  const cluster = createCluster({ nodes: 0, controllers: [made.controller] })
  cluster.on('failure', ({ error }) => {
    throw error
  })
  return { ...made, cluster }
}

describe('a controller of custom kinds', () => {
  test('waits until they are all served, and is then told of everything there is', () => {
    const { cluster, told, turns } = watching()
    secret(cluster, 's')
    cluster.settle()
    expect(stateOf(cluster)).toMatchObject({
      state: 'waiting',
      waitingFor: ['example.com/v1/Gadget', 'example.com/v1/Gizmo'],
    })
    cluster.apply(definition('Gadget'))
    custom(cluster, 'Gadget', 'a')
    cluster.settle()
    expect([told, turns]).toEqual([[], []])
    expect(() => cluster.runUntil(() => false, { timeout: '1s' })).toThrow(
      'controller watcher waits for example.com/v1/Gizmo: no CustomResourceDefinition serves it',
    )
    cluster.apply(definition('Gizmo'))
    custom(cluster, 'Gizmo', 'a')
    cluster.settle()
    expect(stateOf(cluster)).toEqual({ name: 'watcher', state: 'running', queued: [], failing: [] })
    expect(told).toEqual(['ADDED Gadget a', 'ADDED Gizmo a', 'ADDED Secret s'])
    expect(turns).toEqual(['a: Gadget Gizmo -, 1 gadgets', 's: - - Secret, 1 gadgets'])
  })

  test('goes on without one whose definition goes, and begins anew with it when it returns', () => {
    const { cluster, told, turns } = watching()
    cluster.apply([definition('Gadget'), definition('Gizmo')])
    custom(cluster, 'Gadget', 'a')
    cluster.settle()
    told.length = turns.length = 0
    cluster.customResourceDefinitions.delete('gadgets.example.com')
    cluster.advance('1m')
    expect(told).toEqual(['DELETED Gadget a'])
    expect(turns).toEqual(['a: - - -, 0 gadgets'])
    expect(stateOf(cluster)).toMatchObject({ state: 'running', waitingFor: ['example.com/v1/Gadget'] })
    secret(cluster, 's')
    cluster.settle()
    expect(turns.at(-1)).toBe('s: - - Secret, 0 gadgets')
    cluster.apply(definition('Gadget'))
    custom(cluster, 'Gadget', 'b')
    cluster.settle()
    expect(told.slice(2)).toEqual(['ADDED Gadget b'])
    expect(turns.at(-1)).toBe('b: Gadget - -, 1 gadgets')
  })

  test('waits again when it is started again without them', () => {
    const { cluster, told } = watching()
    cluster.apply([definition('Gadget'), definition('Gizmo')])
    cluster.settle()
    cluster.customResourceDefinitions.delete('gadgets.example.com')
    cluster.advance('1m')
    cluster.controllers.restart('watcher')
    secret(cluster, 's')
    cluster.settle()
    expect([stateOf(cluster), told]).toMatchObject([{ state: 'waiting' }, []])
    cluster.controllers.crash('watcher')
    cluster.apply(definition('Gadget'))
    cluster.settle()
    expect([stateOf(cluster), told]).toMatchObject([{ state: 'crashed' }, []])
    cluster.controllers.restart('watcher')
    cluster.settle()
    expect(told).toEqual(['ADDED Secret s'])
  })

  test('is the same in a fork and in a replay, at whatever moment its kinds come and go', () => {
    const { controller } = watcher()
    const life: readonly ((cluster: Cluster) => void)[] = [
      (c) => secret(c, 's'),
      (c) => c.apply(definition('Gizmo')),
      (c) => c.apply(definition('Gadget')),
      (c) => custom(c, 'Gadget', 'a'),
      (c) => c.advance(0.5),
      (c) => c.settle(),
      (c) => c.customResourceDefinitions.delete('gadgets.example.com'),
      (c) => c.advance(1),
      (c) => c.advance(0.5),
      (c) => c.apply(definition('Gadget')),
      (c) => c.advance(0.2),
      (c) => c.advance('1m'),
      (c) => c.apply(definition('Gadget')),
      (c) => custom(c, 'Gadget', 'b'),
      (c) => c.settle(),
    ]
    const noted = defineController({
      ...controller,
      name: 'noter',
      watches: controller.watches as readonly { kind: 'v1/Secret' }[],
      reconcile(key, { cache, api }) {
        const text = JSON.stringify(
          cache.list('example.com/v1/Gadget' as 'v1/Secret').map(({ metadata }) => metadata.name),
        )
        api.create('v1/ConfigMap', { metadata: { generateName: 'note-' }, data: { key, text } })
      },
    })
    for (let cut = 0; cut <= life.length; cut++) {
      const original = createCluster({ nodes: 0, controllers: [noted] })
      for (const step of life.slice(0, cut)) step(original)
      const copies = copiesOf(original, { controllers: [noted] })
      for (const step of life.slice(cut)) for (const cluster of [...copies, original]) step(cluster)
      for (const copy of copies) expect(copy.historyHash()).toBe(original.historyHash())
      const journal = JSON.parse(JSON.stringify(copies[0]!.journal)) as Journal
      expect(replay(journal, { controllers: [noted] }).historyHash()).toBe(original.historyHash())
      expect(original.configMaps.list().items.length).toBeGreaterThan(3)
    }
  })
})
