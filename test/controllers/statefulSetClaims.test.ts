import { expect, test } from 'vitest'
import {
  type Cluster,
  createCluster,
  type Manifest,
  type PersistentVolumeClaim,
  type StatefulSet,
} from '../../src/index.ts'
import { names } from '../cluster/support.ts'
import { claimTemplate, podsOf, statefulSet, toldOf } from '../support/statefulSets.ts'
import { claim, storageClass } from '../support/volumes.ts'

const created = (replicas: number, more: Manifest<StatefulSet['spec']> = {}): Cluster => {
  const cluster = createCluster({ nodes: 2, seed: 7, history: 'all' })
  cluster.apply(storageClass('disk'))
  cluster.statefulSets.create(statefulSet('web', replicas, { volumeClaimTemplates: [claimTemplate('data')], ...more }))
  cluster.settle()
  return cluster
}
const keeping = (whenScaled: string, whenDeleted: string): Manifest<StatefulSet['spec']> => ({
  persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted },
})
const claims = (cluster: Cluster): string[] => names(cluster.persistentVolumeClaims.list())
/** `Pod web-1` or `StatefulSet web`, of each owner of a claim. */
const owners = (cluster: Cluster, name: string): string[] =>
  (cluster.persistentVolumeClaims.get(name).metadata.ownerReferences ?? []).map(
    (owner) => `${owner.kind} ${owner.name}`,
  )

test('each pod has a claim of its own, which is made before it and gets a volume', () => {
  const cluster = created(2)
  const order = cluster
    .history(0)
    .filter(({ type, object }) => type === 'ADDED' && ['Pod', 'PersistentVolumeClaim'].includes(object.kind))
    .map(({ object }) => object.metadata.name)
  expect(order).toEqual(['data-web-0', 'web-0', 'data-web-1', 'web-1'])
  for (const name of ['data-web-0', 'data-web-1']) {
    const { metadata, spec, status } = cluster.persistentVolumeClaims.get(name)
    expect(metadata.labels).toEqual({ app: 'web' })
    expect(metadata).not.toHaveProperty('ownerReferences')
    expect(spec).toMatchObject({ storageClassName: 'disk', resources: { requests: { storage: '1Gi' } } })
    expect(status.phase).toBe('Bound')
  }
  expect(cluster.pods.get('web-1').spec.volumes![0]).toEqual({
    name: 'data',
    persistentVolumeClaim: { claimName: 'data-web-1' },
  })
  expect(podsOf(cluster).every(({ status }) => status.phase === 'Running')).toBe(true)
  expect(toldOf(cluster, 'web')).toEqual([
    'SuccessfulCreate: Create Claim data-web-0 Pod web-0 in StatefulSet web success',
    'SuccessfulCreate: Create Pod web-0 in StatefulSet web successful',
    'SuccessfulCreate: Create Claim data-web-1 Pod web-1 in StatefulSet web success',
    'SuccessfulCreate: Create Pod web-1 in StatefulSet web successful',
  ])
})

test('a claim has the labels of its template and of the selector, and a volume of its name in the pod gives way', () => {
  const { metadata, spec } = claimTemplate('data')
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: {
      containers: [{ name: 'main', image: 'web:1', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [
        { name: 'data', emptyDir: {} },
        { name: 'own', emptyDir: {} },
      ],
    },
  }
  const labelled = { metadata: { ...metadata, labels: { tier: 'disk' }, annotations: { a: 'b' } }, spec }
  const cluster = created(1, { template, volumeClaimTemplates: [labelled as never] })
  expect(cluster.persistentVolumeClaims.get('data-web-0').metadata).toMatchObject({
    labels: { tier: 'disk', app: 'web' },
    annotations: { a: 'b' },
  })
  expect(cluster.pods.get('web-0').spec.volumes!.slice(0, 2)).toEqual([
    { name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } },
    { name: 'own', emptyDir: {} },
  ])
})

test('claims stay when pods go, and the next pod of that name has them again', () => {
  const cluster = created(2)
  const { spec } = cluster.persistentVolumeClaims.get('data-web-1')
  cluster.statefulSets.scale('web', 1)
  cluster.settle()
  expect(claims(cluster)).toEqual(['data-web-0', 'data-web-1'])
  cluster.statefulSets.scale('web', 2)
  cluster.settle()
  expect(cluster.persistentVolumeClaims.get('data-web-1').spec).toEqual(spec)
  cluster.statefulSets.delete('web')
  cluster.settle()
  expect(claims(cluster)).toEqual(['data-web-0', 'data-web-1'])
})

