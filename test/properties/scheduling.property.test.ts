/** What holds of every placement, checked by an oracle that shares no code with the scheduler: test/scheduler/oracle.ts. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bestFit,
  type Cluster,
  localOptimum,
  type Manifest,
  type Node,
  type Pod,
  type SchedulerOptions,
} from '../../src/index.ts'
import { crowd, named, type Step, type Story, story } from '../scheduler/arbitraries.ts'
import { eachBinding, lived, machineRoom, worldOf } from '../scheduler/machineRoom.ts'
import { hostPorts, messageOf, occupies, type World, wrongWith } from '../scheduler/oracle.ts'
import { tries } from './world.ts'

const container = (cpu: string): object => ({ image: 'app', resources: { requests: { cpu } } })

/** One core is full with a container and its sidecar, and a third comes. */
const besideASidecar: Story = {
  nodes: [named({ status: { capacity: { cpu: '1', pods: '9' } } }, 0)],
  steps: [
    {
      do: 'pods',
      count: 1,
      pod: {
        spec: {
          initContainers: [{ name: 'side', ...container('500m'), restartPolicy: 'Always' }],
          containers: [{ name: 'main', ...container('500m') }],
        },
      },
    },
    { do: 'pods', count: 1, pod: { spec: { containers: [{ name: 'main', ...container('100m') }] } } },
  ],
}

describe('a placement', () => {
  test('is allowed by every rule at the moment of binding: no resource, port or slot is ever over-committed', () => {
    let bindings = 0
    fc.assert(
      fc.property(story, (told) => {
        bindings += eachBinding(lived(told), (pod, on, before) => {
          const node = before.nodes.find(({ metadata }) => metadata.name === on)
          expect(node, `the node ${on}`).toBeDefined()
          expect(wrongWith(node!, pod, before), `${pod.metadata.name} on ${on}`).toEqual([])
        })
      }),
      { ...tries(60), examples: [[besideASidecar]] },
    )
    expect(bindings).toBeGreaterThan(0)
  })

  test('is found whenever there is one; where there is none, every node’s reasons are true, and so is the sentence', () => {
    fc.assert(
      fc.property(story, (told) => {
        const cluster = lived(told)
        // Until whoever waits has been tried again since the last pod was bound.
        cluster.advance('12m')
        const world = worldOf(cluster)
        for (const pod of world.pods.filter(({ spec, ...one }) => !spec.nodeName && occupies({ spec, ...one }))) {
          const wrong = new Map(world.nodes.map((node) => [node.metadata.name, wrongWith(node, pod, world)]))
          const { namespace, name } = pod.metadata
          for (const [node, refused] of wrong) expect(refused, `${name} fits ${node}`).not.toEqual([])
          const { placing } = cluster.explain(name, { namespace })
          expect(placing?.nodes.map(({ node }) => node).sort()).toEqual([...wrong.keys()].sort())
          for (const { node, refusals } of placing?.nodes ?? []) {
            expect(refusals.map(({ plugin, reasons }) => ({ plugin, reasons: said(reasons) }))).toEqual(
              wrong.get(node)!.map(({ plugin, reasons }) => ({ plugin, reasons: said(reasons) })),
            )
          }
          if (world.nodes.length > 0) expect(conditionOf(pod)).toContain(messageOf(pod, world))
        }
      }),
      tries(60),
    )
  })

  test('is the same in whatever order nodes and pods became known', () => {
    fc.assert(
      fc.property(crowd, fc.infiniteStream(fc.nat()), ({ nodes, pods }, ranks) => {
        const shuffled = nodes.map((node) => [ranks.next().value as number, node] as const).sort(([a], [b]) => a - b)
        expect(
          placed(
            shuffled.map(([, node]) => node),
            pods,
          ),
        ).toEqual(placed(nodes, pods))
      }),
      tries(40),
    )
  })

  test('that is the best of all feasible ones is the best fit', () => {
    fc.assert(
      fc.property(crowd, ({ nodes, pods }) => {
        const all = placed(nodes, pods, { strategy: localOptimum({ feasible: Infinity }) })
        expect(all).toEqual(placed(nodes, pods, { strategy: bestFit() }))
      }),
      tries(40),
    )
  })
})

