import type { Cluster, Manifest, Pod, StatefulSet } from '../../src/index.ts'

export const statefulSet = (
  name: string,
  replicas: number,
  more: Manifest<StatefulSet['spec']> = {},
  image = 'web:1',
): Manifest<StatefulSet> => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name },
  spec: {
    replicas,
    serviceName: name,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image }] } },
    ...more,
  },
})

/** What asks for a claim of each pod; the class of its volumes is `disk`. */
export const claimTemplate = (name: string): NonNullable<Manifest<StatefulSet['spec']>['volumeClaimTemplates']>[0] => ({
  metadata: { name },
  spec: { storageClassName: 'disk', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
})

export const podsOf = (cluster: Cluster, app = 'web'): readonly Pod[] =>
  cluster.pods.list({ labelSelector: `app=${app}` }).items

export const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'

/** `web-0=web:1` of each pod. */
export const imagesOf = (cluster: Cluster, app = 'web'): string[] =>
  podsOf(cluster, app).map(({ metadata, spec }) => `${metadata.name}=${spec.containers[0]!.image}`)

/** What is told of an object, oldest first: `SuccessfulCreate: …`. */
export const toldOf = (cluster: Cluster, name: string): string[] =>
  cluster.events
    .list({ fieldSelector: `involvedObject.name=${name},involvedObject.kind=StatefulSet` })
    .items.map(({ type, reason, message }) => `${type === 'Warning' ? 'Warning ' : ''}${reason}: ${message}`)
