import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Container } from '../../src/api/types/core.ts'
import { fullRequests, podRequests } from '../../src/api/podRequests.ts'

const container = (cpu: string, memory: string, more: Partial<Container> = {}): Container => ({
  name: `c-${cpu}-${memory}`,
  resources: { requests: { cpu, memory } },
  ...more,
})

describe('what a pod requests', () => {
  test('containers run together: their requests add up', () => {
    const { cpuMilli, memoryBytes } = podRequests({ containers: [container('2', '1G'), container('1', '1G')] })
    expect([cpuMilli, memoryBytes]).toEqual([3000, 2e9])
  })

  test('init containers run one by one: the largest counts, resource by resource', () => {
    const { cpuMilli, memoryBytes } = podRequests({
      containers: [container('2', '1G'), container('1', '1G')],
      initContainers: [container('2', '1G'), container('2', '3G')],
    })
    expect([cpuMilli, memoryBytes]).toEqual([3000, 3e9])
  })

  test('a sidecar runs beside the containers, and beside the init containers after it', () => {
    const { cpuMilli } = podRequests({
      containers: [container('1', '0')],
      initContainers: [container('4', '0'), container('500m', '0', { restartPolicy: 'Always' }), container('4', '0')],
    })
    expect(cpuMilli).toBe(4500)
    const beside = podRequests({
      containers: [container('1', '0')],
      initContainers: [container('500m', '0', { restartPolicy: 'Always' })],
    })
    expect(beside.cpuMilli).toBe(1500)
  })

  test('overhead comes on top, and requests of the pod as a whole replace the sum', () => {
    const { cpuMilli, memoryBytes } = podRequests({
      containers: [container('1', '1Gi')],
      resources: { requests: { cpu: '3', 'ephemeral-storage': '1Gi' } },
      overhead: { cpu: '250m' },
    })
    expect([cpuMilli, memoryBytes]).toEqual([3250, 1024 ** 3])
  })

  test('for scoring, a container that says nothing counts as 100m and 200Mi, and one that says 0 as 0', () => {
    const { nonzeroCpuMilli, nonzeroMemoryBytes, cpuMilli } = podRequests({
      containers: [{ name: 'silent' }, { name: 'zero', resources: { requests: { cpu: '0' } } }],
    })
    expect([cpuMilli, nonzeroCpuMilli, nonzeroMemoryBytes]).toEqual([0, 100, 2 * 200 * 1024 * 1024])
  })

  test('NodeResourcesFit weighs a pod by what its containers ask, whatever is asked for the pod as a whole', () => {
    const { cpuMilli, nonzeroCpuMilli, weighedCpuMilli, weighedMemoryBytes } = podRequests({
      containers: [container('1', '1Gi'), { name: 'silent' }],
      resources: { requests: { cpu: '4', memory: '8Gi' } },
      overhead: { cpu: '50m' },
    })
    expect([cpuMilli, nonzeroCpuMilli, weighedCpuMilli]).toEqual([4050, 4050, 1150])
    expect(weighedMemoryBytes).toBe((1024 + 200) * 1024 * 1024)
  })

  test('extended resources and huge pages are listed by name; unknown native names are not counted', () => {
    const requests = { 'nvidia.com/gpu': '2', 'hugepages-2Mi': '4Mi', 'example.com/a': '1', bananas: '3' }
    expect(podRequests({ containers: [{ name: 'c', resources: { requests } }] }).extended).toEqual([
      { name: 'example.com/a', amount: 1 },
      { name: 'hugepages-2Mi', amount: 4 * 1024 * 1024 },
      { name: 'nvidia.com/gpu', amount: 2 },
    ])
  })

  test('the short way for ordinary pods comes to the same as the long one', () => {
    const anyRequests = fc.record(
      {
        cpu: fc.constantFrom('0', '100m', '1.5'),
        memory: fc.constantFrom('0', '1Gi', '1e9'),
        'example.com/a': fc.constant('1'),
      },
      { requiredKeys: [] },
    )
    const anyContainers = fc.array(
      fc.record({ name: fc.constant('c'), resources: fc.record({ requests: anyRequests }) }),
    )
    fc.assert(
      fc.property(anyContainers, (containers) => {
        expect(podRequests({ containers })).toEqual(fullRequests({ containers }))
      }),
    )
  })
})
