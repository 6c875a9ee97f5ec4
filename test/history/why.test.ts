import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Causes,
  type Cluster,
  type ClusterOptions,
  createCluster,
  isStatusError,
  loadCluster,
  type Pod,
  replay,
} from '../../src/index.ts'
import { actions, lived, tries } from '../properties/world.ts'

const deployment = (image: string, replicas: number): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
  },
})

const bare = (
  name: string,
  more: object = {},
): { metadata: { name: string }; spec: { containers: { name: string; image: string }[] } } => ({
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'web:1' }], ...more },
})

/** `actor: what: because` of each link, with the random ends of names taken off. */
const told = (causes: Causes): string[] =>
  causes.map(({ actor, what, because }) =>
    [actor, what, ...(because === undefined ? [] : [because])]
      .join(': ')
      .replace(/\b(web-[a-z\d]{8,10})-[a-z\d]{5}\b/gu, '$1-…'),
  )

const refusal = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (isStatusError(error)) return `${error.status.reason}: ${error.status.message}`
    throw error
  }
  return 'done'
}

test('a pod of a deployment runs because of the apply, by way of everyone who had a hand in it', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.apply(deployment('web:1', 1))
  cluster.settle()
  const [pod] = cluster.pods.list().items as [Pod]
  const causes = cluster.why(pod)
  expect(told(causes)).toEqual([
    'kubernetes-admin: created deployment/web, which asks for 1 pod',
    'deployment-controller: created replicaset/web-6b44c9c94f, which asks for 1 pod',
    'replicaset-controller: created pod/web-6b44c9c94f-…',
    'default-scheduler: bound pod/web-6b44c9c94f-… to node-0: 2 of 2 nodes suited',
    'kubelet node-0: reported pod/web-6b44c9c94f-… as Running, 1/1 ready',
  ])
  expect(causes[0]).toMatchObject({ kind: 'call', revision: 24, time: '2020-01-01T00:00:00Z' })
  expect(causes[3]).toMatchObject({
    kind: 'change',
    ref: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: pod.metadata.name },
  })
  expect(String(causes[3])).toBe(
    `2020-01-01T00:00:00Z default-scheduler bound pod/${pod.metadata.name} to node-0: 2 of 2 nodes suited`,
  )
  expect(String(causes)).toMatch(
    /^TIME +REVISION +WHO +WHAT\n\+0\.0s +24 +kubernetes-admin +created deployment\/web, /u,
  )
  for (const object of [causes, ...causes, causes[3]!.ref]) expect(Object.isFrozen(object)).toBe(true)
})

test('what was asked for later is why; what is only renewed is not', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.advance('1h')
  expect(told(cluster.why('node/node-0'))).toEqual([': the cluster began', 'kubelet node-0: created node/node-0'])
  cluster.nodes.update('node-0', (draft) => void (draft.spec.unschedulable = true))
  const { revision } = cluster
  cluster.pods.create(bare('one'))
  cluster.advance('1h')
  expect(told(cluster.why('no/node-0'))).toEqual([
    'kubernetes-admin: cordoned node/node-0',
    'node-lifecycle-controller: put the taint node.kubernetes.io/unschedulable:NoSchedule on node/node-0',
  ])
  expect(told(cluster.why('pod/one'))).toEqual([
    'kubernetes-admin: created pod/one',
    'default-scheduler: found no node for pod/one: 0/1 nodes are available: 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
  ])
  cluster.nodes.update('node-0', (draft) => void (draft.spec.unschedulable = false))
  cluster.settle()
  expect(told(cluster.why('pod/one'))).toEqual([
    'kubernetes-admin: uncordoned node/node-0',
    'node-lifecycle-controller: took the taint node.kubernetes.io/unschedulable:NoSchedule off node/node-0',
    'default-scheduler: bound pod/one to node-0: 1 of 1 nodes suited',
    'kubelet node-0: reported pod/one as Running, 1/1 ready',
  ])
  expect(told(cluster.why('node/node-0', { revision }))).toEqual(['kubernetes-admin: cordoned node/node-0'])
  expect(told(cluster.why('node/node-0', { revision: revision - 1 }))).toHaveLength(2)
})

