import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type Pod } from '../../src/index.ts'
import { parseQuantity } from '../../src/api/quantity.ts'
import { bare, refused } from '../cluster/support.ts'

type Resources = Readonly<Record<string, Readonly<Record<string, string>>>>

const container = (name: string, resources?: Resources): object => ({
  name,
  image: 'a',
  ...(resources && { resources }),
})

function limited(...limits: readonly object[]): Cluster {
  const cluster = bare()
  cluster.limitRanges.create({ metadata: { name: 'limits' }, spec: { limits: limits as never } })
  return cluster
}

function createPod(cluster: Cluster, spec: object): Pod {
  return cluster.pods.create({ metadata: { name: 'web' }, spec: spec as never })
}

const said = (act: () => unknown): string => refused(act).status.message

describe('a pod in a namespace with a limit range', () => {
  const defaults = {
    type: 'Container',
    default: { cpu: '500m', memory: '256Mi' },
    defaultRequest: { cpu: '100m', memory: '128Mi' },
  }

  test('gets what its containers do not say, and says which', () => {
    const containers = [container('a'), container('b', { requests: { cpu: '200m' }, limits: { memory: '1Gi' } })]
    const pod = createPod(limited(defaults), { containers, initContainers: [container('i')] })
    const whole = { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } }
    expect(pod.spec.containers.map(({ resources }) => resources)).toEqual([
      whole,
      { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '200m', memory: '1Gi' } },
    ])
    expect(pod.spec.initContainers![0]!.resources).toEqual(whole)
    expect(pod.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger':
        'LimitRanger plugin set: cpu, memory request for container a; cpu, memory limit for container a; ' +
        'cpu limit for container b; cpu, memory request for init container i; cpu, memory limit for init container i',
    })
    expect(pod.status.qosClass).toBe('Burstable')
  })

  test('is Guaranteed where what it gets makes it so', () => {
    const pod = createPod(limited({ type: 'Container', default: { cpu: '1', memory: '1Gi' } }), {
      containers: [container('a')],
    })
    expect(pod.status.qosClass).toBe('Guaranteed')
  })

  test('is as it was in every other namespace, and here once the limit range is gone', () => {
    const cluster = limited(defaults)
    cluster.namespaces.create({ metadata: { name: 'free' } })
    const spec = { containers: [container('a')] } as never
    const resources = (pod: Pod): unknown => pod.spec.containers[0]!.resources
    expect(resources(cluster.pods.create({ metadata: { name: 'a', namespace: 'free' }, spec }))).toEqual({})
    expect(resources(cluster.pods.create({ metadata: { name: 'b' }, spec }))).not.toEqual({})
    cluster.limitRanges.update('limits', (draft) => void (draft.spec!.limits[0]!.default = { cpu: '2' } as never))
    expect(resources(cluster.pods.create({ metadata: { name: 'c' }, spec }))).toMatchObject({ limits: { cpu: '2' } })
    cluster.limitRanges.delete('limits')
    expect(resources(cluster.pods.create({ metadata: { name: 'd' }, spec }))).toEqual({})
  })

  test('is invalid where it asks for more than the limit that it gets', () => {
    const containers = [container('a', { requests: { cpu: '2' } })]
    expect(said(() => createPod(limited(defaults), { containers }))).toBe(
      'Pod "web" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 500m',
    )
  })

  test.each<readonly [about: string, limit: object, containers: readonly object[], words: string]>([
    [
      'a limit above the most',
      { type: 'Container', max: { cpu: '1' } },
      [container('a', { limits: { cpu: '2' } })],
      'maximum cpu usage per Container is 1, but limit is 2',
    ],
    [
      'a request below the least',
      { type: 'Container', min: { memory: '1024Mi' } },
      [container('a', { requests: { memory: '512Mi' } })],
      'minimum memory usage per Container is 1Gi, but request is 512Mi',
    ],
    [
      'no request where there is a least, and no limit where there is a most',
      { type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' } },
      [container('a')],
      '[minimum cpu usage per Pod is 1.  No request is specified, maximum cpu usage per Pod is 2.  No limit is specified]',
    ],
    [
      'more together than a pod may',
      { type: 'Pod', max: { cpu: '1' } },
      [container('a', { limits: { cpu: '600m' } }), container('b', { limits: { cpu: '600m' } })],
      'maximum cpu usage per Pod is 1, but limit is 1200m',
    ],
    [
      'a limit too far from its request',
      { type: 'Container', maxLimitRequestRatio: { memory: '2' } },
      [container('a', { requests: { memory: '1Gi' }, limits: { memory: '5Gi' } })],
      'memory max limit to request ratio per Container is 2, but provided ratio is 5.000000',
    ],
    [
      'a ratio of nothing',
      { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
      [container('a')],
      'cpu max limit to request ratio per Container is 2, but no request is specified or request is 0',
    ],
  ])('is refused for %s', (_, limit, containers, words) => {
    const cluster = limited(limit)
    const { revision } = cluster
    expect(said(() => createPod(cluster, { containers }))).toBe(`pods "web" is forbidden: ${words}`)
    expect(cluster.revision).toBe(revision)
  })

  test('is not resized beyond it', () => {
    const cluster = limited({ type: 'Container', max: { cpu: '1' } })
    createPod(cluster, { containers: [container('a', { limits: { cpu: '1' } })] })
    const patch = { spec: { containers: [{ name: 'a', resources: { limits: { cpu: '2' }, requests: { cpu: '2' } } }] } }
    expect(said(() => cluster.pods.patch('web', patch, { subresource: 'resize' }))).toBe(
      'pods "web" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
    )
  })

  test('keeps what it was given; templates and pods that are there say nothing of it', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.limitRanges.create({
      metadata: { name: 'l' },
      spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] },
    })
    const labels = { app: 'web' }
    cluster.deployments.create({
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container('a', { limits: { cpu: '2' } })] as never } },
      },
    })
    cluster.advance('1m')
    expect(cluster.pods.list().items).toEqual([])
    const [set] = cluster.replicaSets.list().items
    expect(set!.status.conditions).toMatchObject([
      { type: 'ReplicaFailure', reason: 'FailedCreate', message: expect.stringContaining('but limit is 2') as string },
    ])
  })
})

