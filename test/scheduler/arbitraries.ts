/** Clusters, pods and what is done with them, as fast-check draws them: public API objects, simplest first, so that they shrink. */
import fc from 'fast-check'
import type { Manifest, Node, Pod } from '../../src/index.ts'

type Taint = NonNullable<Node['spec']['taints']>[number]

type Labels = Readonly<Record<string, string>>

const ZONE = 'zone'
const zones = ['a', 'b', 'c'] as const
const apps = ['x', 'y'] as const
/** `default` has no label of its own; `other` has `team: t`. */
export const spaces = ['default', 'other'] as const

const taint: fc.Arbitrary<Taint> = fc.record({
  key: fc.constantFrom('k', 'l'),
  value: fc.constantFrom('', 'v', 'w'),
  effect: fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule'),
})

/** Two of one key and effect are refused. */
export const taints: fc.Arbitrary<Taint[]> = fc.uniqueArray(taint, {
  maxLength: 2,
  selector: ({ key, effect }) => `${key}:${effect}`,
})

export const nodeLabels: fc.Arbitrary<Labels> = fc
  .record({
    [ZONE]: fc.option(fc.constantFrom(...zones), { nil: undefined, freq: 8 }),
    disk: fc.option(fc.constantFrom('ssd', 'hdd'), { nil: undefined, freq: 2 }),
    size: fc.option(fc.constantFrom('1', '10', 'large'), { nil: undefined, freq: 1 }),
  })
  .map((labels) => Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined)) as Labels)

