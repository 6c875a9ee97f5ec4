/** What happens to a table of nodes, and which pods come meanwhile: for properties of how nodes are found. */
import fc from 'fast-check'
import type { Node, PodSpec } from '../../src/api/types/core.ts'
import type { NodeTable } from '../../src/scheduler/nodeTable.ts'
import { createPodInfos, type PodInfo } from '../../src/scheduler/podInfo.ts'
import { balanced, leastAllocated, mostAllocated, type Policy } from '../../src/scheduler/policy.ts'
import type { Plugin } from '../../src/scheduler/userPlugin.ts'
import { node, pod, spec, tableOf } from './objects.ts'

const digit = (more: Partial<Plugin> = {}): Plugin => ({
  name: 'Digit',
  scope: 'node',
  score: (_pod, { name }) => Number(name.at(-1)) / 4,
  ...more,
})
const withPlugin = (name: string, plugin: Plugin): Policy => ({
  name,
  scores: [...leastAllocated().scores, { plugin, weight: 2 }],
})
export const policies: readonly Policy[] = [
  leastAllocated(),
  mostAllocated(),
  balanced(),
  withPlugin('bounded', digit({ bound: 9 / 4 })),
  withPlugin('unbounded', digit()),
  withPlugin('refusing', {
    ...digit({ bound: () => 2.25 }),
    filter: (_pod, { name }) => (name.endsWith('3') ? 'three' : undefined),
  }),
  withPlugin('normalized', digit({ normalize: (scores) => scores.map((score) => Math.min(100, score * 10)) })),
  withPlugin('looking around', { name: 'Digit', score: (_pod, { name }) => Number(name.at(-1)) }),
]

export const named = (number: number): string => `node-${String(number).padStart(4, '0')}`
const from = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items)

const anyNode = (name: string): fc.Arbitrary<Node> =>
  fc
    .record({
      cpu: from('4', '4', '4', '16', '1', '0'),
      memory: from('16Gi', '16Gi', '16Gi', '4Gi', '0'),
      pods: from('110', '3'),
      gpus: from('0', '2'),
      taint: from('none', 'none', 'none', 'none', 'NoSchedule', 'PreferNoSchedule'),
      unschedulable: from(false, false, false, true),
    })
    .map(({ cpu, memory, pods, gpus, taint, unschedulable }) =>
      node(name, {
        allocatable: { cpu, memory, pods, 'example.com/gpu': gpus },
        ...(taint !== 'none' && { taints: [{ key: 'k', effect: taint }] }),
        unschedulable,
      }),
    )
/** Machines of a few sorts: of one, and many share every score. */
export const anyNodes = (least: number, most: number): fc.Arbitrary<Node[]> =>
  fc
    .record({
      count: fc.integer({ min: least, max: most }),
      sorts: fc.array(anyNode('sort'), { minLength: 1, maxLength: 9 }),
      stride: fc.integer({ min: 1, max: 9 }),
    })
    .map(({ count, sorts, stride }) =>
      Array.from({ length: count }, (_, i) => {
        const { spec: nodeSpec, status } = sorts[Math.floor((i * i) / stride) % sorts.length]!
        return { ...node(named(i)), spec: nodeSpec, status }
      }),
    )

/** One of a few classes, or a class of its own. */
export const anySpec: fc.Arbitrary<PodSpec> = fc.oneof(
  fc
    .record({ cpu: from('100m', '1'), memory: from('200Mi', '1Gi'), gpus: from('0', '0', '1') })
    .map(({ cpu, memory, gpus }) => spec({ cpu, memory, ...(gpus !== '0' && { 'example.com/gpu': gpus }) })),
  fc
    .record({
      cpu: fc.integer({ min: 0, max: 3000 }),
      memory: fc.integer({ min: 0, max: 9000 }),
      tolerant: fc.boolean(),
    })
    .map(({ cpu, memory, tolerant }) =>
      spec(
        { ...(cpu > 100 && { cpu: `${cpu}m` }), ...(memory > 100 && { memory: `${memory}Mi` }) },
        { tolerations: tolerant ? [{ operator: 'Exists' }] : [] },
      ),
    ),
)

export type Step =
  | { readonly type: 'pods'; readonly specs: readonly PodSpec[] }
  | { readonly type: 'done'; readonly which: number }
  | { readonly type: 'node'; readonly node: Node }
  | { readonly type: 'gone'; readonly name: string }
  | { readonly type: 'clone' }

export const anySteps = (nodes: number): fc.Arbitrary<Step[]> => {
  const anyName = fc.integer({ min: 0, max: nodes + 3 }).map(named)
  const pods = fc
    .oneof(fc.array(anySpec, { minLength: 1, maxLength: 20 }), fc.tuple(anySpec, from(3, 30)).map(repeated))
    .map((specs): Step => ({ type: 'pods', specs }))
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: pods },
      { weight: 3, arbitrary: fc.record({ type: fc.constant('done' as const), which: fc.nat() }) },
      { weight: 2, arbitrary: anyName.chain(anyNode).map((each): Step => ({ type: 'node', node: each })) },
      { weight: 1, arbitrary: anyName.map((name): Step => ({ type: 'gone', name })) },
      { weight: 1, arbitrary: fc.constant<Step>({ type: 'clone' }) },
    ),
    { minLength: 1, maxLength: 20 },
  )
}

export function repeated([each, times]: readonly [PodSpec, number]): PodSpec[] {
  return Array.from({ length: times }, () => each)
}

/** Who decides about the pods of a story. */
export interface Judge {
  /** The node for a pod, which is counted there. */
  place(info: PodInfo): string | undefined
  /** The story goes on with another table, which nobody remembers anything of. */
  moveTo(table: NodeTable): void
}

/** Takes the steps, from the nodes on. */
export function tell(nodes: readonly Node[], steps: readonly Step[], judge: Judge): void {
  let table = tableOf(nodes)
  judge.moveTo(table)
  const infos = createPodInfos()
  const subjects = new Map<PodInfo, PodInfo>()
  const infoOf = (podSpec: PodSpec): PodInfo => {
    const info = infos(podSpec)
    if (!subjects.has(info)) subjects.set(info, { ...info, subject: pod('subject', podSpec) })
    return subjects.get(info)!
  }
  const placed: (readonly [PodInfo, string])[] = []
  const place = (info: PodInfo): void => {
    const chosen = judge.place(info)
    if (chosen === undefined) return
    table.addPod(info, chosen)
    placed.push([info, chosen])
  }
  for (const step of steps) {
    if (step.type === 'pods') step.specs.map(infoOf).forEach(place)
    else if (step.type === 'done') {
      const [gone] = placed.splice(step.which % Math.max(1, placed.length), 1)
      if (gone !== undefined) table.removePod(...gone)
    } else if (step.type === 'node') table.upsertNode(step.node)
    else if (step.type === 'gone') table.removeNode(step.name)
    else judge.moveTo((table = table.clone()))
  }
}
