import { describe, expect, test } from 'vitest'
import type { Pod, PodSpec } from '../../src/api/types/core.ts'
import type { Cluster } from '../../src/cluster.ts'
import { createCluster } from '../../src/create.ts'

const zone = 'topology.kubernetes.io/zone'
const hostname = 'kubernetes.io/hostname'

/** Nodes a-1, a-2, b-1, … in zones a and b, without kubelets and controllers. */
function zones(...names: readonly string[]): Cluster {
  const cluster = createCluster({ nodes: 0, disable: ['kubelet', 'node-lifecycle-controller', 'endpoint-controller'] })
  for (const name of names) addNode(cluster, name)
  return cluster
}

function addNode(cluster: Cluster, name: string, labels: Record<string, string> = { [zone]: name[0]! }): void {
  const allocatable = { cpu: '8', memory: '16Gi', pods: '110' }
  cluster.resource('v1/Node').create({
    metadata: { name, labels: { [hostname]: name, ...labels } },
    status: { allocatable, capacity: allocatable },
  })
}

function addPod(cluster: Cluster, name: string, app: string, spec: Partial<PodSpec> = {}, namespace = 'default'): void {
  const containers = [{ name: 'app', image: 'app', resources: { requests: { cpu: '100m' } } }]
  cluster.pods.create({ metadata: { name, namespace, labels: { app } }, spec: { containers, ...spec } })
  cluster.settle()
}

const get = (cluster: Cluster, name: string): Pod => cluster.pods.get(name)
const nodeOf = (cluster: Cluster, name: string): string | undefined => get(cluster, name).spec.nodeName
const refusal = (cluster: Cluster, name: string): string | undefined =>
  get(cluster, name).status.conditions?.find(({ type }) => type === 'PodScheduled')?.message

const selecting = (app: string) => ({ labelSelector: { matchLabels: { app } } })
const near = (app: string, topologyKey = zone): Partial<PodSpec> => ({
  affinity: {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, ...selecting(app) }] },
  },
})
const apart = (app: string, topologyKey = hostname): Partial<PodSpec> => ({
  affinity: {
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, ...selecting(app) }] },
  },
})
const spread = (app: string, topologyKey: string, maxSkew = 1): Partial<PodSpec> => ({
  topologySpreadConstraints: [{ topologyKey, maxSkew, whenUnsatisfiable: 'DoNotSchedule', ...selecting(app) }],
})

describe('affinity between pods', () => {
  test('a pod waits until one that it wants to be near is there, and goes to its zone', () => {
    const cluster = zones('a-1', 'b-1', 'b-2')
    addPod(cluster, 'web', 'web', near('db'))
    expect(refusal(cluster, 'web')).toContain("0/3 nodes are available: 3 node(s) didn't match pod affinity rules.")
    addPod(cluster, 'db', 'db', { nodeSelector: { [hostname]: 'b-2' } })
    cluster.advance('10s')
    expect(nodeOf(cluster, 'web')).toMatch(/^b-/)
  })

  test('the first of a series that is to stay together may go anywhere, and the others follow', () => {
    const cluster = zones('a-1', 'a-2', 'b-1', 'b-2')
    for (const name of ['one', 'two', 'three']) addPod(cluster, name, 'web', near('web'))
    expect(new Set(['one', 'two', 'three'].map((name) => nodeOf(cluster, name)![0])).size).toBe(1)
  })

  test('pods that keep apart take a node each, and who is left over has its turn when one goes', () => {
    const cluster = zones('a-1', 'b-1')
    for (const name of ['one', 'two', 'three']) addPod(cluster, name, 'web', apart('web'))
    expect(refusal(cluster, 'three')).toContain("2 node(s) didn't match pod anti-affinity rules.")
    const place = nodeOf(cluster, 'one')
    cluster.pods.delete('one', { gracePeriodSeconds: 0 })
    cluster.advance('10s')
    expect(nodeOf(cluster, 'three')).toBe(place)
  })

  test('a pod that is placed keeps away whom it does not want beside it', () => {
    const cluster = zones('a-1', 'a-2', 'b-1')
    addPod(cluster, 'lonely', 'lonely', { ...apart('web', zone), nodeSelector: { [zone]: 'a' } })
    addPod(cluster, 'web', 'web')
    expect(nodeOf(cluster, 'web')).toBe('b-1')
    cluster.cordon('b-1')
    addPod(cluster, 'more', 'web')
    expect(refusal(cluster, 'more')).toContain(
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't satisfy existing pods anti-affinity rules.",
    )
  })

  test('labels of namespaces choose among them, and a pod looks again when they change', () => {
    const cluster = zones('a-1')
    for (const name of ['red', 'blue'])
      cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team: name } } })
    cluster.settle()
    const term = { topologyKey: zone, namespaceSelector: { matchLabels: { team: 'red' } }, ...selecting('db') }
    const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }
    addPod(cluster, 'db', 'db', {}, 'blue')
    addPod(cluster, 'web', 'web', { affinity })
    expect(refusal(cluster, 'web')).toContain("didn't match pod affinity rules")
    cluster.resource('v1/Namespace').update('blue', (draft) => void (draft.metadata.labels = { team: 'red' }))
    cluster.advance('10s')
    expect(nodeOf(cluster, 'web')).toBe('a-1')
  })

  test('a label that a pod loses or gets is seen', () => {
    const cluster = zones('a-1')
    addPod(cluster, 'db', 'old')
    addPod(cluster, 'web', 'web', near('db'))
    expect(nodeOf(cluster, 'web')).toBeUndefined()
    cluster.pods.update('db', (draft) => void (draft.metadata.labels = { app: 'db' }))
    cluster.advance('10s')
    expect(nodeOf(cluster, 'web')).toBe('a-1')
  })
})

