import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type Node, replay } from '../../src/index.ts'
import { podManifest, ready } from './nodeSupport.ts'

const taints = (cluster: Cluster, name: string): string[] =>
  (cluster.nodes.get(name).spec.taints ?? []).map(({ key, effect }) => `${key.replace(/.*\//u, '')}:${effect}`)
const secondsOf = (cluster: Cluster): number => (cluster.now - Date.UTC(2020, 0, 1)) / 1000

/** Runs until a node's Ready condition is of a status, and says when that was. */
function until(cluster: Cluster, name: string, status: string): number {
  cluster.runUntil(({ nodes }) => ready(nodes.get(name)) === status)
  return secondsOf(cluster)
}

describe('a node that falls silent', () => {
  test('is unknown at the first poll fifty seconds after it was last heard of, tainted, and its pods are not ready', () => {
    const cluster = createCluster({ nodes: 3 })
    for (const name of ['a', 'b', 'c']) cluster.pods.create(podManifest(name))
    cluster.advance('22s')
    cluster.faults.crashNode('node-1')
    // Last heard of at 20 s, as the poll at 20.001 s saw.
    expect(until(cluster, 'node-1', 'Unknown')).toBeCloseTo(70.001, 3)
    cluster.advance(2)
    expect(taints(cluster, 'node-1')).toEqual(['unreachable:NoSchedule'])
    const { conditions } = cluster.nodes.get('node-1').status
    for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'])
      expect(conditions!.find((one) => one.type === type)).toMatchObject({
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastHeartbeatTime: '2020-01-01T00:00:00Z',
        lastTransitionTime: '2020-01-01T00:01:10Z',
      })
    const on = cluster.pods.list().items.filter(({ spec }) => spec.nodeName === 'node-1')
    expect(on.length).toBeGreaterThan(0)
    for (const { metadata, status } of on) {
      expect(status.phase).toBe('Running')
      expect(status.conditions!.find(({ type }) => type === 'Ready')!.status).toBe('False')
      const said = cluster.events.list({ fieldSelector: `involvedObject.name=${metadata.name},reason=NodeNotReady` })
      expect(said.items).toMatchObject([
        { type: 'Warning', message: 'Node is not ready', source: { component: 'node-controller' } },
      ])
    }
    cluster.advance('5s')
    expect(taints(cluster, 'node-1')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute'])
    expect(cluster.events.list({ fieldSelector: 'involvedObject.kind=Node,reason=NodeNotReady' }).items).toMatchObject([
      { type: 'Normal', message: 'Node node-1 status is now: NodeNotReady', involvedObject: { name: 'node-1' } },
    ])
  })

  test('is ready without taints as soon as it is back', () => {
    const cluster = createCluster({ nodes: 2 })
    cluster.faults.crashNode('node-0')
    cluster.advance('2m')
    cluster.faults.restartNode('node-0')
    cluster.advance('6s')
    expect(ready(cluster.nodes.get('node-0'))).toBe('True')
    expect(taints(cluster, 'node-0')).toEqual([])
  })

  test('whose kubelet never posted anything is unknown after a minute', () => {
    const cluster = createCluster({ nodes: 1 })
    cluster.advance('7s')
    cluster.nodes.create({ metadata: { name: 'mute' } })
    expect(until(cluster, 'mute', 'Unknown')).toBeCloseTo(70.001, 3)
    expect(cluster.nodes.get('mute').status.conditions).toMatchObject(
      ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
        type,
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
      })),
    )
  })

  test('that is deleted is said to be gone, and its name may be taken by another', () => {
    const cluster = createCluster({ nodes: 2 })
    cluster.advance('7s')
    cluster.nodes.delete('node-1')
    cluster.advance('6s')
    const said = cluster.events.list({ fieldSelector: 'involvedObject.name=node-1,source=node-controller' }).items
    expect(said.map(({ message }) => message)).toEqual([
      'Node node-1 event: Registered Node node-1 in Controller',
      'Node node-1 event: Removing Node node-1 from Controller',
    ])
  })
})

