import { describe, expect, test } from 'vitest'
import { inflated, openbGpuMilli, type OpenbOptions, readManifests, readOpenb } from '../../../src/experiments/index.ts'
import { createCluster } from '../../../src/index.ts'
import { hasCorpus } from '../../support/system.ts'
import { listed, machineOf, nameOf, refusal, sum, trace } from './support.ts'

const GPU_MILLI = 'alibabacloud.com/gpu-milli'

const NODES = ['sn,cpu_milli,memory_mib,gpu,model', 'a,32000,262144,0,', 'b,64000,262144,2,P100', 'c,96000,393216,8,G2']
const PODS = [
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time',
  'p0,12000,16384,1,460,,LS,Running,50,1000,60',
  'p1,500,0,0,0,,BE,Failed,40,,40',
  'p2,1000,1024,8,1000,P100|G2,Guaranteed,Pending,45,145,',
]

const csv = (lines: readonly string[]): string => `${lines.join('\n')}\n`
const small = (options?: OpenbOptions, pods = PODS, nodes = NODES): ReturnType<typeof readOpenb> =>
  readOpenb({ nodes: csv(nodes), pods: csv(pods) }, options)
const podsOf = (options?: OpenbOptions, pods = PODS): ReturnType<typeof listed> =>
  listed(small(options, pods).workload, 0)