/** A node that somebody else looks after: a record with what it offers. Its name is given later. */
export const nodeBody: fc.Arbitrary<Manifest<Node>> = fc
  .record({
    cpu: fc.constantFrom('4', '2', '1', '500m', '0'),
    memory: fc.constantFrom('4Gi', '1Gi', '0'),
    pods: fc.constantFrom('110', '3', '1', '0'),
    storage: fc.constantFrom(undefined, '1Gi'),
    gpus: fc.constantFrom(undefined, '1', '2'),
    labels: nodeLabels,
    taints: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, taints),
    unschedulable: fc.constantFrom(false, false, false, true),
  })
  .map(({ cpu, memory, pods, storage, gpus, labels, taints, unschedulable }) => ({
    metadata: { labels },
    spec: { ...(taints.length > 0 && { taints }), ...(unschedulable && { unschedulable }) },
    status: {
      capacity: {
        cpu,
        memory,
        pods,
        ...(storage !== undefined && { 'ephemeral-storage': storage }),
        ...(gpus !== undefined && { 'example.com/gpu': gpus }),
      },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  }))

/** Named by where it comes in the list. */
export function named(body: Manifest<Node>, number: number): Manifest<Node> {
  const name = `node-${number}`
  return { ...body, metadata: { ...body.metadata, name, labels: { ...body.metadata?.labels, hostname: name } } }
}

const requests = fc
  .record({
    cpu: fc.constantFrom(undefined, '100m', '500m', '1', '1500m', '0.5', '0'),
    memory: fc.constantFrom(undefined, '100Mi', '1Gi', '1073741825', '0'),
    'ephemeral-storage': fc.constantFrom(undefined, undefined, undefined, '600Mi'),
    'example.com/gpu': fc.constantFrom(undefined, undefined, undefined, '1'),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Labels)
  // An extended resource is limited to what is requested.
  .map((asked) =>
    'example.com/gpu' in asked
      ? { requests: asked, limits: { 'example.com/gpu': asked['example.com/gpu']! } }
      : { requests: asked },
  )

const ports = fc.oneof(
  { arbitrary: fc.constant([]), weight: 3 },
  fc
    .record({
      hostPort: fc.constantFrom(80, 81),
      protocol: fc.constantFrom('TCP', 'UDP'),
      hostIP: fc.constantFrom(undefined, '0.0.0.0', '10.0.0.1', '10.0.0.2'),
    })
    .map(({ hostIP, ...port }) => [{ containerPort: port.hostPort, ...port, ...(hostIP !== undefined && { hostIP }) }]),
)

const container = fc.record({ resources: requests, ports })
interface Init {
  readonly resources: object
  readonly isSidecar: boolean
}
const initContainer: fc.Arbitrary<Init> = fc.record({ resources: requests, isSidecar: fc.boolean() })

const expression = fc.oneof(
  fc.record({
    key: fc.constantFrom(ZONE, 'disk'),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom('a', 'b', 'ssd'), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ key: fc.constantFrom('disk', ZONE), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  fc.record({
    key: fc.constant('size'),
    operator: fc.constantFrom('Gt', 'Lt'),
    values: fc.constantFrom('1', '5').map((value) => [value]),
  }),
)

const nodeTerm = fc
  .record({
    matchExpressions: fc.array(expression, { maxLength: 2 }),
    name: fc.option(fc.constantFrom('node-0', 'node-1'), { nil: undefined, freq: 5 }),
  })
  .map(({ matchExpressions, name }) => ({
    ...(matchExpressions.length > 0 && { matchExpressions }),
    ...(name !== undefined && { matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }),
  }))

const nodeAffinity = fc
  .array(nodeTerm, { minLength: 1, maxLength: 2 })
  .map((nodeSelectorTerms) => ({ requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }))

const toleration = fc.oneof(
  fc.constant({ operator: 'Exists' }),
  fc.record({ key: fc.constantFrom('k', 'l'), operator: fc.constant('Exists') }),
  fc.record({ key: fc.constantFrom('k', 'l'), value: fc.constantFrom('', 'v', 'w') }),
  fc.record({
    key: fc.constantFrom('k', 'l'),
    operator: fc.constant('Exists'),
    effect: fc.constantFrom('NoSchedule', 'NoExecute'),
  }),
  fc.constant({ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }),
)

const selector = fc.oneof(
  fc.constantFrom(...apps).map((app) => ({ matchLabels: { app } })),
  fc.constant({}),
  fc.constantFrom(...apps).map((app) => ({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: [app] }] })),
)

const podTerm = fc
  .record({
    labelSelector: selector,
    topologyKey: fc.constantFrom('hostname', ZONE),
    scope: fc.constantFrom(
      {},
      {},
      { namespaces: ['other'] },
      { namespaceSelector: {} },
      { namespaceSelector: { matchLabels: { team: 't' } } },
    ),
  })
  .map(({ scope, ...term }) => ({ ...term, ...scope }))

const podTerms = fc
  .array(podTerm, { minLength: 1, maxLength: 2 })
  .map((terms) => ({ requiredDuringSchedulingIgnoredDuringExecution: terms }))

const constraint = fc
  .record({
    maxSkew: fc.constantFrom(1, 2),
    topologyKey: fc.constantFrom(ZONE, 'hostname'),
    labelSelector: selector,
    more: fc.constantFrom({}, {}, { minDomains: 3 }, { nodeTaintsPolicy: 'Honor' }, { nodeAffinityPolicy: 'Ignore' }),
  })
  .map(({ more, ...rest }) => ({ whenUnsatisfiable: 'DoNotSchedule', ...rest, ...more }))

/** Two of one key are refused. */
const constraints = fc.uniqueArray(constraint, {
  minLength: 1,
  maxLength: 2,
  selector: ({ topologyKey }) => topologyKey,
})

const rarely = <T>(arbitrary: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: freq }, arbitrary)

/** The priority classes that pods name, with what they are worth. */
export const priorities: Readonly<Record<string, number>> = Object.freeze({ high: 10, higher: 20 })

/** A pod without a name. */
export const podBody: fc.Arbitrary<Manifest<Pod>> = fc
  .record({
    namespace: fc.constantFrom(...spaces, 'default'),
    app: fc.constantFrom(...apps),
    containers: fc.uniqueArray(container, {
      minLength: 1,
      maxLength: 2,
      // Two of the same port in one pod are refused.
      comparator: (a, b) => a.ports.length > 0 && a.ports[0]?.hostPort === b.ports[0]?.hostPort,
    }),
    inits: fc.oneof({ arbitrary: fc.constant<Init[]>([]), weight: 4 }, fc.array(initContainer, { maxLength: 3 })),
    nodeSelector: rarely(
      fc.constantFrom(...zones).map((zone) => ({ [ZONE]: zone })),
      5,
    ),
    tolerations: rarely(fc.array(toleration, { minLength: 1, maxLength: 2 }), 2),
    nodeAffinity: rarely(nodeAffinity, 4),
    podAffinity: rarely(podTerms, 6),
    podAntiAffinity: rarely(podTerms, 6),
    constraints: rarely(constraints, 6),
    priorityClassName: rarely(fc.constantFrom(...Object.keys(priorities)), 3),
  })
  .map(
    ({ namespace, app, containers, inits, nodeSelector, tolerations, constraints, priorityClassName, ...affinity }) => {
      const given = Object.entries(affinity).filter(([, value]) => value !== undefined)
      return {
        metadata: { namespace, labels: { app } },
        spec: {
          // Nobody looks after pods on nodes that are mere records: who is to go is gone.
          terminationGracePeriodSeconds: 0,
          ...(priorityClassName !== undefined && { priorityClassName }),
          containers: containers.map((one, index) => ({ name: `c${index}`, image: 'app', ...one })),
          ...(inits.length > 0 && {
            initContainers: inits.map(({ isSidecar, ...one }, index) => ({
              name: `i${index}`,
              image: 'app',
              ...one,
              ...(isSidecar && { restartPolicy: 'Always' }),
            })),
          }),
          ...(nodeSelector && { nodeSelector }),
          ...(tolerations && { tolerations }),
          ...(given.length > 0 && { affinity: Object.fromEntries(given) as object }),
          ...(constraints && { topologySpreadConstraints: constraints }),
        },
      }
    },
  )

/** Something done to a cluster; `pick` chooses among what is there. */
export type Step =
  | { readonly do: 'pods'; readonly pod: Manifest<Pod>; readonly count: number }
  | { readonly do: 'node'; readonly node: Manifest<Node> }
  | { readonly do: 'deletePod' | 'endPod' | 'deleteNode' | 'cordon' | 'uncordon'; readonly pick: number }
  | { readonly do: 'taint'; readonly pick: number; readonly taints: readonly Taint[] }
  | { readonly do: 'label'; readonly pick: number; readonly labels: Labels }

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('pods' as const), pod: podBody, count: fc.constantFrom(1, 1, 3) }),
  },
  fc.record({ do: fc.constant('node' as const), node: nodeBody }),
  fc.record({ do: fc.constantFrom('deletePod' as const, 'endPod' as const), pick: fc.nat(20) }),
  fc.record({ do: fc.constantFrom('cordon' as const, 'uncordon' as const, 'deleteNode' as const), pick: fc.nat(20) }),
  fc.record({ do: fc.constant('taint' as const), pick: fc.nat(20), taints }),
  fc.record({ do: fc.constant('label' as const), pick: fc.nat(20), labels: nodeLabels }),
)

/** A cluster and what happens in it. */
export interface Story {
  readonly nodes: readonly Manifest<Node>[]
  readonly steps: readonly Step[]
}

export const story: fc.Arbitrary<Story> = fc.record({
  nodes: fc.array(nodeBody, { minLength: 1, maxLength: 6 }).map((bodies) => bodies.map(named)),
  steps: fc.array(step, { minLength: 1, maxLength: 15 }),
})

/** Nodes, and pods that come at once. */
export const crowd: fc.Arbitrary<{
  readonly nodes: readonly Manifest<Node>[]
  readonly pods: readonly Manifest<Pod>[]
}> = fc.record({
  nodes: fc.array(nodeBody, { minLength: 1, maxLength: 8 }).map((bodies) => bodies.map(named)),
  pods: fc.array(podBody, { minLength: 1, maxLength: 20 }),
})
