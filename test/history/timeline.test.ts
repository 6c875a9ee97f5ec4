import { createCluster } from 'wavetank'
import { describe, expect, test } from 'vitest'
import { createTimeline, type TimelineEntry } from '../../src/history/timeline.ts'

const pod = (name: string): object => ({ metadata: { name }, spec: { containers: [{ name: 'main', image: 'main' }] } })

function told(act: (cluster: ReturnType<typeof createCluster>) => void): { lines: string[]; entries: TimelineEntry[] } {
  const lines: string[] = []
  const entries: TimelineEntry[] = []
  const cluster = createCluster({ nodes: 1 })
  const { now: epoch } = cluster
  const timeline = createTimeline({
    epoch,
    line: (line) => lines.push(line.replaceAll(/ +/g, ' ')),
    entry: (entry) => entries.push(entry),
  })
  cluster.on('change', (change) => timeline.change(change))
  act(cluster)
  timeline.flush()
  return { lines, entries }
}

describe('the timeline', () => {
  test('follows one pod from create to deletion', () => {
    const { lines } = told((cluster) => {
      cluster.pods.create(pod('web'))
      cluster.advance('10s')
      cluster.pods.delete('web')
      cluster.advance('40s')
    })
    expect(lines).toEqual([
      '+0.0s kubernetes-admin pod/web created',
      '+0.0s default-scheduler pod/web Scheduled: Successfully assigned default/web to node-0',
      '+0.0s kubelet node-0 pod/web Pulling: Pulling image "main"',
      expect.stringMatching(/^\+1\.0s kubelet node-0 pod\/web Pulled: Successfully pulled image "main" in 1s/),
      '+1.0s kubelet node-0 pod/web Created: Container created',
      '+1.5s kubelet node-0 pod/web Started: Container started',
      '+1.5s kubelet node-0 pod/web Running, 1/1 ready',
      '+10.0s kubernetes-admin pod/web Terminating',
      '+10.0s kubelet node-0 pod/web Killing: Stopping container main',
      '+10.1s kubelet node-0 pod/web deleted',
    ])
  })

  test('names the namespace where it is not default', () => {
    const { entries } = told((cluster) => {
      cluster.namespaces.create({ metadata: { name: 'shop' } })
      cluster.services.create({
        metadata: { name: 'web', namespace: 'shop' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
      })
      cluster.settle()
    })
    expect(entries.map(({ object, what }) => `${object} ${what}`)).toEqual([
      'namespace/shop created',
      'service/shop/web created',
      'endpoints/shop/web no addresses',
    ])
  })

  test('says nothing of heartbeats, however long they go on', () => {
    expect(told((cluster) => cluster.advance('1h')).lines).toEqual([])
  })

  test('tells what the user changes', () => {
    const { entries } = told((cluster) => {
      cluster.replicationControllers.create({
        metadata: { name: 'web' },
        spec: {
          replicas: 0,
          selector: { app: 'web' },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web' }] } },
        },
      })
      cluster.settle()
      cluster.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 1))
      cluster.settle()
      cluster.nodes.update('node-0', (draft) => void (draft.spec.unschedulable = true))
      cluster.replicationControllers.delete('web')
    })
    const said = entries
      .filter(({ component }) => component === 'kubernetes-admin')
      .map(({ object, what }) => `${object} ${what}`)
    expect(said).toEqual([
      'replicationcontroller/web created, 0 asked for',
      'replicationcontroller/web 0 → 1 asked for',
      'node/node-0 cordoned',
      'replicationcontroller/web deletion asked for',
    ])
  })
})
