import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type Manifest, type Pod } from '../../src/index.ts'
import { createRig, web } from './rig.ts'

const asking = (requests: object): object => ({
  containers: [{ name: 'app', image: 'web:1', resources: { requests, limits: requests } }],
})

test.each([
  [{ cpu: '3' }, 'OutOfcpu', "Node didn't have enough resource: cpu, requested: 3000, used: 3000, capacity: 4000"],
  [
    { memory: '9Gi' },
    'OutOfmemory',
    "Node didn't have enough resource: memory, requested: 9663676416, used: 9663676416, capacity: 17179869184",
  ],
  [
    { 'ephemeral-storage': '6Gi', 'example.com/gpu': '2' },
    'OutOfephemeral-storage',
    "Node didn't have enough resource: ephemeral-storage, requested: 6442450944, used: 6442450944, capacity: 10737418240",
  ],
  [
    { 'example.com/gpu': '2', 'example.com/fpga': '1' },
    'OutOfexample.com/gpu',
    "Node didn't have enough resource: example.com/gpu, requested: 2, used: 2, capacity: 3",
  ],
])('a pod beyond the node’s %j is failed with %s', (requests, reason, message) => {
  const rig = createRig({ nodes: [{ ephemeralStorage: '10Gi', extended: { 'example.com/gpu': 3 } }] })
  rig.create('first', asking(requests))
  rig.create('second', asking(requests))
  rig.settle()
  expect(rig.pod('first').status.phase).toBe('Running')
  expect(rig.pod('second').status).toMatchObject({ phase: 'Failed', reason, message: `Pod was rejected: ${message}` })
  expect(rig.events('second').map((event) => [event.type, event.reason, event.message])).toEqual([
    ['Warning', reason, message],
  ])
  expect(rig.kubelets.runtime.listPodSandbox(0).length).toBe(1)
})

test('a node takes no more pods than it may', () => {
  const rig = createRig({ nodes: [{ pods: 2 }] })
  for (const name of ['a', 'b', 'c']) rig.create(name, web)
  rig.settle()
  expect(['a', 'b', 'c'].map((name) => rig.pod(name).status.phase)).toEqual(['Running', 'Running', 'Failed'])
  expect(rig.pod('c').status.reason).toBe('OutOfpods')
})

test('huge pages that the node does not have are missing, and a pod may ask for them as a whole', () => {
  const rig = createRig()
  const resources = { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' } }
  rig.create('pages', { ...web, resources })
  rig.settle()
  expect(rig.pod('pages').status.message).toBe(
    "Pod was rejected: Node didn't have enough resource: hugepages-2Mi, requested: 4194304, used: 0, capacity: 0",
  )
})

test('the room of ended and removed pods is free again', () => {
  const rig = createRig()
  rig.create('job', { ...asking({ cpu: '4' }), restartPolicy: 'Never' })
  rig.advance(5000)
  rig.create('web', asking({ cpu: '4' }))
  rig.settle()
  expect(rig.pod('web').status.phase).toBe('Running')
  rig.delete('web')
  rig.settle()
  rig.create('next', asking({ cpu: '4' }))
  rig.settle()
  expect(rig.pod('next').status.phase).toBe('Running')
})

describe('a pod that was sent to a node without asking the scheduler', () => {
  const on = (name: string, spec: object): Manifest<Pod> => ({
    metadata: { name },
    spec: { nodeName: 'node-0', containers: [{ name: 'app', image: 'web:1' }], ...spec },
  })
  const verdict = (cluster: Cluster, name: string): object => {
    const { phase, reason, message } = cluster.pods.get(name).status
    return { phase, reason, message }
  }
  const nodeAffinity = (...values: string[]): object => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values }] }],
        },
      },
    },
  })
  const failed = (reason: string, why: string): object => ({
    phase: 'Failed',
    reason,
    message: `Pod was rejected: Predicate ${reason} failed: ${why}`,
  })

  test.each([
    ['selector', { nodeSelector: { disk: 'hdd' } }],
    ['affinity', nodeAffinity('hdd', 'tape')],
  ])('is failed where the node does not match its %s', (_, spec) => {
    const cluster = createCluster({ nodes: [{ name: 'node-0', labels: { disk: 'ssd' } }] })
    cluster.pods.create(on('other', spec))
    cluster.pods.create(on('right', { nodeSelector: { disk: 'ssd' }, ...nodeAffinity('ssd') }))
    cluster.settle()
    expect(verdict(cluster, 'other')).toEqual(
      failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector"),
    )
    expect(verdict(cluster, 'right')).toEqual({ phase: 'Running' })
  })

  test('is failed where the machine runs another system', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.pods.create(on('windows', { os: { name: 'windows' } }))
    cluster.pods.create(on('linux', { os: { name: 'linux' } }))
    cluster.settle()
    expect(verdict(cluster, 'windows')).toEqual({
      phase: 'Failed',
      reason: 'PodOSNotSupported',
      message: "Pod was rejected: Failed to admit pod as the OS field doesn't match node OS",
    })
    expect(verdict(cluster, 'linux')).toEqual({ phase: 'Running' })
  })

  test('is failed where another has its port, until that one has ended', () => {
    const cluster = createCluster({ nodes: 1 })
    const spec = { containers: [{ name: 'app', image: 'web:1', ports: [{ containerPort: 80, hostPort: 80 }] }] }
    for (const name of ['first', 'second']) cluster.pods.create(on(name, spec))
    cluster.settle()
    expect(verdict(cluster, 'first')).toEqual({ phase: 'Running' })
    expect(verdict(cluster, 'second')).toEqual(
      failed('NodePorts', "node(s) didn't have free ports for the requested pod ports"),
    )
    cluster.pods.delete('first')
    cluster.settle()
    cluster.pods.create(on('third', spec))
    cluster.settle()
    expect(verdict(cluster, 'third')).toEqual({ phase: 'Running' })
  })

  test('is failed for a taint that it does not tolerate, if pods may not even run there', () => {
    const cluster = createCluster({ nodes: 1, disable: ['taint-eviction-controller'] })
    const taint = (effect: string): object => ({ spec: { taints: [{ key: 'broken', effect }] } })
    cluster.nodes.patch('node-0', taint('NoSchedule'))
    cluster.pods.create(on('early', {}))
    cluster.settle()
    expect(verdict(cluster, 'early')).toEqual({ phase: 'Running' })
    cluster.nodes.patch('node-0', taint('NoExecute'))
    cluster.pods.create(on('late', {}))
    cluster.pods.create(on('tough', { tolerations: [{ key: 'broken', operator: 'Exists' }] }))
    cluster.settle()
    expect(verdict(cluster, 'late')).toEqual(
      failed('TaintToleration', "node(s) had taints that the pod didn't tolerate"),
    )
    expect(verdict(cluster, 'tough')).toEqual({ phase: 'Running' })
  })
})
