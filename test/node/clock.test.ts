import { expect, test } from 'vitest'
import type { Lease } from '../../src/api/types/coordination.ts'
import { createRig, type Rig, web } from './rig.ts'

const lease = (rig: Rig, node: string): Lease =>
  rig.parts.server.get(
    rig.parts.server.resource('leases.coordination.k8s.io'),
    'kube-node-lease',
    node,
  ) as unknown as Lease

test('what a node with a wrong clock writes is shifted, and what others write is not', () => {
  const rig = createRig({ nodes: 3 })
  rig.befall({ type: 'clock', node: 'node-1', aheadMs: -3_600_000 })
  rig.create('wrong', web, 'node-1')
  rig.create('right', web, 'node-0')
  rig.advance(305_000)
  expect(lease(rig, 'node-1').spec.renewTime).toBe('2019-12-31T23:05:00.000000Z')
  expect(lease(rig, 'node-0').spec.renewTime).toBe('2020-01-01T00:05:00.000000Z')
  expect(lease(rig, 'node-2').spec.renewTime).toBe('2020-01-01T00:05:00.000000Z')
  const heartbeat = (node: string): string =>
    String(rig.node(node).status.conditions!.find(({ type }) => type === 'Ready')!.lastHeartbeatTime)
  expect([heartbeat('node-1'), heartbeat('node-0')]).toEqual(['2019-12-31T23:05:00Z', '2020-01-01T00:05:00Z'])
  const { status } = rig.pod('wrong')
  expect(status.startTime).toBe('2019-12-31T23:00:00Z')
  expect(status.containerStatuses![0]!.state!.running!.startedAt).toBe('2019-12-31T23:00:01Z')
  expect(status.conditions!.map(({ lastTransitionTime }) => lastTransitionTime)).toContain('2019-12-31T23:00:01Z')
  expect(rig.pod('right').status.startTime).toBe('2020-01-01T00:00:00Z')
})

test('a clock that is right again is written with again, together with all others', () => {
  const rig = createRig({ nodes: 3 })
  rig.advance(5000)
  rig.befall({ type: 'clock', node: 'node-1', aheadMs: 90_000 })
  rig.advance(10_000)
  expect(lease(rig, 'node-1').spec.renewTime).toBe('2020-01-01T00:01:40.000000Z')
  rig.befall({ type: 'clock', node: 'node-1', aheadMs: 0 })
  rig.advance(10_000)
  for (const node of ['node-0', 'node-1', 'node-2'])
    expect(lease(rig, node).spec.renewTime).toBe('2020-01-01T00:00:20.000000Z')
})

test('by a wrong clock that does not change, back-offs and deadlines are as long as ever', () => {
  const crash = (aheadMs: number): readonly unknown[] => {
    const rig = createRig({ behaviours: [{ image: 'web:*', run: '3s', exitCode: 1 }] })
    rig.befall({ type: 'clock', node: 'node-0', aheadMs })
    rig.create('web', { ...web, activeDeadlineSeconds: 400 })
    const seen: unknown[] = []
    for (let second = 0; second < 420; second++) {
      rig.advance(1000)
      const { phase, reason, containerStatuses } = rig.pod('web').status
      seen.push([phase, reason, containerStatuses?.[0]?.restartCount])
    }
    return seen
  }
  const right = crash(0)
  expect(right.at(-1)).toEqual(['Failed', 'DeadlineExceeded', 6])
  expect(crash(86_400_000)).toEqual(right)
  expect(crash(-86_400_000)).toEqual(right)
})

test('a clock that is put forward makes deadlines come early', () => {
  const rig = createRig()
  rig.create('web', { ...web, activeDeadlineSeconds: 400 })
  rig.advance(100_000)
  rig.befall({ type: 'clock', node: 'node-0', aheadMs: 390_000 })
  rig.power('restart', 'node-0')
  rig.advance(5000)
  expect(rig.pod('web').status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
})
