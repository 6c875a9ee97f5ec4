import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, isStatusError, replay, type Service } from '../../src/index.ts'
import { bare } from '../cluster/support.ts'
import { copiesOf } from '../support/copies.ts'

interface Step {
  readonly act: 'create' | 'update' | 'delete'
  readonly name: string
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  /** An address or a port asked for; few, so that they collide. */
  readonly asked: number | undefined
  readonly local: boolean
  readonly ports: readonly number[]
}

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('create', 'create', 'update', 'delete'),
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
  asked: fc.option(fc.integer({ min: 2, max: 4 }), { nil: undefined }),
  local: fc.boolean(),
  ports: fc.uniqueArray(fc.integer({ min: 80, max: 82 }), { minLength: 1, maxLength: 3 }),
})

function specOf({ type, asked, local, ports }: Step): object {
  if (type === 'ExternalName') return { type, externalName: 'example.com' }
  const numbered = ports.map((port, index) => ({
    name: `p${port}`,
    port,
    ...(asked !== undefined && index === 0 && type !== 'ClusterIP' ? { nodePort: 30_000 + asked } : {}),
  }))
  const policy = local && type === 'LoadBalancer' ? { externalTrafficPolicy: 'Local' } : {}
  return { type, ports: numbered, ...policy, ...(asked === undefined ? {} : { clusterIP: `10.96.0.${asked}` }) }
}

/** What cannot be had is refused; whatever else is thrown is wrong. */
function take(cluster: Cluster, given: Step): void {
  const { act, name } = given
  try {
    if (act === 'delete') cluster.services.delete(name)
    else if (act === 'create') cluster.services.create({ metadata: { name }, spec: specOf(given) })
    else {
      const spec = specOf(given) as { clusterIP?: string }
      const { clusterIP: _kept, ...rest } = spec
      cluster.services.update({ metadata: { name }, spec: rest })
    }
  } catch (error) {
    if (!isStatusError(error, 'Invalid') && !isStatusError(error, 'NotFound') && !isStatusError(error, 'AlreadyExists'))
      throw error
  }
}

const all = (cluster: Cluster): readonly Service[] => cluster.services.list({ allNamespaces: true }).items
const held = ({ spec }: Service): readonly (string | number)[] => {
  const nodePorts = new Set([...(spec.ports ?? []).map(({ nodePort }) => nodePort), spec.healthCheckNodePort])
  return [...(spec.clusterIPs ?? []), ...[...nodePorts].filter((port) => port !== undefined)]
}

test('no address and no port is ever handed out twice, and each service has what its type needs', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const cluster = bare()
      for (const each of steps) {
        take(cluster, each)
        const taken = all(cluster).flatMap(held)
        expect(new Set(taken).size).toBe(taken.length)
        for (const { spec } of all(cluster)) {
          expect(spec.clusterIPs?.length ?? 0).toBe(spec.type === 'ExternalName' ? 0 : 1)
          const onNodes = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
          for (const { nodePort } of spec.ports ?? []) expect(nodePort !== undefined).toBe(onNodes)
        }
      }
    }),
  )
})

test('what is released can be had again, and nothing else is free', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const cluster = bare()
      for (const each of steps) take(cluster, each)
      const taken = new Set(all(cluster).flatMap(held))
      for (const last of [2, 3, 4]) {
        const ask = (): unknown =>
          cluster.fork().services.create({
            metadata: { name: 'probe' },
            spec: { clusterIP: `10.96.0.${last}`, ports: [{ port: 1 }] },
          })
        if (taken.has(`10.96.0.${last}`)) expect(ask).toThrow('provided IP is already allocated')
        else ask()
        const askPort = (): unknown =>
          cluster.fork().services.create({
            metadata: { name: 'probe' },
            spec: { type: 'NodePort', ports: [{ port: 1, nodePort: 30_000 + last }] },
          })
        if (taken.has(30_000 + last)) expect(askPort).toThrow('provided port is already allocated')
        else askPort()
      }
    }),
    { numRuns: 50 },
  )
})

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 12 })
const create = (cluster: Cluster, name: string, namespace = 'default'): readonly (string | number)[] =>
  held(cluster.services.create({ metadata: { name, namespace }, spec: { type: 'NodePort', ports: [{ port: 80 }] } }))

test('a service has the addresses that it would have alone, whoever else is there, unless they are taken', () => {
  fc.assert(
    fc.property(names, fc.nat(), (chosen, seed) => {
      const alone = new Map(chosen.map((name) => [name, create(bare({ seed }), name)]))
      const cluster = bare({ seed })
      cluster.namespaces.create({ metadata: { name: 'else' } })
      const others = chosen.flatMap((name) => create(cluster, name, 'else'))
      const drawn = [...[...alone.values()].flat(), ...others]
      fc.pre(new Set(drawn).size === drawn.length)
      for (const name of [...chosen].reverse()) expect(create(cluster, name)).toEqual(alone.get(name))
    }),
    { numRuns: 50 },
  )
})

test('addresses live on in forks, in what is saved and in a journal', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.array(step, { maxLength: 10 }), (before, after) => {
      const cluster = bare()
      for (const each of before) take(cluster, each)
      const copies = copiesOf(cluster)
      for (const each of after) for (const one of [cluster, ...copies]) take(one, each)
      for (const copy of copies) expect(copy.historyHash()).toBe(cluster.historyHash())
      expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
    }),
    { numRuns: 30 },
  )
})
