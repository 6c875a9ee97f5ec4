import { expect, test } from 'vitest'
import { type ClusterOptions, createCluster } from '../../src/index.ts'
import { refused } from './support.ts'

const reconcile = (): void => {}
const pods = [{ kind: 'v1/Pod' }]
/** A controller whose second watch is this. */
const mine = (watch: unknown): unknown => ({ controllers: [{ name: 'mine', watches: [...pods, watch], reconcile }] })

const wrong: readonly (readonly [unknown, string])[] = [
  [null, 'options: expected an object, got null'],
  [[], 'options: expected an object, got []'],
  [{ sede: 1 }, 'options.sede: unknown; expected one of seed, nodes'],
  [{ seed: 1.5 }, 'options.seed: expected a whole number, got 1.5'],
  [{ seed: '7' }, 'options.seed: expected a whole number, got "7"'],
  [{ seed: 2 ** 53 }, 'options.seed: expected a whole number'],
  [{ nodes: -1 }, 'nodes: expected a whole number of at least 0, got -1'],
  [{ nodes: Number.NaN }, 'nodes: expected a whole number of at least 0, got NaN'],
  [{ nodes: '3' }, 'options.nodes: expected a number or a list of templates, got "3"'],
  [{ nodes: [null] }, 'nodes[0]: expected a node template, got null'],
  [{ nodes: [{ cpus: 4 }] }, 'nodes[0].cpus: unknown'],
  [
    { nodes: [{ cpu: 'lots' }] },
    'nodes[0].cpu: expected a quantity that is not negative, such as "4" or "16Gi", got "lots"',
  ],
  [{ nodes: [{ memory: '-1Gi' }] }, 'nodes[0].memory: expected a quantity that is not negative'],
  [{ nodes: [{ name: 'a' }, { name: 'a' }] }, 'nodes[1].name: Duplicate value: "a"'],
  [{ nodes: [{ name: 'Not_A_Name' }] }, 'metadata.name: Invalid value: "Not_A_Name"'],
  [{ epoch: 'yesterday' }, 'options.epoch: expected an RFC 3339 time'],
  [{ history: 0 }, "options.history: expected 'all' or { revisions }"],
  [{ history: { revisions: 0 } }, "options.history: expected 'all' or { revisions }"],
  [{ disable: 'kubelet' }, 'options.disable: expected a list, got "kubelet"'],
  [{ disable: ['gravity'] }, 'options.disable: no component "gravity"; there are replication-controller'],
  [{ latency: 5 }, 'options.latency: expected an object, got 5'],
  [{ latency: { imagePul: 1 } }, 'latency.imagePul: unknown; expected one of watchDelivery'],
  [{ latency: { imagePull: -1 } }, 'latency.imagePull: invalid duration -1'],
  [{ eventTtl: 'soon' }, 'options.eventTtl: invalid duration "soon"'],
  [
    { latency: { imagePull: null } },
    'latency.imagePull: expected a duration or a distribution over milliseconds from 0, got null',
  ],
  [{ latency: { imagePull: { uniform: [2, 1] } } }, 'latency.imagePull: expected a duration or a distribution'],
  [{ latency: { imagePull: { normal: { mean: 1 } } } }, 'latency.imagePull: expected a duration or a distribution'],
  [{ behaviours: {} }, 'options.behaviours: expected a list, got {}'],
  [
    { behaviours: [{ image: '*', exitCode: 256 }] },
    'behaviours[0].exitCode: Invalid value: 256: expected an exit code from 0 to 255',
  ],
  [{ behaviours: [{ image: '*', colour: 'red' }] }, 'behaviours[0]: Invalid value: "colour"'],
  [{ schedulers: [{ name: 'a' }, { name: 'a' }] }, 'options.schedulers[1].name: Duplicate value: "a"'],
  [{ schedulers: [{ ties: 'last' }] }, "options.schedulers[0].ties: expected 'first' or 'random', got \"last\""],
  [
    { schedulers: [{ strategy: 'bestFit' }] },
    'options.schedulers[0].strategy: expected a strategy such as bestFit(), got "bestFit"',
  ],
  [{ schedulers: [{ strategy: { name: 'worstFit' } }] }, 'strategy "worstFit": unknown'],
  [{ schedulers: [{ strateggy: {} }] }, 'options.schedulers[0].strateggy: unknown'],
  [{ controllers: [null] }, 'options.controllers[0]: expected a controller, see defineController; got null'],
  [{ controllers: [{ watches: pods, reconcile }] }, 'options.controllers[0].name: expected a name, got undefined'],
  [{ controllers: [{ name: 'mine', watches: pods }] }, 'options.controllers[0].reconcile: expected a function'],
  [{ controllers: [{ name: 'mine', reconcile }] }, 'options.controllers[0].watches: expected at least one { kind }'],
  [
    { controllers: [{ name: 'mine', watches: [], reconcile }] },
    'options.controllers[0].watches: expected at least one',
  ],
  [mine({ kind: 'v1/Gizmo' }), 'options.controllers[0].watches[1].kind: no matches for kind "Gizmo" in version "v1"'],
  [mine({ kind: 'v1/pod' }), 'in version "v1"; did you mean "v1/Pod"?'],
  [mine({ kind: 'pods' }), 'options.controllers[0].watches[1].kind: no matches for kind "pods" in version ""'],
  [mine({ kind: 'networking.k8s.io/v1/Ingres' }), 'did you mean "networking.k8s.io/v1/Ingress"?'],
  [mine({ kind: 'example/v1/Gadget' }), 'no matches for kind "Gadget" in version "example/v1"'],
  [mine({ kind: 'example.com/Gadget' }), 'no matches for kind "Gadget" in version "example.com"'],
  [mine({ kind: 'v1/Binding' }), 'watches[1].kind: objects of kind "v1/Binding" cannot be watched'],
  [mine('v1/Pod'), 'options.controllers[0].watches[1]: expected { kind, keys?, index? }, got "v1/Pod"'],
  [mine({ kind: 'v1/Pod', key: reconcile }), 'watches[1].key: unknown; expected one of kind, keys, index'],
  [mine({ kind: 'v1/Pod', keys: 'mine' }), 'options.controllers[0].watches[1].keys: expected a function, got "mine"'],
  ...['kubelet', 'default-scheduler', 'kubernetes-admin'].map(
    (name) =>
      [
        { controllers: [{ name, watches: pods, reconcile }] },
        `controllers[0].name: Duplicate value: "${name}"`,
      ] as const,
  ),
  [
    { controllers: ['a', 'b', 'a'].map((name) => ({ name, watches: pods, reconcile })) },
    'options.controllers[2].name: Duplicate value: "a"',
  ],
  [{ freeze: 'no' }, 'options.freeze: expected true or false, got "no"'],
]
test('a bigint, which JSON cannot say, is told too', () => {
  const asked = (options: unknown) => (): unknown => createCluster(options as ClusterOptions)
  expect(asked({ seed: 7n })).toThrow('options.seed: expected a whole number, got 7')
  expect(asked({ behaviours: [{ image: '*', exitCode: 7n }] })).toThrow('behaviours[0].exitCode: Invalid value: 7: ')
})

test.each(wrong)('options %j are refused', (options, said) => {
  expect(refused(() => createCluster(options as ClusterOptions)).message).toContain(said)
})
