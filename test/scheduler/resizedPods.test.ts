import { expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'

/** What a pod asks for, was allocated and runs with, and why it waits if it does; and what is left of a node of four. */
const cases: readonly (readonly [spec: string, allocated: string, actual: string, reason: string, left: number])[] = [
  ['1', '1', '1', '', 3],
  ['2', '1', '1', '', 2],
  ['1', '2', '1', '', 2],
  ['1', '1', '2', '', 2],
  ['3', '1', '1', 'Deferred', 1],
  ['3', '1', '1', 'Infeasible', 3],
  ['3', '1', '2', 'Infeasible', 2],
]

const pod = (name: string, cpu: string, more: object = {}): object => ({
  metadata: { name },
  spec: { containers: [{ name: 'app', image: 'app:1', resources: { requests: { cpu } } }], ...more },
})

test.each(cases)(
  'a pod of %s, allocated %s, with %s in effect (%s) leaves %d',
  (spec, allocated, actual, reason, left) => {
    // A node without a kubelet, which would say what is so.
    const cluster = createCluster({ nodes: 0, disable: ['node-lifecycle-controller'] } as never)
    cluster.nodes.create({
      metadata: { name: 'n' },
      status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } },
    } as never)
    cluster.pods.create(pod('a', '500m', { nodeName: 'n' }) as never)
    cluster.pods.updateResize('a', (draft) => {
      draft.spec.containers[0]!.resources = { requests: { cpu: spec } }
    })
    const resources = { requests: { cpu: actual } }
    const status = { name: 'app', ready: true, restartCount: 0, image: '', imageID: '', resources }
    const conditions = reason === '' ? [] : [{ type: 'PodResizePending', status: 'True', reason }]
    cluster.pods.patch(
      'a',
      { status: { containerStatuses: [{ ...status, allocatedResources: { cpu: allocated } }], conditions } },
      { subresource: 'status' },
    )
    cluster.pods.create(pod('more', `${1000 * left + 1}m`) as never)
    cluster.pods.create(pod('fits', String(left)) as never)
    cluster.advance('5s')
    const nodeOf = (name: string): string | undefined => cluster.pods.get(name).spec.nodeName
    expect([nodeOf('more'), nodeOf('fits')]).toEqual([undefined, 'n'])
  },
)
