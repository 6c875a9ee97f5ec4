import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pod } from '../../src/api/types/core.ts'
import { ACTIVE, FINISHED } from '../../src/node/runtimeState.ts'
import { createRig, type Rig } from './rig.ts'

const nodes = 3
type Command =
  | {
      readonly type: 'create'
      readonly node: number
      readonly image: string
      readonly restartPolicy: string
      readonly cpu: string
    }
  | { readonly type: 'delete'; readonly which: number; readonly grace: number | undefined }
  | { readonly type: 'crash' | 'restart'; readonly node: number }
  | { readonly type: 'advance'; readonly ms: number }

const node = fc.nat(nodes - 1)
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('create' as const),
      node,
      image: fc.constantFrom('web:1', 'bad:1', 'job:1', 'slow:1', 'ill:1'),
      restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
      cpu: fc.constantFrom('100m', '1'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('delete' as const),
      which: fc.nat(),
      grace: fc.constantFrom(undefined, 0, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('crash' as const, 'restart' as const), node }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
  },
)

const behaviours = [
  { image: 'bad:*', run: '2s', exitCode: 1 },
  { image: 'job:*', run: { uniform: ['1s', '20s'] as const } },
  { image: 'ill:*', ready: '3s', answers: [{ from: '9s', answer: false }], preStop: { takes: '3s' }, stop: '2s' },
  { image: 'slow:*', start: { exponential: { mean: '2s' } }, stop: { uniform: ['0s', '40s'] as const } },
]

const probe = { tcpSocket: { port: 80 }, periodSeconds: 2 }
const lifecycle = { preStop: { exec: { command: ['/stop'] } } }
const more: Record<string, object> = { 'ill:1': { readinessProbe: probe, livenessProbe: probe, lifecycle } }

const podsOf = (rig: Rig): Pod[] =>
  rig.parts.server.list(rig.parts.server.resource('pods'), { namespace: undefined }).items as Pod[]

function act(rig: Rig, one: Command, index: number): void {
  if (one.type === 'advance') rig.advance(one.ms)
  else if (one.type === 'create') {
    const { image, restartPolicy, cpu } = one
    rig.create(
      `p${index}`,
      { restartPolicy, containers: [{ name: 'app', image, resources: { requests: { cpu } }, ...more[image] }] },
      `node-${one.node}`,
    )
  } else if (one.type === 'delete') {
    const pods = podsOf(rig)
    if (pods.length > 0) rig.delete(pods[one.which % pods.length]!.metadata.name, one.grace)
  } else rig.power(one.type, `node-${one.node}`)
}

function checkNode(rig: Rig, number: number): void {
  const { machines } = rig.kubelets
  const taking = machines.pods(number).filter(({ stage }) => stage !== FINISHED)
  const used = machines.used(number)
  expect(used.pods).toBe(taking.length)
  expect(used.cpuMilli).toBeLessThanOrEqual(4000)
  const addresses = machines.pods(number).flatMap(({ address }) => (address === 0 ? [] : [address]))
  expect(new Set(addresses).size).toBe(addresses.length)
}

test('whatever happens, a node keeps account of what it has, and comes to rest as the API says', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const rig = createRig({ nodes, behaviours })
      for (const [index, one] of commands.entries()) {
        act(rig, one, index)
        for (let number = 0; number < nodes; number++) checkNode(rig, number)
      }
      for (let number = 0; number < nodes; number++) rig.power('restart', `node-${number}`)
      rig.advance(3_600_000)
      for (let number = 0; number < nodes; number++) checkNode(rig, number)
      checkRest(rig)
    }),
    { numRuns: 60 },
  )
}, 120_000)

/** When all nodes are back and time has passed, what runs and what the API says agree. */
function checkRest(rig: Rig): void {
  const known = new Map(
    Array.from({ length: nodes }, (_, number) =>
      rig.kubelets.machines.pods(number).map((pod) => [pod.uid, pod] as const),
    ).flat(),
  )
  const pods = podsOf(rig)
  for (const { metadata, spec, status } of pods) {
    expect(metadata.deletionTimestamp).toBeUndefined()
    const isOver = status.phase === 'Succeeded' || status.phase === 'Failed'
    if (known.has(metadata.uid)) expect(known.get(metadata.uid)!.stage).toBe(isOver ? FINISHED : ACTIVE)
    else expect(status).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu' })
    if (spec.containers[0]!.image === 'web:1' && spec.restartPolicy === 'Always' && !isOver)
      expect(status.phase).toBe('Running')
    if (spec.restartPolicy === 'Never') expect(isOver).toBe(true)
    known.delete(metadata.uid)
  }
  expect([...known.keys()]).toEqual([])
}

test('a fork that is driven like the original writes the same history', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 15 }), fc.array(command, { maxLength: 15 }), (before, after) => {
      const rig = createRig({ nodes, behaviours, seed: 3 })
      before.forEach((one, index) => act(rig, one, index))
      const fork = rig.fork()
      fork.parts.watches.disown()
      const hash = rig.parts.store.historyHash()
      after.forEach((one, index) => act(fork, one, 100 + index))
      expect(rig.parts.store.historyHash()).toBe(hash)
      after.forEach((one, index) => act(rig, one, 100 + index))
      expect(fork.parts.store.historyHash()).toBe(rig.parts.store.historyHash())
    }),
    { numRuns: 40 },
  )
}, 120_000)
