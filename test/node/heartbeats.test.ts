import { expect, test } from 'vitest'
import type { Lease } from '../../src/api/types/coordination.ts'
import { createRig, type Rig } from './rig.ts'

const lease = (rig: Rig, name: string): Lease =>
  rig.parts.server.get(
    rig.parts.server.resource('leases.coordination.k8s.io'),
    'kube-node-lease',
    name,
  ) as unknown as Lease
const ready = (rig: Rig, name: string): unknown =>
  rig.node(name).status.conditions!.find(({ type }) => type === 'Ready')

test('a node holds a lease of forty seconds and renews it every ten', () => {
  const rig = createRig({ nodes: 2 })
  expect(lease(rig, 'node-1').spec).toEqual({
    holderIdentity: 'node-1',
    leaseDurationSeconds: 40,
    renewTime: '2020-01-01T00:00:00.000000Z',
  })
  expect(lease(rig, 'node-1').metadata.ownerReferences).toMatchObject([
    { kind: 'Node', name: 'node-1', uid: rig.node('node-1').metadata.uid },
  ])
  rig.advance(9_999)
  expect(lease(rig, 'node-1').spec.renewTime).toBe('2020-01-01T00:00:00.000000Z')
  rig.advance(20_001)
  expect(lease(rig, 'node-1').spec.renewTime).toBe('2020-01-01T00:00:30.000000Z')
})

test('an unchanged status is reported every five minutes, keeping the times of transition', () => {
  const rig = createRig()
  rig.advance(299_999)
  expect(ready(rig, 'node-0')).toMatchObject({ lastHeartbeatTime: '2020-01-01T00:00:00Z' })
  rig.advance(1)
  expect(ready(rig, 'node-0')).toMatchObject({
    lastHeartbeatTime: '2020-01-01T00:05:00Z',
    lastTransitionTime: '2020-01-01T00:00:00Z',
  })
})

test('heartbeats are timers: an idle cluster is settled', () => {
  const rig = createRig({ nodes: 3 })
  rig.settle()
  // Controllers furnish what namespaces there are, and that is all.
  expect(rig.time).toBeLessThan(10)
})

test('a crashed node is silent, and beats again from the moment of its restart', () => {
  const rig = createRig({ nodes: 2 })
  rig.advance(10_000)
  rig.power('crash', 'node-0')
  rig.advance(45_000)
  expect(lease(rig, 'node-0').spec.renewTime).toBe('2020-01-01T00:00:10.000000Z')
  expect(lease(rig, 'node-1').spec.renewTime).toBe('2020-01-01T00:00:50.000000Z')
  rig.power('restart', 'node-0')
  rig.advance(10_000)
  expect(lease(rig, 'node-0').spec.renewTime).toBe('2020-01-01T00:01:05.000000Z')
  expect(rig.reasons('node-0')).toEqual(['Starting ×2', 'RegisteredNode', 'Rebooted'])
})

test('a restarted machine has another boot id and reports what changed', () => {
  const rig = createRig()
  const before = rig.node('node-0').status.nodeInfo!
  rig.power('restart', 'node-0')
  rig.settle()
  const after = rig.node('node-0').status.nodeInfo!
  expect(after.bootID).not.toBe(before.bootID)
  expect(after.machineID).toBe(before.machineID)
})

test.each([0, 25_000])('a lease that someone deleted is made again with the next beat: after %i ms', (afterMs) => {
  const rig = createRig()
  const { server, kernel } = rig.parts
  rig.advance(afterMs)
  server.delete(
    server.resource('leases.coordination.k8s.io'),
    'kube-node-lease',
    'node-0',
    {},
    { actor: 'test', cause: 0, at: kernel.now },
  )
  rig.advance(10_000)
  expect(lease(rig, 'node-0').spec.holderIdentity).toBe('node-0')
})

test('a power failure of a machine that does not exist is refused', () => {
  const rig = createRig()
  expect(() => rig.power('crash', 'nowhere')).toThrow(
    'node "nowhere" has no machine that could fail: it exists in the API only',
  )
})