describe('an openb trace', () => {
  test('has nodes with capacity, and the model of their cards as a label', () => {
    const [a, , c] = small().nodes
    expect(a!.metadata!.labels).not.toHaveProperty(['alibabacloud.com/gpu-card-model'])
    expect(a!.status!.capacity).toEqual({ cpu: '32000m', memory: '262144Mi', pods: '1001' })
    expect(c!.metadata).toMatchObject({ name: 'c', labels: { 'alibabacloud.com/gpu-card-model': 'G2' } })
    expect(c!.status!.allocatable).toEqual({
      cpu: '96000m',
      memory: '393216Mi',
      pods: '1001',
      'alibabacloud.com/gpu-count': '8',
      [GPU_MILLI]: '8000',
    })
  })

  test('has pods by their time of creation, from 0 on, that stay as long as they ran', () => {
    expect(podsOf().map(({ at, lifetimeMs, pod }) => [nameOf(pod), at, lifetimeMs])).toEqual([
      ['p1', 0, undefined],
      ['p2', 5000, 100_000],
      ['p0', 10_000, 940_000],
    ])
    expect(
      podsOf({ times: 'none' }).map((arrival) => [nameOf(arrival.pod), arrival.at, 'lifetimeMs' in arrival]),
    ).toEqual([
      ['p0', 0, false],
      ['p1', 0, false],
      ['p2', 0, false],
    ])
  })

  test('says GPUs in annotations, as the published simulator, and in requests and affinity, as Kubernetes', () => {
    const [p0, p1, p2] = podsOf({ times: 'none', namespace: 'gpu' }).map(({ pod }) => pod)
    expect(p0!.metadata).toEqual({
      name: 'p0',
      namespace: 'gpu',
      labels: { 'alibabacloud.com/qos': 'LS' },
      annotations: { 'alibabacloud.com/gpu-count': '1', [GPU_MILLI]: '460' },
    })
    expect(p0!.spec!.containers![0]!.resources!.requests).toEqual({
      cpu: '12000m',
      memory: '16384Mi',
      [GPU_MILLI]: '460',
    })
    expect(p1!.metadata).not.toHaveProperty('annotations')
    expect(p2!.metadata!.annotations).toMatchObject({ 'alibabacloud.com/gpu-card-model': 'G2|P100' })
    expect(p2!.spec!.containers![0]!.resources!.limits).toMatchObject({ [GPU_MILLI]: '8000' })
    const bare = podsOf({ times: 'none', gpus: 'annotations' })[2]!.pod
    expect(bare.spec).not.toHaveProperty('affinity')
    expect(bare.spec!.containers![0]!.resources!.requests).toEqual({ cpu: '1000m', memory: '1024Mi' })
    expect([p0, p1, p2, bare].map((pod) => openbGpuMilli(pod!))).toEqual([460, 0, 8000, 8000])
  })

  test('is scheduled by what Kubernetes understands of it', () => {
    const cluster = createCluster({ nodes: small().nodes.map(machineOf) })
    const wrong = [
      ...PODS,
      'p3,1000,1024,2,1000,G2,LS,Running,0,,0',
      'p4,1000,1024,2,1000,P100,LS,Running,0,,0',
      'p5,1,1,1,1,P100,LS,Running,0,,0',
    ]
    for (const { pod } of podsOf({ times: 'none' }, wrong)) cluster.pods.create(pod)
    cluster.advance('1s')
    const placed = cluster.pods.list().items.map(({ metadata, spec }) => `${metadata.name} ${spec.nodeName ?? ''}`)
    // p0 takes part of a card of whichever has the most room: c. p2 wants all eight.
    expect(placed).toEqual(expect.arrayContaining(['p2 ', 'p3 c', 'p4 b', 'p5 ']))
  })

  test('is read with line ends of any kind, a mark of bytes, columns in any order, and what may be passed over', () => {
    const expected = small()
    const windows = { nodes: `\ufeff${NODES.join('\r\n')}\r\n`, pods: PODS.join('\r\n') }
    expect(readOpenb(windows).nodes).toEqual(expected.nodes)
    expect(listed(readOpenb(windows).workload, 0)).toEqual(podsOf())
    const turned = NODES.map((line) => `x,${line.split(',').reverse().join(',')}`)
    const ignoring = { ignore: ['x'] }
    expect(small(ignoring, PODS, turned).nodes).toEqual(expected.nodes)
  })

  test('of the lists without times comes at once', () => {
    const plain = ['name,cpu_milli,memory_mib,num_gpu,gpu_milli', 'p0,1000,1024,4,1000', 'p1,1000,1024,1,200']
    expect(podsOf({}, plain)).toMatchObject([
      { at: 0, pod: { metadata: { name: 'p0' } } },
      { at: 0, pod: { metadata: { name: 'p1' } } },
    ])
  })

  test.each<[string, readonly string[], string]>([
    [
      'a missing column',
      ['name,cpu_milli,memory_mib,num_gpu', 'p0,1,1,0'],
      'pods.csv:1: the column gpu_milli is missing',
    ],
    [
      'an unknown column',
      [`${PODS[0]},ip`, `${PODS[1]},1`],
      'pods.csv:1, column "ip": unknown; expected some of name, cpu_milli',
    ],
    ['a column that is there twice', [`${PODS[0]},qos`, `${PODS[1]},LS`], 'pods.csv:1, column qos: is there twice'],
    ['an empty file', [], 'pods.csv:1: expected a header'],
    ['too few values', [...PODS, 'p3,1'], 'pods.csv:5: expected 11 values (name, cpu_milli, '],
    ['too many values', [...PODS, `${PODS[1]},`], 'pods.csv:5: expected 11 values'],
    ['an empty line', [...PODS, '', PODS[1]!], 'got an empty line'],
    [
      'a quote',
      [...PODS, '"p3",1,1,0,0,,LS,Running,0,,0'],
      'pods.csv:5, column 1: expected values without quotes, got "\\"p3\\""',
    ],
    [
      'a negative number',
      [...PODS, 'p3,-3,1,0,0,,LS,Running,0,,0'],
      'pods.csv:5, column cpu_milli: expected a whole number of at least 0, got "-3"',
    ],
    [
      'a fraction',
      [...PODS, 'p3,0.5,1,0,0,,LS,Running,0,,0'],
      'pods.csv:5, column cpu_milli: expected a whole number of at least 0, got "0.5"',
    ],
    [
      'no number',
      [...PODS, 'p3,1,many,0,0,,LS,Running,0,,0'],
      'pods.csv:5, column memory_mib: expected a whole number of at least 0, got "many"',
    ],
    [
      'nothing for a number',
      [...PODS, 'p3,,1,0,0,,LS,Running,0,,0'],
      'pods.csv:5, column cpu_milli: expected a whole number of at least 0, got ""',
    ],
    ['a number beyond all', [...PODS, 'p3,99999999999999999,1,0,0,,LS,Running,0,,0'], 'pods.csv:5, column cpu_milli'],
    [
      'more than a card of a card',
      [...PODS, 'p3,1,1,1,1001,,LS,Running,0,,0'],
      'pods.csv:5, column gpu_milli: expected a whole number from 1 to 1000, got "1001"',
    ],
    [
      'shares of several cards',
      [...PODS, 'p3,1,1,2,500,,LS,Running,0,,0'],
      'pods.csv:5, column gpu_milli: expected 1000 where num_gpu is 2, got "500"',
    ],
    [
      'a share of no card',
      [...PODS, 'p3,1,1,0,500,,LS,Running,0,,0'],
      'pods.csv:5, column gpu_milli: expected 0 where num_gpu is 0, got "500"',
    ],
    [
      'an unknown model',
      [...PODS, 'p3,1,1,1,500,G2|H100,LS,Running,0,,0'],
      'pods.csv:5, column gpu_spec: expected models that nodes have (G2, P100), not "H100", got "G2|H100"',
    ],
    ['an empty model', [...PODS, 'p3,1,1,1,500,G2|,LS,Running,0,,0'], 'pods.csv:5, column gpu_spec'],
    [
      'a model without a card',
      [...PODS, 'p3,1,1,0,0,G2,LS,Running,0,,0'],
      'pods.csv:5, column gpu_spec: expected no model where num_gpu is 0, got "G2"',
    ],
    [
      'an unknown class',
      [...PODS, 'p3,1,1,0,0,,Best,Running,0,,0'],
      'pods.csv:5, column qos: expected one of LS, BE, Burstable, Guaranteed, got "Best"',
    ],
    [
      'a name twice',
      [...PODS, PODS[1]!],
      'pods.csv:5, column name: expected a name of its own (it stands at pods.csv:2 too), got "p0"',
    ],
    [
      'a name that is none',
      [...PODS, 'P 3,1,1,0,0,,LS,Running,0,,0'],
      'pods.csv:5, column name: expected a name: a lowercase RFC 1123',
    ],
    [
      'no time of creation',
      [...PODS, 'p3,1,1,0,0,,LS,Running,,,0'],
      'pods.csv:5, column creation_time: expected a whole number of at least 0, got ""',
    ],
    [
      'a start before its creation',
      [...PODS, 'p3,1,1,0,0,,LS,Running,9,,8'],
      'pods.csv:5, column scheduled_time: expected a time from creation_time, 9, on, got "8"',
    ],
    [
      'an end before its start',
      [...PODS, 'p3,1,1,0,0,,LS,Running,9,10,11'],
      'pods.csv:5, column deletion_time: expected a time from 11 on, got "10"',
    ],
  ])('with %s among its pods is refused', (_, pods, message) => {
    expect(refusal(() => readOpenb({ nodes: csv(NODES), pods: pods.length === 0 ? '' : csv(pods) }))).toContain(message)
  })

  test.each<[string, string]>([
    ['a,0,1,0,', 'column cpu_milli: expected a whole number of at least 1, got "0"'],
    ['x,1,1,2,', 'column model: expected the model of its 2 GPUs, got ""'],
    ['x,1,1,0,G2', 'column model: expected no model where there is no GPU, got "G2"'],
    ['x,1,1,1,a b', 'column model: expected the value of a label: '],
    ['b,1,1,0,', 'column sn: expected a name of its own (it stands at my nodes.csv:3 too), got "b"'],
  ])('with the node %j is refused', (line, message) => {
    const nodes = { name: 'my nodes.csv', text: csv([...NODES, line.replace('a,0', 'x,0')]) }
    expect(refusal(() => readOpenb({ nodes, pods: csv(PODS) }))).toContain(`my nodes.csv:5, ${message}`)
  })

  test.each<[unknown, string]>([
    [{ times: 'real' }, 'readOpenb.times: Invalid value: "real": expected "trace" or "none"'],
    [{ gpus: 'limits' }, 'readOpenb.gpus: Invalid value: "limits"'],
    [{ models: 'G2' }, 'readOpenb.models: expected a list of models'],
    [{ name: 'Open B' }, 'readOpenb.name: Invalid value: "Open B"'],
    [{ seed: 1 }, 'readOpenb: Invalid value: "seed": expected one of the fields name, times'],
  ])('is not read with the options %j', (options, message) => {
    expect(refusal(() => small(options as OpenbOptions))).toContain(message)
  })

  test('is not read without its files', () => {
    expect(refusal(() => readOpenb({ nodes: csv(NODES) } as never))).toContain(
      'pods.csv: Invalid value: undefined: expected text',
    )
    expect(refusal(() => readOpenb(undefined as never))).toContain(
      'readOpenb: Invalid value: undefined: expected { nodes, pods }',
    )
  })

  test('takes models that no node has where it is told so', () => {
    const line = 'p3,1,1,1,500,H100,LS,Running,0,,0'
    expect(podsOf({ models: ['H100'] }, [...PODS, line])).toHaveLength(4)
  })
})

