import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster, replay } from '../../src/index.ts'
import { bare, controllerManifest, podManifest, refused } from '../cluster/support.ts'

const withClass = (cluster: Cluster, name: string, value: number, more: object = {}): unknown =>
  cluster.priorityClasses.create({ metadata: { name }, value, ...more })
const made = (cluster: Cluster, name: string, spec: object = {}): unknown[] => {
  const { priorityClassName, priority, preemptionPolicy } = cluster.pods.create(podManifest(name, { spec })).spec
  return [priorityClassName, priority, preemptionPolicy]
}

describe('a pod has the priority', () => {
  test('of the class it names', () => {
    const cluster = bare()
    withClass(cluster, 'high', 1000, { preemptionPolicy: 'Never' })
    expect(made(cluster, 'a', { priorityClassName: 'high' })).toEqual(['high', 1000, 'Never'])
    const system = { priorityClassName: 'system-node-critical' }
    expect(made(cluster, 'b', system)).toEqual(['system-node-critical', 2_000_001_000, 'PreemptLowerPriority'])
  })

  test('of the default class when it names none, and none when there is no default', () => {
    const cluster = bare()
    expect(made(cluster, 'a')).toEqual([undefined, 0, 'PreemptLowerPriority'])
    withClass(cluster, 'normal', 5, { globalDefault: true, preemptionPolicy: 'Never' })
    expect(made(cluster, 'b')).toEqual(['normal', 5, 'Never'])
    cluster.priorityClasses.update('normal', (draft) => void (draft.globalDefault = false))
    expect(made(cluster, 'c')).toEqual([undefined, 0, 'PreemptLowerPriority'])
    cluster.priorityClasses.update('normal', (draft) => void (draft.globalDefault = true))
    expect(made(cluster, 'd')).toEqual(['normal', 5, 'Never'])
    cluster.priorityClasses.delete('normal')
    expect(made(cluster, 'e')).toEqual([undefined, 0, 'PreemptLowerPriority'])
  })

  test('that the class had when the pod was created, whatever becomes of the class', () => {
    const cluster = bare()
    withClass(cluster, 'high', 1000)
    made(cluster, 'a', { priorityClassName: 'high' })
    cluster.priorityClasses.delete('high')
    cluster.pods.update('a', (draft) => void (draft.metadata.labels = { seen: 'yes' }))
    withClass(cluster, 'high', 7)
    const manifest = podManifest('a', { spec: { priorityClassName: 'high' }, labels: { seen: 'again' } })
    cluster.apply({ ...manifest, apiVersion: 'v1', kind: 'Pod' })
    expect(cluster.pods.get('a').spec).toMatchObject({ priorityClassName: 'high', priority: 1000 })
    expect(made(cluster, 'b', { priorityClassName: 'high' })[1]).toBe(7)
  })

  test('in each of two forks as the classes are there', () => {
    const cluster = bare()
    made(cluster, 'before')
    const fork = cluster.fork()
    withClass(fork, 'normal', 5, { globalDefault: true })
    expect([made(cluster, 'a')[1], made(fork, 'a')[1]]).toEqual([0, 5])
  })
})

describe('a pod is refused', () => {
  test.each([
    [{ priorityClassName: 'gone' }, 'no PriorityClass with name gone was found'],
    [
      { priority: 7 },
      'the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 ' +
        'from the given PriorityClass name',
    ],
    [
      { priorityClassName: 'high', priority: 1000, preemptionPolicy: 'PreemptLowerPriority' },
      'the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission ' +
        'controller computed Never from the given PriorityClass name',
    ],
  ])('with %j', (spec, why) => {
    const cluster = bare()
    withClass(cluster, 'high', 1000, { preemptionPolicy: 'Never' })
    const error = refused(() => made(cluster, 'a', spec))
    expect([error.reason, error.status.message]).toEqual(['Forbidden', `pods "a" is forbidden: ${why}`])
  })

  test('until the class it names is there: its controller says so, and makes it then', () => {
    const cluster = createCluster({ nodes: 1 })
    const manifest = controllerManifest('web', 2)
    const template = manifest.spec!.template!
    const spec = { ...manifest.spec, template: { ...template, spec: { ...template.spec, priorityClassName: 'high' } } }
    cluster.replicationControllers.create({ ...manifest, spec })
    cluster.advance('1s')
    const { items } = cluster.events.list({ fieldSelector: 'reason=FailedCreate' })
    expect(items[0]!.message).toBe(
      'Error creating: pods "web-" is forbidden: no PriorityClass with name high was found',
    )
    withClass(cluster, 'high', 1000)
    cluster.advance('1m')
    expect(cluster.pods.list().items.map(({ spec: { priority }, status }) => [priority, status.phase])).toEqual([
      [1000, 'Running'],
      [1000, 'Running'],
    ])
    expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
  })
})