test('conditions and cordons are taints', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.settle()
  cluster.nodes.update('node-0', (draft) => void (draft.spec.unschedulable = true))
  const set = (type: string, status: string): void =>
    void cluster.nodes.updateStatus('node-0', (draft) => {
      const conditions = draft.status.conditions!
      const found = conditions.find((one) => one.type === type)
      if (found === undefined) conditions.push({ type, status })
      else found.status = status
    })
  for (const type of ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']) set(type, 'True')
  set('Ready', 'False')
  cluster.settle()
  expect(taints(cluster, 'node-0').sort()).toEqual(
    ['disk-pressure', 'memory-pressure', 'network-unavailable', 'not-ready', 'pid-pressure', 'unschedulable'].map(
      (key) => `${key}:NoSchedule`,
    ),
  )
  for (const type of ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']) set(type, 'False')
  cluster.nodes.update('node-0', (draft) => {
    draft.spec.unschedulable = false
    draft.spec.taints!.push({ key: 'mine', effect: 'NoSchedule' })
  })
  cluster.settle()
  expect(taints(cluster, 'node-0').sort()).toEqual(['mine:NoSchedule', 'not-ready:NoSchedule'])
})

describe('zones', () => {
  const zoned = (sizes: Readonly<Record<string, number>>): Cluster =>
    createCluster({ nodes: Object.entries(sizes).map(([zone, count]) => ({ name: zone, zone, count })) })
  const down = (cluster: Cluster, zone: string, count: number): void => {
    for (let index = 0; index < count; index++) cluster.faults.crashNode(`${zone}-${index}`)
  }
  const given = (cluster: Cluster, zone: string): number =>
    cluster.nodes
      .list()
      .items.filter(({ metadata }) => metadata.name.startsWith(`${zone}-`))
      .filter(({ spec }) => spec.taints?.some(({ effect }) => effect === 'NoExecute') === true).length

  test('one node in ten seconds is given up', () => {
    const cluster = zoned({ a: 8 })
    down(cluster, 'a', 4)
    cluster.advance('61s')
    const counts = [0, 1, 2, 3].map(() => {
      const count = given(cluster, 'a')
      cluster.advance('10s')
      return count
    })
    expect(counts).toEqual([1, 2, 3, 4])
  })

  test('a small zone of which 55 % fail is left alone, the others are not', () => {
    const cluster = zoned({ a: 9, b: 3 })
    down(cluster, 'a', 5)
    down(cluster, 'b', 1)
    cluster.advance('10m')
    expect([given(cluster, 'a'), given(cluster, 'b')]).toEqual([0, 1])
  })

  test('a large zone of which 55 % fail is given up ten times more slowly', () => {
    const cluster = zoned({ a: 60, b: 1 })
    down(cluster, 'a', 33)
    cluster.advance('61s')
    const first = given(cluster, 'a')
    cluster.advance('1000s')
    expect(given(cluster, 'a') - first).toBe(10)
  })

  test('a zone that fails altogether is given up at the usual rate while another is well', () => {
    const cluster = zoned({ a: 3, b: 1 })
    down(cluster, 'a', 3)
    cluster.advance('2m')
    expect(given(cluster, 'a')).toBe(3)
  })

  test('where all zones fail nothing is given up, and what was is taken back; whoever returns ends that', () => {
    const cluster = zoned({ a: 2, b: 2 })
    cluster.pods.create(podManifest('web'))
    cluster.settle()
    down(cluster, 'a', 2)
    cluster.advance('2m')
    expect(given(cluster, 'a')).toBe(2)
    down(cluster, 'b', 2)
    cluster.advance('1h')
    expect([given(cluster, 'a'), given(cluster, 'b')]).toEqual([0, 0])
    expect(cluster.pods.get('web').metadata.deletionTimestamp).toBeUndefined()
    cluster.faults.restartNode('b-0')
    cluster.advance('2m')
    expect([given(cluster, 'a'), given(cluster, 'b')]).toEqual([2, 1])
  })

  test('a node may be left out of the count', () => {
    const cluster = zoned({ a: 2, b: 1 })
    cluster.nodes.update('b-0', (draft) => {
      draft.metadata.labels = { ...draft.metadata.labels, 'node.kubernetes.io/exclude-disruption': '' }
    })
    cluster.settle()
    down(cluster, 'a', 2)
    cluster.advance('10m')
    expect(given(cluster, 'a')).toBe(0)
  })
})

describe('what a poll every five seconds would find is what is found', () => {
  interface Step {
    readonly at: number
    readonly node: number
    readonly does: 'crash' | 'restart' | 'renew' | 'backdate' | 'forget' | 'post'
  }
  const step = fc.record<Step>({
    at: fc.integer({ min: 1, max: 3000 }),
    node: fc.nat(2),
    does: fc.constantFrom('crash', 'crash', 'restart', 'renew', 'backdate', 'forget', 'post'),
  })

  function perform(cluster: Cluster, { node, does }: Step): void {
    const name = `node-${node}`
    const options = { namespace: 'kube-node-lease' }
    const renew = (ms: number): void => {
      if (cluster.leases.find(name, options) === undefined) return
      const renewTime = new Date(ms).toISOString().replace('Z', '000Z')
      cluster.leases.update(name, (draft) => void (draft.spec.renewTime = renewTime), options)
    }
    if (does === 'crash') cluster.faults.crashNode(name)
    else if (does === 'restart') cluster.faults.restartNode(name)
    else if (does === 'renew') renew(cluster.now)
    else if (does === 'backdate') renew(cluster.now - 100_000)
    else if (does === 'forget') {
      if (cluster.leases.find(name, options) !== undefined) cluster.leases.delete(name, options)
    } else {
      // A heartbeat says its second only: in that of a renewal the two are taken for one.
      const renewTime = cluster.leases.find(name, options)?.spec.renewTime as string | undefined
      if (renewTime?.slice(0, 19) === cluster.time.slice(0, 19)) return
      cluster.nodes.updateStatus(name, (draft) => {
        draft.status.conditions!.find(({ type }) => type === 'Ready')!.lastHeartbeatTime = cluster.time
      })
    }
  }

  /** What was written of a node or its Lease. */
  interface Written {
    readonly at: number
    readonly node: string
    readonly lease: boolean
    /** renewTime, or the heartbeat of the Ready condition; undefined once it is gone. */
    readonly time: string | undefined
    readonly status: string
  }

  /** tryUpdateNodeHealth, poll by poll, over what was written. */
  function modelled(written: readonly Written[], start: number, end: number): string[] {
    const found: string[] = []
    for (const node of ['node-0', 'node-1', 'node-2']) {
      const own = written.filter((one) => one.node === node)
      let saved: { heartbeat: string | undefined; renewed: string | undefined; probe: number } | undefined
      for (let poll = start; poll <= end; poll += 5000) {
        const seen = own.filter(({ at }) => at < poll)
        const status = seen.findLast(({ lease }) => !lease)!
        if (saved === undefined || saved.heartbeat !== status.time)
          saved = { heartbeat: status.time, renewed: saved?.renewed, probe: poll }
        // What somebody overwrites before a poll could see it counts all the same.
        const renewed = seen
          .flatMap(({ lease, time }) => (lease && time !== undefined ? [time] : []))
          .sort()
          .at(-1)
        if (renewed !== undefined && (saved.renewed === undefined || saved.renewed < renewed))
          saved = { ...saved, renewed, probe: poll }
        if (poll - saved.probe >= 50_000 && status.status !== 'Unknown') found.push(`${node} ${poll - start}`)
      }
    }
    return found.sort()
  }

  test('whatever kubelets and others write', { timeout: 60_000 }, () => {
    const property = fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const cluster = createCluster({ nodes: 3, history: 'all' })
      const start = cluster.now + 1
      const written: Written[] = []
      const unknown: string[] = []
      const note = (at: number, object: Node, gone: boolean, lease: boolean): void => {
        const condition = object.status?.conditions?.find(({ type }) => type === 'Ready')
        const time = lease
          ? (object as unknown as { spec: { renewTime?: string } }).spec.renewTime
          : (condition?.lastHeartbeatTime as string | undefined)
        const { name: node } = object.metadata
        written.push({ at, node, lease, time: gone ? undefined : time, status: condition?.status ?? '' })
      }
      for (const node of cluster.nodes.list().items) note(0, node, false, false)
      for (const lease of cluster.leases.list({ allNamespaces: true }).items) note(0, lease as never, false, true)
      cluster.on('change', ({ object, previous, at, type }) => {
        if (object.kind !== 'Node' && object.kind !== 'Lease') return
        note(at, object as Node, type === 'DELETED', object.kind === 'Lease')
        if (object.kind !== 'Node' || ready(object as Node) !== 'Unknown' || ready(previous as Node) === 'Unknown')
          return
        unknown.push(`${object.metadata.name} ${at - start}`)
      })
      for (const one of steps.toSorted((a, b) => a.at - b.at)) {
        // Between polls, so that what is seen when is beyond doubt.
        const due = start - 1 + one.at * 100 + 50
        if (due > cluster.now) cluster.advance(due - cluster.now)
        perform(cluster, one)
      }
      cluster.advance('3m')
      expect(unknown.sort()).toEqual(modelled(written, start, cluster.now))
    })
    // A status comes every five minutes, with a renewal; then the Lease goes.
    const gone: Step[] = [
      { at: 3000, node: 1, does: 'crash' },
      { at: 3000, node: 1, does: 'forget' },
    ]
    fc.assert(property, { numRuns: 60, examples: [[gone]] })
  })
})