describe('a claim in a namespace with a limit range', () => {
  const claim = (storage: string): object => ({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } })
  const cluster = limited({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '10Gi' } })
  const create = (storage: string): unknown =>
    cluster.persistentVolumeClaims.create({ metadata: { name: 'data' }, spec: claim(storage) as never })

  test('may ask for what is within it, and for nothing else', () => {
    expect(said(() => create('512Mi'))).toBe(
      'persistentvolumeclaims "data" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 512Mi',
    )
    expect(said(() => create('11Gi'))).toBe(
      'persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 10Gi, but request is 11Gi',
    )
    expect(create('10Gi')).toMatchObject({ metadata: { name: 'data' } })
  })
})

test('whatever is admitted is within its bounds, and whatever is not was beyond them', () => {
  const milli = fc.integer({ min: 1, max: 20 }).map((n) => `${n * 100}m`)
  const some = fc.option(milli, { nil: undefined })
  const value = (text: string | undefined): number => Number(parseQuantity(text ?? '0')!.nano)
  fc.assert(
    fc.property(milli, milli, some, some, (a, b, request, limit) => {
      const [min, max] = value(a) <= value(b) ? [a, b] : [b, a]
      const cluster = limited({ type: 'Container', min: { cpu: min }, max: { cpu: max } })
      const resources = { ...(request && { requests: { cpu: request } }), ...(limit && { limits: { cpu: limit } }) }
      const asked = { limit: limit ?? max, request: request ?? limit ?? max }
      const isWithin =
        value(asked.request) <= value(asked.limit) &&
        value(asked.limit) <= value(max) &&
        value(asked.request) >= value(min)
      const create = (): Pod => createPod(cluster, { containers: [container('a', resources)] })
      if (!isWithin) {
        expect(['Forbidden', 'Invalid']).toContain(refused(create).reason)
        return
      }
      const { limits, requests } = create().spec.containers[0]!.resources!
      expect([value(limits!['cpu']), value(requests!['cpu'])]).toEqual([value(asked.limit), value(asked.request)])
    }),
  )
})