test('how many nodes suited is told of whichever scheduler bound, when another leads by now', () => {
  const cluster = createCluster({ nodes: 2, schedulers: [{ replicas: 2 }] })
  cluster.settle()
  cluster.controllers.crash('default-scheduler-0')
  cluster.advance('1m')
  cluster.pods.create({ metadata: { name: 'one' }, spec: { containers: [{ name: 'app', image: 'app' }] } })
  cluster.settle()
  expect(told(cluster.why('pod/one'))[1]).toMatch(
    /^default-scheduler-1: bound pod\/one to node-\d: 2 of 2 nodes suited$/,
  )
})

test('a fault begins what comes of it, also in a fork and in a replay', () => {
  const cluster = createCluster({ nodes: 2, behaviours: [{ image: 'flaky:*', run: '3s', exitCode: 1 }] })
  cluster.pods.create(bare('one', { nodeName: 'node-1' }))
  cluster.settle()
  cluster.faults.crashNode('node-1')
  cluster.advance('10s')
  cluster.faults.restartNode('node-1')
  cluster.advance('10s')
  const chain = ['fault: the power of node-1 comes back', 'kubelet node-1: reported pod/one as Running, 1/1 ready']
  expect(told(cluster.why('pod/one'))).toEqual(chain)
  expect(cluster.why('pod/one')[0]).toMatchObject({ kind: 'fault', revision: undefined, time: '2020-01-01T00:00:11Z' })
  const fork = cluster.fork()
  fork.advance('1h')
  for (const other of [fork, replay(cluster.journal), replay(JSON.parse(JSON.stringify(fork.journal)))])
    expect(String(other.why('pod/one'))).toBe(String(cluster.why('pod/one')))
})

test('a deletion goes on to what belonged to the owner, and a replacement is in place of somebody', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.apply(deployment('web:1', 1))
  cluster.settle()
  const [first] = cluster.pods.list().items as [Pod]
  cluster.pods.delete(first.metadata.name)
  cluster.settle()
  const [second] = cluster.pods.list().items as [Pod]
  expect(told(cluster.why(second)).slice(0, 3)).toEqual([
    'kubernetes-admin: asked for the deletion of pod/web-6b44c9c94f-… within 30 s',
    'replicaset-controller: created pod/web-6b44c9c94f-…: in place of pod/web-6b44c9c94f-…',
    'default-scheduler: bound pod/web-6b44c9c94f-… to node-1: 2 of 2 nodes suited',
  ])
  expect(told(cluster.why(`pod/default/${first.metadata.name}`)).at(-1)).toBe(
    'kubelet node-0: deleted pod/web-6b44c9c94f-…',
  )
  cluster.deployments.delete('web')
  cluster.settle()
  expect(told(cluster.why(`pod/${second.metadata.name}`))).toEqual([
    'kubernetes-admin: deleted deployment/web',
    'garbage-collector-controller: deleted replicaset/web-6b44c9c94f: its owner deployment/web is gone',
    'garbage-collector-controller: asked for the deletion of pod/web-6b44c9c94f-… within 30 s: its owner replicaset/web-6b44c9c94f is gone',
    'kubelet node-1: deleted pod/web-6b44c9c94f-…',
  ])
})