test('a restarted controller gives everybody fifty seconds, and goes on', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.faults.crashNode('node-0')
  cluster.advance('30s')
  cluster.controllers.crash('node-lifecycle-controller')
  cluster.advance('2m')
  expect(ready(cluster.nodes.get('node-0'))).toBe('True')
  cluster.controllers.restart('node-lifecycle-controller')
  expect(until(cluster, 'node-0', 'Unknown')).toBeCloseTo(200, 2)
  expect(ready(cluster.nodes.get('node-1'))).toBe('True')
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})

test('nodes that are well cost no turns', () => {
  const turns = (disable: readonly string[]): number => {
    const cluster = createCluster({ nodes: 50, disable })
    cluster.settle()
    const before = /(\d+) tasks/u.exec(String(cluster))![1]
    cluster.advance('1h')
    return Number(/(\d+) tasks/u.exec(String(cluster))![1]) - Number(before)
  }
  // About one look in forty seconds, for all of them.
  expect(turns([]) - turns(['node-lifecycle-controller', 'taint-eviction-controller'])).toBeLessThan(200)
})

test('a poll that fails after a node has gone is not the last', () => {
  const cluster = createCluster({ nodes: 4, seed: 1 })
  cluster.pods.create({
    metadata: { name: 'web' },
    spec: { nodeName: 'node-1', containers: [{ name: 'web', image: 'web:1' }] },
  })
  cluster.advance('1m')
  cluster.faults.crashNode('node-1')
  // Its taint is due with the next poll, which finds the other node gone.
  cluster.advance('52s')
  cluster.nodes.delete('node-0')
  cluster.faults.loseRequest('node-lifecycle-controller')
  cluster.advance('1m')
  const effects = cluster.nodes.get('node-1').spec.taints?.map(({ effect }) => effect)
  expect(effects).toEqual(['NoSchedule', 'NoExecute'])
  expect(cluster.controllers.list().find(({ name }) => name === 'node-lifecycle-controller')!.failing).toEqual([])
})
