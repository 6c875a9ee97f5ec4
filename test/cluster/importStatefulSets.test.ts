import { expect, test } from 'vitest'
import { type Cluster, createCluster, importCluster, replay } from '../../src/index.ts'
import { dumpOf, objectsOf } from '../support/dump.ts'
import { claimTemplate, imagesOf, podsOf, statefulSet } from '../support/statefulSets.ts'
import { storageClass } from '../support/volumes.ts'

function running(): Cluster {
  const cluster = createCluster({ seed: 3 })
  cluster.apply(storageClass('disk'))
  cluster.statefulSets.create(statefulSet('web', 3, { volumeClaimTemplates: [claimTemplate('data')] }))
  cluster.settle()
  cluster.statefulSets.update('web', (draft) => void (draft.spec.template.spec.containers[0]!.image = 'web:2'))
  cluster.advance('7m')
  return cluster
}

const uids = (cluster: Cluster): string[] => podsOf(cluster).map(({ metadata }) => metadata.uid)

/** Scales it, restarts the controller, and lets time pass: the pods that were there are still. */
function livesOn(cluster: Cluster, before: readonly string[]): void {
  cluster.controllers.restart('statefulset-controller')
  cluster.advance('10m')
  expect(uids(cluster)).toEqual(before)
  cluster.statefulSets.scale('web', 4)
  cluster.advance('10m')
  expect(imagesOf(cluster)).toEqual(['web-0=web:2', 'web-1=web:2', 'web-2=web:2', 'web-3=web:2'])
  expect(uids(cluster).slice(0, 3)).toEqual(before)
  expect(cluster.persistentVolumeClaims.get('data-web-3').status.phase).toBe('Bound')
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
}

test('a StatefulSet that is imported with its pods and revisions lives on, and can be undone', () => {
  const original = running()
  const { cluster, skipped, assumed } = importCluster(dumpOf(original))
  expect([skipped, assumed]).toEqual([[], []])
  livesOn(cluster, uids(original))
  cluster.statefulSets.rollback('web')
  cluster.advance('10m')
  expect(imagesOf(cluster)).toEqual(['web-0=web:1', 'web-1=web:1', 'web-2=web:1', 'web-3=web:1'])
})

test('without its revisions it lives on too: the one of its pods is worked out', () => {
  const original = running()
  const kinds = ['v1/Namespace', 'v1/Node', 'v1/Pod', 'apps/v1/StatefulSet', 'v1/PersistentVolumeClaim']
  const { cluster, skipped, assumed } = importCluster(
    dumpOf(original, [...kinds, 'v1/PersistentVolume', 'storage.k8s.io/v1/StorageClass']),
  )
  const { updateRevision } = original.statefulSets.get('web').status
  expect(skipped).toEqual([])
  expect(assumed.map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`)).toEqual([
    `ControllerRevision ${updateRevision}: worked out of its StatefulSet`,
  ])
  livesOn(cluster, uids(original))
})

test('revisions that kube-controller-manager wrote down, in words of its own, are known again', () => {
  const original = running()
  const dump = structuredClone(objectsOf(original) as unknown as { kind: string; data: never }[])
  const kept = dump.filter(({ kind }) => kind === 'ControllerRevision')
  expect(kept).toHaveLength(2)
  for (const { data } of kept as unknown as { data: { spec: { template: Record<'metadata' | 'spec', object> } } }[]) {
    const { template } = data.spec
    template.metadata = { creationTimestamp: null, ...template.metadata }
    template.spec = { volumes: null, ...template.spec }
  }
  livesOn(importCluster(dump).cluster, uids(original))
})

test('without its pods it is left out: they would all be made anew', () => {
  const { cluster, skipped } = importCluster(dumpOf(running(), ['v1/Node', 'apps/v1/StatefulSet']))
  expect(skipped.map(({ kind, reason }) => `${kind}: ${reason}`)).toEqual([
    'StatefulSet: its pods are not in the dump: they would all be made anew',
  ])
  cluster.advance('10m')
  expect(podsOf(cluster)).toEqual([])
})