describe('a node that falls silent', () => {
  const evicted = (act: (cluster: Cluster) => void, options: ClusterOptions = {}): string[] => {
    const cluster = createCluster({ nodes: 2, ...options })
    cluster.apply(deployment('web:1', 2))
    cluster.advance('1m')
    act(cluster)
    cluster.advance('7m')
    const moved = cluster.pods.list({ fieldSelector: 'status.phase=Running' }).items
    return told(cluster.why(moved.find(({ metadata }) => metadata.creationTimestamp > '2020-01-01T00:05')!))
  }
  const chain = [
    'node-lifecycle-controller: marked node/node-1 unknown: nothing was heard of its kubelet after +60.0s',
    'node-lifecycle-controller: put the taint node.kubernetes.io/unreachable:NoSchedule on node/node-1',
    'node-lifecycle-controller: put the taint node.kubernetes.io/unreachable:NoExecute on node/node-1',
    'taint-eviction-controller: asked for the deletion of pod/web-6b44c9c94f-… within 30 s: it tolerates the taint node.kubernetes.io/unreachable of node-1 for 300 s',
    'replicaset-controller: created pod/web-6b44c9c94f-…: in place of pod/web-6b44c9c94f-…',
    'default-scheduler: bound pod/web-6b44c9c94f-… to node-0: 1 of 2 nodes suited',
    'kubelet node-0: reported pod/web-6b44c9c94f-… as Running, 1/1 ready',
  ]

  test('because of a crash leads from the crash to the binding of the pod that moved', () => {
    expect(evicted(({ faults }) => faults.crashNode('node-1'))).toEqual(['fault: the power of node-1 fails', ...chain])
  })

  test('because it is cut off, or because of what was planned long ago, is told so', () => {
    expect(evicted(({ faults }) => faults.partitionNode('node-1'))[0]).toBe(
      'fault: node-1 and the API server do not reach each other',
    )
    const late = evicted(({ faults }) => {
      faults.crashNode('node-0', { after: '1h' })
      faults.crashNode('node-1', { after: '25s' })
      faults.crashController('namespace-controller', { after: '22s' })
    })
    expect(late).toEqual(['fault: the power of node-1 fails', chain[0]!.replace('+60.0s', '+80.0s'), ...chain.slice(1)])
  })

  test('is well again because the fault is over, by itself or by hand', () => {
    for (const act of ['itself', 'hand', 'restart']) {
      const cluster = createCluster({ nodes: 2 })
      const fault = cluster.faults.crashNode('node-1', act === 'itself' ? { for: '2m' } : {})
      cluster.advance('2m')
      if (act === 'hand') fault.heal()
      if (act === 'restart') cluster.faults.restartNode('node-1')
      cluster.advance('1m')
      const [first, second] = cluster.why('node/node-1')
      expect(first).toMatchObject({ kind: 'fault', time: '2020-01-01T00:02:00Z' })
      expect(first!.what).toBe(
        act === 'restart' ? 'the power of node-1 comes back' : 'it is over: the power of node-1 fails',
      )
      expect(`${second!.actor} ${second!.what}`).toBe('kubelet node-1 marked node/node-1 ready')
    }
  })
})

test('a node that is reached again is well because of that, though its kubelet only goes on', () => {
  for (const isPlanned of [true, false]) {
    const cluster = createCluster({ nodes: 2 })
    cluster.faults.crashNode('node-0', { after: '1h' })
    const fault = cluster.faults.partitionNode('node-1', isPlanned ? { for: '3m' } : {})
    cluster.advance('3m')
    fault.heal()
    cluster.advance('1m')
    expect(told(cluster.why('node/node-1')).slice(0, 2)).toEqual([
      'fault: it is over: node-1 and the API server do not reach each other',
      'kubelet node-1: marked node/node-1 ready',
    ])
    expect(cluster.why('node/node-1')[0]).toMatchObject({ kind: 'fault', time: '2020-01-01T00:03:00Z' })
  }
})

test('a pod whose node is deleted is collected because of that, though its collector only looks now and then', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.apply(deployment('web:1', 1))
  cluster.settle()
  const [pod] = cluster.pods.list().items as [Pod]
  cluster.faults.crashNode('node-0')
  cluster.nodes.delete('node-0')
  cluster.advance('5m')
  expect(told(cluster.why(`pod/${pod.metadata.name}`))).toEqual([
    'kubernetes-admin: deleted node/node-0',
    'pod-garbage-collector-controller: deleted pod/web-6b44c9c94f-…: its node is gone',
  ])
  const [second] = cluster.pods.list().items as [Pod]
  expect(told(cluster.why(second)).slice(0, 3)).toEqual([
    'kubernetes-admin: deleted node/node-0',
    'pod-garbage-collector-controller: reported pod/web-6b44c9c94f-… as Failed, 1/1 ready: its node is gone',
    'replicaset-controller: created pod/web-6b44c9c94f-…: in place of pod/web-6b44c9c94f-…',
  ])
})