describe('keys of labels', () => {
  test('become part of the selectors of a new pod', () => {
    const cluster = zones('a-1')
    const keys = { matchLabelKeys: ['app', 'none'] }
    addPod(cluster, 'web', 'web', {
      topologySpreadConstraints: [
        { topologyKey: zone, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: {}, ...keys },
      ],
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: zone, labelSelector: {}, mismatchLabelKeys: ['app'] },
          ],
        },
      },
    })
    const { spec } = get(cluster, 'web')
    const asked = (operator: string): object => ({ matchExpressions: [{ key: 'app', operator, values: ['web'] }] })
    expect(spec.topologySpreadConstraints![0]!.labelSelector).toEqual(asked('In'))
    const [term] = spec.affinity!.podAntiAffinity!.requiredDuringSchedulingIgnoredDuringExecution!
    expect(term!.labelSelector).toEqual(asked('NotIn'))
  })

  test('that became part of a selector are no reason to refuse what is done to the pod later', () => {
    const cluster = zones('a-1')
    const chosen = { labelSelector: { matchLabels: { tier: 'front' } }, matchLabelKeys: ['app'] }
    const rules = [{ topologyKey: zone, ...chosen, mismatchLabelKeys: ['track'] }]
    cluster.pods.create({
      metadata: { name: 'web', labels: { app: 'web', tier: 'front', track: 'stable' } },
      spec: {
        containers: [{ name: 'app', image: 'app:1' }],
        topologySpreadConstraints: [{ topologyKey: zone, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', ...chosen }],
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: rules } },
      },
    })
    const { spec } = get(cluster, 'web')
    cluster.pods.update('web', (draft) => void (draft.metadata.labels = { app: 'other' }))
    cluster.pods.patch('web', { spec: { containers: [{ name: 'app', image: 'app:2' }] } })
    cluster.pods.update({
      ...get(cluster, 'web'),
      metadata: { ...get(cluster, 'web').metadata, annotations: { a: 'b' } },
    })
    cluster.pods.updateStatus('web', (draft) => void (draft.status.phase = 'Running'))
    cluster.settle()
    expect(nodeOf(cluster, 'web')).toBe('a-1')
    const after = get(cluster, 'web').spec
    expect([after.topologySpreadConstraints, after.affinity]).toEqual([spec.topologySpreadConstraints, spec.affinity])
  })

  test('that the selector of a template names as well are kept there, and its pods are refused', () => {
    const cluster = zones('a-1')
    const spread = { topologyKey: zone, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', ...selecting('web') }
    cluster.replicaSets.create({
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [{ name: 'app', image: 'app' }],
            topologySpreadConstraints: [{ ...spread, matchLabelKeys: ['app'] }],
          },
        },
      },
    })
    cluster.settle()
    expect(cluster.pods.list().items).toEqual([])
    expect(cluster.replicaSets.get('web').status.conditions![0]!.message).toContain(
      'spec.topologySpreadConstraints[0][0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector',
    )
  })
})

