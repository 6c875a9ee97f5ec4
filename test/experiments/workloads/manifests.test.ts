import { describe, expect, test } from 'vitest'
import { readManifests, type Trace } from '../../../src/experiments/index.ts'
import { createCluster } from '../../../src/index.ts'
import { hasCorpus } from '../../support/system.ts'
import { listed, machineOf, nameOf, refusal, sum, trace } from './support.ts'

const node = (name: string, status = '{ capacity: { cpu: 4, memory: 8Gi, pods: 110 } }'): string =>
  `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\nstatus: ${status}\n`
const pod = (name: string, resources = '{}'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ name: a, image: a, resources: ${resources} }] }\n`
const documents = (...texts: readonly string[]): string => texts.join('---\n')
const podsOf = ({ workload }: Trace): ReturnType<typeof listed> => listed(workload, 0)

describe('manifests of nodes and pods', () => {
  test('come as they stand, of one text or several, at once and for ever', () => {
    const both = documents(node('a'), pod('p'), pod('q'))
    const apart = readManifests([node('a'), documents(pod('p'), pod('q'))])
    expect(apart).toMatchObject({ name: 'manifests', nodes: [{ metadata: { name: 'a' } }] })
    expect(podsOf(apart)).toEqual(podsOf(readManifests(both)))
    expect(podsOf(apart).map((arrival) => [nameOf(arrival.pod), arrival.at, 'lifetimeMs' in arrival])).toEqual([
      ['p', 0, false],
      ['q', 0, false],
    ])
  })

  test('may be JSON, or lists', () => {
    const list = JSON.stringify({
      kind: 'PodList',
      apiVersion: 'v1',
      items: [{ metadata: { name: 'p' }, spec: { containers: [{ name: 'a', image: 'a' }] } }],
    })
    expect(podsOf(readManifests(list)).map(({ pod: { kind } }) => kind)).toEqual(['Pod'])
  })

  test('say of a node its capacity, or what is allocatable, or both', () => {
    const status = ({ nodes }: Trace): unknown => nodes[0]!.status
    expect(status(readManifests(node('a', '{ capacity: { cpu: 4 } }')))).toEqual({
      capacity: { cpu: '4' },
      allocatable: { cpu: '4' },
    })
    expect(status(readManifests(node('a', '{ allocatable: { cpu: 4 } }')))).toEqual({
      capacity: { cpu: '4' },
      allocatable: { cpu: '4' },
    })
    expect(status(readManifests(node('a', '{ capacity: { cpu: 4 }, allocatable: { cpu: 3500m } }')))).toEqual({
      capacity: { cpu: '4' },
      allocatable: { cpu: '3500m' },
    })
  })

  test('of a running cluster come as new ones', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.pods.create({
      metadata: { name: 'p', labels: { app: 'x' } },
      spec: { containers: [{ name: 'a', image: 'a' }] },
    })
    cluster.advance('10s')
    cluster.cordon('node-0')
    const dump = JSON.stringify({
      kind: 'List',
      apiVersion: 'v1',
      items: [cluster.nodes.get('node-0'), cluster.pods.get('p')],
    })
    const { nodes, workload } = readManifests(dump)
    const [{ pod: taken }] = listed(workload, 0) as [ReturnType<typeof listed>[number]]
    expect(taken.metadata).toEqual({ name: 'p', namespace: 'default', labels: { app: 'x' } })
    expect(taken).not.toHaveProperty('status')
    expect(Object.keys(nodes[0]!.metadata!)).not.toContain('uid')
    expect(nodes[0]!.spec).toMatchObject({ unschedulable: true })
    const other = createCluster({ nodes: 1 })
    expect(other.pods.create(taken).spec.nodeName).toBe('node-0')
  })

  test.each<[string, string]>([
    ['apiVersion: v1\nkind: Node\nmetadata: {', 'manifests: error converting YAML to JSON: yaml: line 3, column '],
    [documents(node('a'), 'just text\n'), 'manifests: document 2: '],
    [
      documents(node('a'), node('a')),
      'manifests: document 2: Node a: is there twice (manifests: document 1 has it too)',
    ],
    [documents(pod('p'), pod('p')), 'manifests: document 2: Pod default/p: is there twice'],
    [node('a', '{}'), 'manifests: document 1: Node "a": status.capacity: Required value: what it has for pods'],
    [node('a', '{ capacity: {} }'), 'Node "a": status.capacity: Required value'],
    [
      node('a', '{ capacity: { cpu: four } }'),
      'Node "a": status.capacity.cpu: expected a quantity that is not negative, got "four"',
    ],
    [
      node('a', '{ capacity: { cpu: -1 } }'),
      'Node "a": status.capacity.cpu: expected a quantity that is not negative, got -1',
    ],
    [node('a', '{ capacity: [1] }'), 'Node "a": status.capacity: expected amounts by resource, got a list'],
    [pod('p', '{ requests: { cpu: much } }'), 'Pod "p": "much" is not a quantity'],
    [pod('p', '{ requests: { cpu: -2 } }'), 'Pod "p": expected requests that are not negative, got -2000 cpu'],
    ['apiVersion: v1\nkind: Pod\nmetadata: { name: p }\n', 'Pod "p": spec.containers: Required value'],
    ['apiVersion: v1\nkind: Pod\nmetadata: { generateName: p- }\n', 'Pod: metadata.name: Required value'],
    [
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d }\n',
      'manifests: document 1: expected v1 Nodes and Pods, got apps/v1 Deployment "d"',
    ],
  ])('%j is refused', (text, message) => {
    expect(refusal(() => readManifests(text))).toContain(message)
  })

  test('are told by the name of their file, and by their place without one', () => {
    expect(refusal(() => readManifests({ name: 'nodes.yaml', text: node('a', '{}') }))).toContain(
      'nodes.yaml: document 1: Node "a"',
    )
    expect(refusal(() => readManifests([pod('p'), pod('p')]))).toContain(
      'manifests[1]: document 1: Pod default/p: is there twice (manifests[0]',
    )
    expect(refusal(() => readManifests(7 as never))).toContain('manifests: Invalid value: 7: expected text')
    expect(refusal(() => readManifests('', { unsupported: 'ignore' as never }))).toContain('readManifests.unsupported')
  })

  test('may have others beside them that are passed over', () => {
    const text = documents('apiVersion: v1\nkind: Service\nmetadata: { name: s }\n', pod('p'))
    expect(podsOf(readManifests(text, { unsupported: 'skip' }))).toHaveLength(1)
  })
})

describe.skipIf(!hasCorpus())('the files of k8s-sims', () => {
  const amountsOf = (quantities: readonly unknown[]): number =>
    sum(quantities.map((text) => Number.parseInt(String(text))))

  test('hold 100 nodes and 1067 pods, which a cluster takes', () => {
    const { nodes, workload } = readManifests([
      { name: 'nodes-100.yaml', text: trace('k8s-sims/nodes-100.yaml') },
      { name: 'pods-100.yaml', text: trace('k8s-sims/pods-100.yaml') },
    ])
    const pods = listed(workload, 0).map(({ pod: each }) => each)
    expect(nodes).toHaveLength(100)
    expect(pods).toHaveLength(1067)
    expect(new Set(pods.map(({ metadata }) => metadata!.namespace))).toEqual(new Set(['paib-gpu']))
    const requested = amountsOf(pods.map(({ spec }) => spec!.containers![0]!.resources!.requests!['cpu']))
    expect(requested).toBeLessThan(amountsOf(nodes.map(({ status }) => status!.allocatable!['cpu'])))

    const cluster = createCluster({ nodes: nodes.map(machineOf) })
    cluster.namespaces.create({ metadata: { name: 'paib-gpu' } })
    for (const each of pods.slice(0, 200)) cluster.pods.create(each)
    cluster.advance('500ms')
    const bound = cluster.pods.list({ namespace: 'paib-gpu' }).items.filter(({ spec }) => spec.nodeName !== undefined)
    expect(bound).toHaveLength(200)
  })
})