test('two calls of one moment have nothing to do with each other', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.nodes.update('node-0', (draft) => void (draft.spec.unschedulable = true))
  cluster.pods.create(bare('one', { nodeName: 'node-0' }))
  expect(told(cluster.why('pod/one'))).toEqual(['kubernetes-admin: created pod/one on node-0'])
})

test('what a chain began with is told to be forgotten once it is, and at last the whole of it', () => {
  for (let revisions = 30; revisions < 50; revisions++) {
    const cluster = createCluster({ nodes: 1, history: { revisions } })
    cluster.apply(deployment('web:1', 1))
    cluster.settle()
    const [pod] = cluster.pods.list().items as [Pod]
    let length = 5
    for (let causes = cluster.why(pod); causes.length > 1; causes = cluster.why(pod)) {
      expect(causes.length).toBeLessThanOrEqual(length)
      length = causes.length
      if (causes[0]!.kind !== 'call')
        expect(causes[0]).toMatchObject({
          kind: 'forgotten',
          what: expect.stringMatching(
            /^what led to this is no longer kept: revision \d+; the history begins after revision \d+$/u,
          ),
        })
      cluster.configMaps.create({ metadata: { generateName: 'config-' } })
      cluster.advance('1ms')
      if (refusal(() => cluster.why(pod)) !== 'done') break
    }
    expect(refusal(() => cluster.why(pod))).toMatch(
      /^Expired: pods "web-\S+" was last changed before what is kept: at or before revision \d+$/u,
    )
  }
})

test('what waits while its scheduler is down is bound because that starts again, by hand or by itself', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.controllers.crash('default-scheduler')
  cluster.pods.create(bare('one'))
  cluster.advance('1m')
  cluster.controllers.restart('default-scheduler')
  cluster.settle()
  expect(told(cluster.why('pod/one')).slice(0, 2)).toEqual([
    'fault: default-scheduler starts again',
    'default-scheduler: bound pod/one to node-0: 1 of 1 nodes suited',
  ])
  cluster.faults.crashController('default-scheduler', { for: '30s' })
  cluster.pods.create(bare('two'))
  cluster.advance('1m')
  expect(told(cluster.why('pod/two')).slice(0, 2)).toEqual([
    'fault: it is over: default-scheduler crashes',
    'default-scheduler: bound pod/two to node-0: 1 of 1 nodes suited',
  ])
})

test('of two that come at once, each has its own cause', () => {
  const cluster = createCluster({ nodes: 1 })
  for (const name of ['one', 'two']) cluster.pods.create(bare(name))
  cluster.settle()
  for (const name of ['one', 'two']) {
    expect(told(cluster.why(`pod/${name}`))).toEqual([
      `kubernetes-admin: created pod/${name}`,
      `default-scheduler: bound pod/${name} to node-0: 1 of 1 nodes suited`,
      `kubelet node-0: reported pod/${name} as Running, 1/1 ready`,
    ])
  }
})

test('what is asked about by the beginning of its name must be the only one', () => {
  const cluster = createCluster({ nodes: 1 })
  for (const name of ['web', 'web-1', 'web-2', 'other-1']) cluster.pods.create(bare(name))
  expect(cluster.why('pod web').at(-1)!.ref!.name).toBe('web')
  expect(cluster.why('po oth').at(-1)!.ref!.name).toBe('other-1')
  expect(cluster.why({ apiVersion: 'v1', kind: 'Pod', namespace: undefined, name: 'web' }).at(-1)!.ref!.name).toBe(
    'web',
  )
  expect(refusal(() => cluster.why('pod web-'))).toMatch(/^BadRequest: several begin with "web-": web-1, web-2$/u)
  expect(refusal(() => cluster.why('pod/shop/web'))).toMatch(/^NotFound: pods "web" not found$/u)
  expect(refusal(() => cluster.why('pod/web-3'))).toMatch(/^NotFound: pods "web-3" not found$/u)
  expect(refusal(() => cluster.why('pod/web', { revision: 3 }))).toMatch(/^NotFound: pods "web" not found$/u)
  expect(refusal(() => cluster.why('pod/web', { revision: 3000 }))).toMatch(
    /^BadRequest: required revision 3000 is a future/u,
  )
  expect(refusal(() => cluster.why('web'))).toMatch(
    /^BadRequest: expected a reference such as "pod\/web-1", got "web"$/u,
  )
  expect(refusal(() => cluster.why('pod/web', { at: 3 } as never))).toMatch(/^BadRequest: "at": unknown option of why/u)
})

