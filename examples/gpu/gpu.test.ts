import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCluster, type Plugin } from 'wavetank'
import { readManifests, readOpenb, type Trace } from 'wavetank/experiments'
import { corpus, hasCorpus } from '../../test/support/system.ts'
import { INDEX, requestOf } from './cards.ts'
import { Fragmentation } from './fragmentation.ts'
import { gpuShare } from './gpuShare.ts'
import { policies } from './policies.ts'
import { publishedRun, targetOf } from './published.ts'

const folder = join(corpus, 'traces/openb')
const file = (name: string): string => readFileSync(join(folder, name), 'utf8')

describe.skipIf(!hasCorpus())('the example that is published with the policies', () => {
  const manifests = ['gpu-pod-00', 'gpu-pod-01', 'gpu-pod-02'].map((name) => file(`quickstart/${name}.yaml`))
  const pods = manifests.map((text) => [...readManifests(text).workload.arrivals(0)][0]!.pod)
  const target = new Fragmentation(pods.map((pod) => requestOf(pod)))

  /** Half a card, no card, two cards. */
  const tight = ['pai-node-00 0', 'pai-node-00', 'pai-node-01 0-1']

  test.each([
    ['DotProd', tight],
    ['GpuPacking', tight],
    ['BestFit', tight],
    // Half a card off two would leave no node of two cards whole: of four, it leaves three.
    ['FGD', ['pai-node-01 0', 'pai-node-00', 'pai-node-00 0-1']],
  ])('%s places its pods by hand reckoned', (policy, expected) => {
    const cluster = createCluster({ nodes: 0, schedulers: [policies(target)[policy]!], disable: ['kubelet'] })
    cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'pai-gpu' } })
    for (const name of ['pai-node-00', 'pai-node-01']) cluster.apply(file(`quickstart/${name}.yaml`))
    for (const pod of pods) {
      cluster.pods.create(pod)
      cluster.settle()
    }
    const placed = cluster.pods.list({ namespace: 'pai-gpu' }).items
    expect(
      placed.map(({ metadata, spec }) => [spec.nodeName, metadata.annotations?.[INDEX]].filter(Boolean).join(' ')),
    ).toEqual(expected)
  })

  test('has the fragments that the definition gives it', () => {
    const free = (...cards: number[]) => ({ cpuMilli: 64_000, cards, model: 'V100' })
    // Each pod is drawn as often as the others: one can use shares, one whole cards alone, and one none.
    expect(target.of(free(1000, 1000))).toBeCloseTo(2000 / 3)
    expect(target.of(free(500, 1000))).toBeCloseTo((1500 + 1500) / 3)
    expect(target.of(free(500, 1000, 1000))).toBeCloseTo((500 + 2500) / 3)
    expect(target.of(free(400, 1000, 1000))).toBeCloseTo((400 + 400 + 2400) / 3)
    expect(target.of({ ...free(1000, 1000), cpuMilli: 11_999 })).toBeCloseTo((2000 + 2000) / 3)
    expect(target.of({ ...free(1000, 1000), cpuMilli: 3999 })).toBeCloseTo(2000)
    expect(target.of(free(0, 0))).toBe(0)
  })
})

describe('pods that share cards', () => {
  const node = { cpu: 8, memory: '32Gi', labels: { 'alibabacloud.com/gpu-card-model': 'T4' } }
  const cards = { 'alibabacloud.com/gpu-count': '2', 'alibabacloud.com/gpu-milli': '2000' }
  const start = (...plugins: Plugin[]) =>
    createCluster({ nodes: [{ ...node, extended: cards }], schedulers: [{ plugins }] })
  const pod = (name: string, count: number, milli: number, models?: string): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      annotations: {
        'alibabacloud.com/gpu-count': String(count),
        'alibabacloud.com/gpu-milli': String(milli),
        ...(models === undefined ? {} : { 'alibabacloud.com/gpu-card-model': models }),
      },
    },
    spec: { containers: [{ name: 'main', image: 'train:1' }] },
  })

  test('go to the tightest card, get it back when one leaves, and hear why there is none', () => {
    const cluster = start(gpuShare())
    const at = (name: string): string | undefined => cluster.pods.get(name).metadata.annotations?.[INDEX]
    cluster.apply([pod('a', 1, 600), pod('b', 1, 500), pod('c', 1, 300), pod('whole', 1, 1000)])
    cluster.apply(pod('other', 1, 100, 'A10|P100'))
    cluster.advance('5s')
    expect([at('a'), at('b'), at('c'), at('whole')]).toEqual(['0', '1', '0', undefined])
    const said = cluster.events.list().items.map(({ message }) => message)
    expect(said).toContainEqual(expect.stringContaining('1 node(s) had too little room on their GPUs.'))
    expect(said).toContainEqual(expect.stringContaining("1 node(s) didn't have an allowed GPU model."))
    cluster.pods.delete('b')
    cluster.advance('1m')
    expect(at('whole')).toBe('1')
  })
})

describe.skipIf(!hasCorpus())('a run on part of the trace', () => {
  const some = (text: string, lines: number): string => text.split('\n').slice(0, lines).join('\n')
  const nodes = (): string => some(file('openb_node_list_gpu_node.csv'), 40)
  // Models that none of these nodes has may be asked for.
  const models = ['G1', 'G2', 'G3', 'P100', 'T4', 'A10', 'V100M16', 'V100M32']
  const trace = (): Trace =>
    readOpenb(
      { nodes: nodes(), pods: file('openb_pod_list_default.csv') },
      { times: 'none', gpus: 'annotations', models },
    )

  test('is the same for the same seed, and FGD leaves fewer fragments than chance', () => {
    const known = trace()
    const run = (policy: string, seed: number) =>
      publishedRun({ trace: known, scheduler: policies(targetOf(known))[policy]!, seed, to: 1.3 })
    const [first, again, other, chance] = [run('FGD', 42), run('FGD', 42), run('FGD', 43), run('Random', 42)]
    expect(again.cluster.historyHash()).toBe(first.cluster.historyHash())
    expect(again.at).toEqual(first.at)
    expect(other.cluster.historyHash()).not.toBe(first.cluster.historyHash())
    const last = (one: typeof first) => one.at.get(129)!
    expect(last(first).allocation).toBeGreaterThan(last(chance).allocation + 3)
    expect(last(first).fragments).toBeLessThan(last(chance).fragments - 3)
  })
})