/** What a pod made go at once from one node, and what there was before. */
interface Eviction {
  readonly at: number
  readonly by: Pod
  readonly node: Node
  readonly victims: readonly Pod[]
  readonly before: World
}

/** What the scheduler deleted, by whom its Events say it was for. */
function evictions(cluster: Cluster): readonly Eviction[] {
  const changes = cluster.history()
  const reasons = new Map<string, readonly [uid: string, node: string]>()
  for (const { object } of changes) {
    if (object.kind !== 'Event') continue
    const { involvedObject, message = '' } = object as unknown as Event
    const [, uid, node] = /^Preempted by pod (\S+) on node (\S+)$/u.exec(message) ?? []
    if (uid !== undefined) reasons.set(involvedObject.uid, [uid, node!])
  }
  const found: (Omit<Eviction, 'victims'> & { readonly victims: Pod[] })[] = []
  const nodes = new Map<string, Node>()
  const pods = new Map<string, Pod>()
  const { namespaces } = worldOf(cluster)
  for (const { object, type, actor, at } of changes) {
    if (object.kind !== 'Node' && object.kind !== 'Pod') continue
    const { uid } = object.metadata
    if (type === 'DELETED' && object.kind === 'Pod' && actor === 'default-scheduler') {
      const [by, name] = reasons.get(uid)!
      const last = found.at(-1)
      const node = [...nodes.values()].find(({ metadata }) => metadata.name === name)!
      // What goes later goes for another reason, though it be for the same pod.
      if (last?.at === at && last.by.metadata.uid === by && last.node.metadata.uid === node.metadata.uid)
        last.victims.push(object as Pod)
      else {
        const before = { nodes: [...nodes.values()], pods: [...pods.values()], namespaces }
        found.push({ at, by: pods.get(by)!, node, victims: [object as Pod], before })
      }
    }
    const known: Map<string, Node | Pod> = object.kind === 'Node' ? nodes : pods
    if (type === 'DELETED') known.delete(uid)
    else known.set(uid, object as Node | Pod)
  }
  return found
}

interface Event {
  readonly involvedObject: { readonly uid: string }
  readonly message?: string
}

/** Whether the pod may go to the node without these: also when those come that were promised a place there and count. */
function fitsWithout({ by, node, before }: Eviction, gone: readonly Pod[]): boolean {
  const uids = new Set(gone.map(({ metadata }) => metadata.uid))
  const pods = before.pods.filter(({ metadata }) => !uids.has(metadata.uid) && metadata.uid !== by.metadata.uid)
  const promised = pods.map((pod): Pod => {
    const { nominatedNodeName } = pod.status
    const comes = !pod.spec.nodeName && nominatedNodeName === node.metadata.name && priorityOf(pod) >= priorityOf(by)
    return comes ? { ...pod, spec: { ...pod.spec, nodeName: nominatedNodeName } } : pod
  })
  return [pods, promised].every((some) => wrongWith(node, by, { ...before, pods: some }).length === 0)
}

const priorityOf = ({ spec }: Pod): number => spec.priority ?? 0

/** Fewer pods on a node may make it worse for who wants to be near them, or spread among them. */
function wantsOthers({ spec }: Pod): boolean {
  return spec.topologySpreadConstraints !== undefined || spec.affinity?.podAffinity !== undefined
}

const podOf = (cpu: string, priorityClassName?: string): Step => ({
  do: 'pods',
  count: 1,
  pod: {
    spec: {
      terminationGracePeriodSeconds: 0,
      ...(priorityClassName !== undefined && { priorityClassName }),
      containers: [{ name: 'main', ...container(cpu) }],
    },
  },
})

/** Of three that fill a node, one or two make room for who comes with a high priority. */
const enoughToTakeOne: Story = {
  nodes: [named({ status: { capacity: { cpu: '1', pods: '9' } } }, 0)],
  steps: [podOf('300m'), podOf('300m'), podOf('400m', 'high'), podOf('300m', 'higher')],
}

