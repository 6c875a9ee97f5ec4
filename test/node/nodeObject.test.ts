import { expect, test } from 'vitest'
import { expandTemplates, type NodeTemplate } from '../../src/node/nodeTemplate.ts'
import { createRig } from './rig.ts'

test('a number of nodes makes node-0, node-1, … with 4 cores, 16Gi and 110 pods', () => {
  const machines = expandTemplates(3)
  expect(machines.map(({ name }) => name)).toEqual(['node-0', 'node-1', 'node-2'])
  expect(machines[0]).toMatchObject({ cpuMilli: 4000, memoryBytes: 16 * 1024 * 1024 * 1024, pods: 110 })
})

test('templates are multiplied and named on', () => {
  const machines = expandTemplates([
    { count: 2 },
    { name: 'big', cpu: 64, memory: '256Gi' },
    { name: 'gpu', count: 2 },
    {},
  ])
  expect(machines.map(({ name }) => name)).toEqual(['node-0', 'node-1', 'big', 'gpu-0', 'gpu-1', 'node-2'])
})

test.each<[number | readonly NodeTemplate[], RegExp]>([
  [-1, /^nodes: expected a whole number of at least 0, got -1/],
  [2.5, /^nodes: expected a whole number of at least 0, got 2.5/],
  [[{ cpu: 'four' }], /^nodes\[0\]\.cpu: expected a quantity .*, got "four"/],
  [[{}, { memory: '-1Gi' }], /^nodes\[1\]\.memory: expected a quantity .*, got "-1Gi"/],
  [[{ pods: 1.5 }], /^nodes\[0\]\.pods: expected a whole number of at least 0, got 1.5/],
  [[{ name: 'a' }, { name: 'a' }], /^nodes\[1\]\.name: Duplicate value: "a"/],
])('%j is refused with the field', (nodes, message) => {
  expect(() => expandTemplates(nodes)).toThrow(message)
})

test('a node registers with labels, capacity, conditions, addresses, range and lease', () => {
  const zone = {
    name: 'n',
    zone: 'a',
    region: 'eu',
    instanceType: 'm5',
    labels: { team: 'x' },
    extended: { 'nvidia.com/gpu': 2 },
  }
  const rig = createRig({ nodes: [{ ...zone, taints: [{ key: 'k', effect: 'NoSchedule' }] }] })
  const node = rig.node('n')
  expect(node.metadata.labels).toEqual({
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': 'n',
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': 'm5',
    'topology.kubernetes.io/region': 'eu',
    'topology.kubernetes.io/zone': 'a',
    team: 'x',
  })
  expect(node.spec).toMatchObject({
    podCIDR: '10.244.0.0/24',
    podCIDRs: ['10.244.0.0/24'],
    taints: [{ key: 'k', effect: 'NoSchedule' }],
  })
  const resources = { cpu: '4', 'ephemeral-storage': '100Gi', memory: '16Gi', pods: '110', 'nvidia.com/gpu': '2' }
  expect(node.status.capacity).toEqual(resources)
  expect(node.status.allocatable).toEqual(resources)
  expect(node.status.addresses).toEqual([
    { type: 'InternalIP', address: '172.18.0.2' },
    { type: 'Hostname', address: 'n' },
  ])
  expect(node.status.conditions!.map(({ type, status, reason, message }) => [type, status, reason, message])).toEqual([
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
  ])
  expect(node.status.nodeInfo).toMatchObject({
    kubeletVersion: 'v1.36.1',
    operatingSystem: 'linux',
    architecture: 'amd64',
  })
})