describe('spreading', () => {
  test('holds every zone within maxSkew of the emptiest, and who finds no room waits for a node there', () => {
    const cluster = zones('a-1', 'b-1')
    cluster.cordon('b-1')
    addPod(cluster, 'one', 'web', spread('web', zone))
    addPod(cluster, 'two', 'web', spread('web', zone))
    expect(nodeOf(cluster, 'one')).toBe('a-1')
    expect(refusal(cluster, 'two')).toContain(
      "1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable.",
    )
    addNode(cluster, 'b-2')
    cluster.advance('10s')
    expect(nodeOf(cluster, 'two')).toBe('b-2')
  })

  test('counts from the emptiest zone, where several pods that are alike stand on one node in each', () => {
    const cluster = zones('a-1', 'b-1')
    for (const place of ['a-1', 'b-1'])
      for (const index of [1, 2, 3])
        addPod(cluster, `web-${place}-${index}`, 'web', { nodeSelector: { [hostname]: place } })
    addPod(cluster, 'even', 'web', spread('web', zone))
    expect(nodeOf(cluster, 'even')).toBe('a-1')
  })

  test('by a selector of every pod counts none of them, as kube-scheduler does', () => {
    const cluster = zones('a-1', 'b-1')
    cluster.cordon('b-1')
    const rules = { topologyKey: zone, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }
    for (const name of ['one', 'two', 'three'])
      addPod(cluster, name, 'web', { topologySpreadConstraints: [{ ...rules, labelSelector: {} }] })
    expect(['one', 'two', 'three'].map((name) => nodeOf(cluster, name))).toEqual(['a-1', 'a-1', 'a-1'])
  })

  test('refuses a node without the label, which no eviction would help', () => {
    const cluster = zones()
    addNode(cluster, 'bare', {})
    addPod(cluster, 'web', 'web', spread('web', zone))
    expect(refusal(cluster, 'web')).toBe(
      "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label). " +
        'no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    )
  })

  test('a node that is taken away leaves a zone fewer to fill', () => {
    const cluster = zones('a-1', 'b-1')
    cluster.cordon('b-1')
    for (const name of ['one', 'two']) addPod(cluster, name, 'web', spread('web', zone))
    expect(nodeOf(cluster, 'two')).toBeUndefined()
    cluster.resource('v1/Node').delete('b-1')
    cluster.advance('10s')
    expect(nodeOf(cluster, 'two')).toBe('a-1')
  })

  test('pods of a service are spread over zones and nodes without being told to', () => {
    const place = (hasService: boolean): readonly (string | undefined)[] => {
      const cluster = zones('a-1', 'a-2', 'b-1')
      // Two nodes are much emptier than the third, in the same zone.
      addPod(cluster, 'fill', 'other', { nodeSelector: { [hostname]: 'b-1' } })
      addPod(cluster, 'fill-2', 'other', { nodeSelector: { [hostname]: 'b-1' } })
      if (hasService)
        cluster.services.create({
          metadata: { name: 'web' },
          spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
        })
      cluster.settle()
      for (const name of ['one', 'two']) addPod(cluster, name, 'web')
      return [nodeOf(cluster, 'one'), nodeOf(cluster, 'two')]
    }
    expect(place(false)).toEqual(['a-1', 'a-2'])
    expect(place(true)).toEqual(['a-1', 'b-1'])
  })
})

test('explain() shows what rules between pods make of each node', () => {
  const cluster = zones('a-1', 'a-2', 'b-1')
  addPod(cluster, 'db', 'db', { nodeSelector: { [hostname]: 'a-1' } })
  cluster.pods.create({
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: { containers: [{ name: 'app', image: 'app' }], ...near('db'), ...spread('db', hostname) },
  })
  const { placing } = cluster.explain('web')
  expect(placing!.nodes.map(({ node, refusals }) => [node, refusals.flatMap(({ reasons }) => reasons)])).toEqual([
    ['a-1', []],
    ['a-2', []],
    ['b-1', ["node(s) didn't match pod affinity rules"]],
  ])
})

test('a node that has the image of a pod is liked for it', () => {
  const cluster = zones('a-1', 'a-2')
  const images = [{ names: ['registry.example/model:1'], sizeBytes: 4 * 1024 * 1024 * 1024 }]
  cluster.resource('v1/Node').updateStatus('a-2', (draft) => void (draft.status.images = images))
  cluster.settle()
  addPod(cluster, 'model', 'model', { containers: [{ name: 'app', image: 'registry.example/model:1' }] })
  expect(nodeOf(cluster, 'model')).toBe('a-2')
})