/** Whoever wants to be alone leaves the place alone that was made for another, though nobody is there yet. */
const lonely: Step = {
  do: 'pods',
  count: 3,
  pod: {
    metadata: { labels: { app: 'x' } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', ...container('100m') }],
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {}, topologyKey: 'hostname' }],
        },
      },
    },
  },
}
const aPlaceForOne: Story = {
  nodes: [named({ status: { capacity: { cpu: '1', pods: '9' } } }, 0)],
  steps: [lonely, podOf('400m', 'high')],
}

/** Room is made for the first of high priority, the second takes it, and room is made once more. */
const roomTwice: Story = {
  nodes: [named({ status: { capacity: { cpu: '4', pods: '9' } } }, 0)],
  steps: [podOf('1500m'), podOf('1500m'), podOf('1600m', 'high'), podOf('1', 'higher')],
}

describe('preemption', () => {
  test('takes pods of lower priority alone, and of them none that could have stayed', () => {
    fc.assert(
      fc.property(story, (told) => {
        const cluster = lived(told)
        cluster.advance('1m')
        for (const eviction of evictions(cluster)) {
          const { by, victims, node } = eviction
          for (const victim of victims) {
            expect(victim.spec.nodeName).toBe(node.metadata.name)
            expect(priorityOf(victim)).toBeLessThan(priorityOf(by))
          }
          expect(fitsWithout(eviction, victims), `${by.metadata.name} fits then`).toBe(true)
          if (wantsOthers(by)) continue
          for (const victim of victims) {
            const others = victims.filter((other) => other !== victim)
            expect(fitsWithout(eviction, others), `${victim.metadata.name} had to go`).toBe(false)
          }
        }
      }),
      { ...tries(60), examples: [[enoughToTakeOne], [aPlaceForOne], [roomTwice]] },
    )
    expect(evictions(lived(enoughToTakeOne)).map(({ victims }) => victims.length)).toEqual([1])
  })
})

describe('the oracle', () => {
  test('knows a port on all addresses from one on its own', () => {
    const { cluster } = {
      cluster: machineRoom([{ metadata: { name: 'n' }, status: { capacity: { cpu: '1', pods: '9' } } }]),
    }
    const port = { containerPort: 80, hostPort: 80 }
    const pod = (hostIP?: string): Manifest<Pod> => ({
      metadata: { generateName: 'p-' },
      spec: { containers: [{ name: 'c', image: 'i', ports: [{ ...port, ...(hostIP !== undefined && { hostIP }) }] }] },
    })
    const bound = ['10.0.0.1', '10.0.0.2', undefined, '10.0.0.1'].map(
      (ip) => cluster.pods.create(pod(ip)).metadata.name,
    )
    cluster.settle()
    expect(bound.map((name) => cluster.pods.get(name).spec.nodeName)).toEqual(['n', 'n', undefined, undefined])
    expect(hostPorts(cluster.pods.get(bound[2]!))).toEqual([{ port: 80, protocol: 'TCP', address: '0.0.0.0' }])
  })
})

function said(reasons: readonly string[]): readonly string[] {
  return [...reasons].sort()
}

function conditionOf({ status }: Pod): string {
  return status.conditions?.find(({ type }) => type === 'PodScheduled')?.message ?? ''
}

/** Where pods that come one after the other go. */
function placed(
  nodes: readonly Manifest<Node>[],
  pods: readonly Manifest<Pod>[],
  scheduler?: SchedulerOptions,
): readonly (string | undefined)[] {
  const cluster = machineRoom(nodes, scheduler)
  const made = pods.map((pod, index) =>
    cluster.pods.create({ ...pod, metadata: { ...pod.metadata, name: `pod-${index}` } }),
  )
  cluster.settle()
  return made.map(({ metadata }) => cluster.pods.get(metadata.name, { namespace: metadata.namespace! }).spec.nodeName)
}
