import type { Manifest, PersistentVolume, PersistentVolumeClaim, Pod } from '../../src/index.ts'

export const volume = (
  name: string,
  storage: string,
  spec: Manifest<PersistentVolume['spec']> = {},
  labels: Record<string, string> = {},
): Manifest<PersistentVolume> => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name, labels },
  spec: {
    capacity: { storage },
    accessModes: ['ReadWriteOnce'],
    ...(spec.csi === undefined && { hostPath: { path: `/${name}` } }),
    ...spec,
  },
})

export const claim = (
  name: string,
  storage: string,
  spec: Manifest<PersistentVolumeClaim['spec']> = {},
): Manifest<PersistentVolumeClaim> => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec },
})

export const storageClass = (name: string, more: object = {}): object => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner: 'disk.example.com',
  ...more,
})

/** A class whose volumes are bound where their pods are to run. */
export const lateClass = (name: string, more: object = {}): object =>
  storageClass(name, { volumeBindingMode: 'WaitForFirstConsumer', ...more })

/** On nodes with one of these values of a label. */
export const nodeAffinity = (key: string, ...values: string[]): Manifest<PersistentVolume['spec']> => ({
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values }] }] } },
})

/** A pod that has claims mounted. */
export const user = (name: string, claims: readonly string[], spec: Manifest<Pod['spec']> = {}): Manifest<Pod> => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    containers: [
      {
        name: 'main',
        image: 'web:1',
        ...(spec.volumes === undefined && {
          volumeMounts: claims.map((_, i) => ({ name: `v${i}`, mountPath: `/v${i}` })),
        }),
      },
    ],
    volumes: claims.map((claimName, i) => ({ name: `v${i}`, persistentVolumeClaim: { claimName } })),
    ...spec,
  },
})

/** A volume whose claim is made for its pod. */
export const ephemeral = (name: string, storageClassName: string): object => ({
  name,
  ephemeral: {
    volumeClaimTemplate: { metadata: { labels: { of: name } }, spec: claim('', '1Gi', { storageClassName }).spec },
  },
})
