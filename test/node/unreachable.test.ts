import { expect, test } from 'vitest'
import type { Lease } from '../../src/api/types/coordination.ts'
import { createRig, type Rig, web } from './rig.ts'

function cutRig(behaviours: Parameters<typeof createRig>[0]): { rig: Rig; api: { up: boolean } } {
  const api = { up: true }
  return { api, rig: createRig({ ...behaviours, isReachable: () => api.up }) }
}

test('containers start and restart while the API cannot be reached, and the status follows when it can', () => {
  const { rig, api } = cutRig({ behaviours: [{ image: '*', run: '5s', exitCode: 1 }] })
  rig.create('web', web)
  rig.advance(10)
  api.up = false
  rig.advance(60_000)
  expect(rig.pod('web').status.phase).toBe('Pending')
  expect(rig.kubelets.runtime.containerStatus(0, rig.pod('web').metadata.uid, 0)!.attempt).toBe(3)
  api.up = true
  rig.advance(10_000)
  expect(rig.pod('web').status.phase).toBe('Running')
  expect(rig.pod('web').status.containerStatuses![0]!.restartCount).toBe(3)
})

test('a pod seen while the API cannot be reached is taken up later', () => {
  const { rig, api } = cutRig({})
  api.up = false
  rig.create('web', web)
  rig.advance(5000)
  expect(rig.pod('web').status.containerStatuses).toBeUndefined()
  api.up = true
  rig.advance(10_000)
  expect(rig.pod('web').status.phase).toBe('Running')
})

test('a refusal that did not get through is said later', () => {
  const { rig, api } = cutRig({ nodes: [{ pods: 0 }] })
  api.up = false
  rig.create('web', web)
  rig.advance(5000)
  api.up = true
  rig.advance(10_000)
  expect(rig.pod('web').status).toMatchObject({ phase: 'Failed', reason: 'OutOfpods' })
})

test('a pod that ended its grace while the API could not be reached is let go later', () => {
  const { rig, api } = cutRig({ behaviours: [{ image: '*', stop: '5s' }] })
  rig.create('web', web)
  rig.settle()
  rig.delete('web')
  rig.advance(1000)
  api.up = false
  rig.advance(20_000)
  expect(rig.find('web')).toBeDefined()
  api.up = true
  rig.advance(10_000)
  expect(rig.find('web')).toBeUndefined()
})

test('heartbeats stop getting through, and the node reports as soon as they do again', () => {
  const { rig, api } = cutRig({})
  const lease = (): string | undefined => {
    const { server } = rig.parts
    return (server.get(server.resource('leases.coordination.k8s.io'), 'kube-node-lease', 'node-0') as unknown as Lease)
      .spec.renewTime
  }
  api.up = false
  rig.advance(60_000)
  expect(lease()).toBe('2020-01-01T00:00:00.000000Z')
  api.up = true
  rig.advance(10_000)
  expect(lease()).toBe('2020-01-01T00:01:10.000000Z')
  expect(rig.node('node-0').status.conditions!.at(-1)).toMatchObject({
    type: 'Ready',
    lastHeartbeatTime: '2020-01-01T00:01:10Z',
  })
})

test('a node that restarts while the API cannot be reached runs its pods, and says so later', () => {
  const { rig, api } = cutRig({})
  rig.create('web', web)
  rig.settle()
  api.up = false
  rig.power('restart', 'node-0')
  rig.advance(5000)
  expect(rig.kubelets.runtime.containerStatus(0, rig.pod('web').metadata.uid, 0)).toMatchObject({
    stage: 'running',
    attempt: 1,
  })
  api.up = true
  rig.advance(20_000)
  expect(rig.pod('web').status.containerStatuses![0]).toMatchObject({ ready: true, restartCount: 1 })
})