test('a long chain is printed without its middle, and is whole as data', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.apply(deployment('web:1', 10))
  cluster.settle()
  cluster.deployments.update('web', (draft) => {
    draft.spec.strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
    draft.spec.template.spec.containers[0]!.image = 'web:2'
  })
  cluster.settle()
  const causes = cluster.why('deploy/web')
  expect(causes.length).toBeGreaterThan(45)
  const lines = String(causes).trimEnd().split('\n')
  expect(lines).toHaveLength(42)
  expect(lines[11]!.trim()).toBe(`… ${causes.length - 40} more …`)
})

describe('in any life', () => {
  const everyObject = (cluster: Cluster): string[] =>
    (
      ['pods', 'replicaSets', 'deployments', 'replicationControllers', 'services', 'endpoints', 'nodes'] as const
    ).flatMap((kind) =>
      cluster
        .at(cluster.revision)
        [kind].list({ allNamespaces: kind !== 'nodes' })
        .items.map(({ metadata }) => `${kind.toLowerCase()}/${metadata.name}`),
    )

  test('a chain begins with a call, a fault or the beginning, goes on in order, and holds the chain of each of its links', () => {
    fc.assert(
      fc.property(actions, (list) => {
        const cluster = lived(list, { history: 'all' })
        cluster.advance('2m')
        const changes = new Map(cluster.history(0).map((change) => [change.revision, change]))
        for (const ref of everyObject(cluster)) {
          const causes = cluster.why(ref)
          expect(causes[0]!.kind).toMatch(/^(?:call|fault|beginning)$/u)
          for (const [index, cause] of causes.entries()) {
            if (index > 0) {
              expect(cause.kind).toBe('change')
              expect(cause.at).toBeGreaterThanOrEqual(causes[index - 1]!.at)
              expect(cause.revision).toBeGreaterThan(causes[index - 1]!.revision ?? 0)
            }
            if (cause.revision === undefined) continue
            const { actor, at, object } = changes.get(cause.revision)!
            expect([cause.actor.split(' ')[0], cause.at, cause.ref!.name]).toEqual([actor, at, object.metadata.name])
          }
          const last = causes.findLast((cause) => cause.revision !== undefined && cause !== causes.at(-1))
          // What was renewed is not asked about.
          if (last?.ref === undefined || last.ref.kind === 'Event' || last.what.startsWith('renewed ')) continue
          expect(told(cluster.why(last.ref, { revision: last.revision }))).toEqual(told(causes.slice(0, -1)))
        }
      }),
      {
        ...tries(10),
        examples: [
          [
            [
              {
                do: 'fault',
                fault: { type: 'skewClock', node: 'n0', aheadMs: -3_600_000 },
                afterMs: 0,
                forMs: 0,
              },
              { do: 'deployment', name: 'd', replicas: 1, strategy: 'RollingUpdate', maxSurge: 1 },
              { do: 'fault', fault: { type: 'stopApiServer' }, afterMs: 0, forMs: 1 },
            ],
          ],
        ],
      },
    )
  })

  test('a fork, a replay and what is loaded know what led to what as the original does', () => {
    fc.assert(
      fc.property(actions, fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }), (list, shares) => {
        const cluster = lived(list)
        const [fork, again] = [cluster.fork({ seed: 99 }), replay(cluster.journal)]
        const loaded = loadCluster(cluster.save())
        fork.advance('1m')
        for (const share of shares) {
          const refs = everyObject(cluster)
          const ref = refs[share % refs.length]!
          const { revision } = cluster
          expect(String(fork.why(ref, { revision }))).toBe(String(cluster.why(ref)))
          expect(String(again.why(ref))).toBe(String(cluster.why(ref)))
          expect(String(loaded.why(ref))).toBe(String(cluster.why(ref)))
        }
      }),
      tries(10),
    )
  })
})