test('whenScaled: Delete gives the claims of pods that are not asked for to these, and they go with them', () => {
  const cluster = created(3, keeping('Delete', 'Retain'))
  expect(owners(cluster, 'data-web-2')).toEqual([])
  cluster.statefulSets.scale('web', 1)
  cluster.runUntil(() => cluster.pods.get('web-2').metadata.deletionTimestamp !== undefined)
  expect(owners(cluster, 'data-web-2')).toEqual(['Pod web-2'])
  cluster.settle()
  expect(claims(cluster)).toEqual(['data-web-0'])
  cluster.statefulSets.delete('web')
  cluster.settle()
  expect(claims(cluster)).toEqual(['data-web-0'])
})

test('whenDeleted: Delete gives the claims to the set, and they go with it', () => {
  const cluster = created(2, keeping('Retain', 'Delete'))
  expect(owners(cluster, 'data-web-1')).toEqual(['StatefulSet web'])
  cluster.statefulSets.scale('web', 1)
  cluster.settle()
  expect(claims(cluster)).toEqual(['data-web-0', 'data-web-1'])
  cluster.statefulSets.delete('web')
  cluster.settle()
  expect(claims(cluster)).toEqual([])
})

test('a policy that is changed later counts for the claims that are there', () => {
  const cluster = created(2)
  cluster.statefulSets.patch('web', { spec: keeping('Delete', 'Delete') })
  cluster.settle()
  expect(owners(cluster, 'data-web-0')).toEqual(['StatefulSet web'])
  cluster.statefulSets.patch('web', { spec: keeping('Delete', 'Retain') })
  cluster.settle()
  expect(owners(cluster, 'data-web-0')).toEqual([])
})

test('a pod that is asked for again waits until the claim of the one before it is gone', () => {
  const cluster = created(2, keeping('Delete', 'Retain'))
  const { uid } = cluster.persistentVolumeClaims.get('data-web-1').metadata
  cluster.controllers.crash('garbage-collector-controller')
  cluster.statefulSets.scale('web', 1)
  cluster.settle()
  expect(cluster.persistentVolumeClaims.get('data-web-1').metadata).not.toHaveProperty('deletionTimestamp')
  cluster.statefulSets.scale('web', 2)
  cluster.advance('5m')
  expect(names({ items: podsOf(cluster) })).toEqual(['web-0'])
  cluster.controllers.restart('garbage-collector-controller')
  cluster.settle()
  expect(names({ items: podsOf(cluster) })).toEqual(['web-0', 'web-1'])
  expect(cluster.persistentVolumeClaims.get('data-web-1').metadata.uid).not.toBe(uid)
})

test('a claim that somebody else controls is left to them, and that is told', () => {
  const other = { apiVersion: 'v1', kind: 'ConfigMap', name: 'boss', controller: true }
  const cluster = createCluster({ nodes: 2, seed: 7 })
  cluster.apply(storageClass('disk'))
  const { uid } = cluster.configMaps.create({ metadata: { name: 'boss' } }).metadata
  const own: Manifest<PersistentVolumeClaim> = claim('data-web-0', '1Gi', { storageClassName: 'disk' })
  cluster.persistentVolumeClaims.create({
    ...own,
    metadata: { name: 'data-web-0', ownerReferences: [{ ...other, uid }] },
  })
  cluster.statefulSets.create(
    statefulSet('web', 1, { volumeClaimTemplates: [claimTemplate('data')], ...keeping('Delete', 'Delete') }),
  )
  cluster.settle()
  expect(owners(cluster, 'data-web-0')).toEqual(['ConfigMap boss'])
  expect(toldOf(cluster, 'web')).toContain(
    'Warning ConflictingController: PersistentVolumeClaim data-web-0 has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim',
  )
})

test('a claim that was lost is made again, and one on its way out keeps its pod waiting', () => {
  const cluster = created(1, { volumeClaimTemplates: [claimTemplate('x'.repeat(60)), claimTemplate('data')] })
  cluster.persistentVolumeClaims.delete(`${'x'.repeat(60)}-web-0`)
  cluster.pods.delete('web-0')
  cluster.settle()
  expect(podsOf(cluster).map(({ status }) => status.phase)).toEqual(['Running'])
  expect(claims(cluster)).toEqual(['data-web-0', `${'x'.repeat(60)}-web-0`])
  cluster.persistentVolumeClaims.update('data-web-0', (draft) => void draft.metadata.finalizers!.push('example.com/x'))
  cluster.persistentVolumeClaims.delete('data-web-0')
  cluster.pods.delete('web-0')
  cluster.advance('1m')
  expect(podsOf(cluster)).toEqual([])
  expect(toldOf(cluster, 'web')).toContain(
    'Warning FailedCreate: Create Pod web-0 in StatefulSet web failed error: pvc data-web-0 is being deleted',
  )
  cluster.persistentVolumeClaims.update('data-web-0', (draft) => void (draft.metadata.finalizers = []))
  cluster.advance('2m')
  expect(podsOf(cluster).map(({ status }) => status.phase)).toEqual(['Running'])
})