describe.skipIf(!hasCorpus())('the published openb trace', () => {
  const list = (name: string, options?: OpenbOptions): ReturnType<typeof readOpenb> =>
    readOpenb(
      { nodes: trace('openb/openb_node_list_gpu_node.csv'), pods: trace(`openb/openb_pod_list_${name}.csv`) },
      options,
    )
  const ofNodes = (nodes: ReturnType<typeof readOpenb>['nodes'], resource: string): number =>
    sum(nodes.map(({ status }) => Number.parseInt(String(status!.capacity![resource] ?? 0))))

  test('has 1213 nodes with 6212 cards, and 1523 with those without any; as CSV what the YAML says', () => {
    const { nodes } = list('default')
    expect(nodes).toHaveLength(1213)
    expect(ofNodes(nodes, 'alibabacloud.com/gpu-count')).toBe(6212)
    expect(ofNodes(nodes, 'cpu')).toBe(107_018_000)
    expect(ofNodes(nodes, 'memory')).toBe(503_828_480)
    expect(nodes.map((node) => ({ ...node, spec: {} }))).toEqual(
      readManifests(trace('openb/openb_node_list_gpu_node.yaml')).nodes,
    )
    const all = { nodes: trace('openb/openb_node_list_all_node.csv'), pods: trace('openb/openb_pod_list_default.csv') }
    expect(readOpenb(all).nodes).toHaveLength(1523)
  })

  test('has 8152 pods in the default list, 7064 of them with a GPU, 3078 with a share of one', () => {
    const arrivals = listed(list('default').workload, 0)
    const counts = arrivals.map(({ pod }) => Number(pod.metadata!.annotations?.['alibabacloud.com/gpu-count'] ?? 0))
    const milli = arrivals.map(({ pod }) => openbGpuMilli(pod))
    expect(arrivals).toHaveLength(8152)
    expect(counts.filter((count) => count > 0)).toHaveLength(7064)
    expect(counts.filter((count) => count >= 2)).toHaveLength(75)
    expect(milli.filter((each) => each > 0 && each < 1000)).toHaveLength(3078)
    expect(sum(milli)).toBe(6_086_800)
    const cpus = arrivals.map(({ pod }) =>
      Number.parseInt(String(pod.spec!.containers![0]!.resources!.requests!['cpu'])),
    )
    expect(sum(cpus)).toBe(85_436_012)
    expect(arrivals.at(-1)!.at).toBe(12_901_761_000)
  })

  test.each<[string, number, number]>([
    ['cpu037', 7336, 6_086_800],
    ['cpu072', 7608, 6_086_800],
    ['cpu100', 7853, 6_086_800],
    ['cpu250', 9420, 6_086_800],
    ['gpushare100', 8152, 3_952_670],
    ['gpushare20', 8152, 6_531_500],
    ['gpushare60', 8152, 4_908_340],
    ['gpuspec10', 8152, 6_086_800],
    ['gpuspec25', 8152, 6_086_800],
    ['multigpu20', 8324, 7_086_800],
    ['multigpu40', 8746, 9_442_800],
  ])('has in the list %s %d pods that ask for %d thousandths of a card', (name, pods, milli) => {
    const arrivals = listed(list(name).workload, 0)
    expect(arrivals).toHaveLength(pods)
    expect(sum(arrivals.map(({ pod }) => openbGpuMilli(pod)))).toBe(milli)
  })

  test('is inflated to 130 % of the cards, by requests or by annotations alike', () => {
    const target = 1.3 * 6_212_000
    const byRequests = list('default', { times: 'none' })
    const byAnnotations = list('default', { times: 'none', gpus: 'annotations' })
    const options = { to: 1.3, of: byRequests.nodes, resource: GPU_MILLI, shuffle: true }
    const arrivals = listed(inflated(byRequests.workload, options), 42)
    const asked = sum(arrivals.map(({ pod }) => openbGpuMilli(pod)))
    expect(asked).toBeGreaterThanOrEqual(target)
    expect(asked).toBeLessThan(target + 8000)
    const others = listed(inflated(byAnnotations.workload, { ...options, asks: openbGpuMilli }), 42)
    expect(others.map(({ pod }) => nameOf(pod))).toEqual(arrivals.map(({ pod }) => nameOf(pod)))
  })
})
