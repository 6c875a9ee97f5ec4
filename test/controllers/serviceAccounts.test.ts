import { expect, test } from 'vitest'
import { type Cluster, createCluster, type Pod, replay, type ServiceAccount } from '../../src/index.ts'
import { bare, names, podManifest, refused } from '../cluster/support.ts'
import { collections, listsOf } from '../conformance/captures.ts'
import { hasCorpus } from '../support/system.ts'

const volumeOf = ({ spec }: Pod): string | undefined =>
  spec.volumes?.find(({ name }) => name.startsWith('kube-api-access-'))?.name
const mountsOf = ({ spec }: Pod): (string | undefined)[] =>
  [...(spec.initContainers ?? []), ...spec.containers].map(
    ({ volumeMounts = [] }) =>
      volumeMounts.find(({ mountPath }) => mountPath === '/var/run/secrets/kubernetes.io/serviceaccount')?.name,
  )
const team = (options = {}): Cluster => {
  const cluster = bare(options)
  cluster.namespaces.create({ metadata: { name: 'team' } })
  return cluster
}
const account = (cluster: Cluster, more: Partial<ServiceAccount> = {}): ServiceAccount =>
  cluster.serviceAccounts.create({ metadata: { name: 'robot' }, ...more })
const robot = { spec: { serviceAccountName: 'robot' } }

test('the namespaces of the system have their account from the beginning, every other one as soon as it is there', () => {
  const cluster = team()
  const where = (): (string | undefined)[] =>
    cluster.serviceAccounts.list({ allNamespaces: true }).items.map(({ metadata }) => metadata.namespace)
  expect(where()).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system'])
  cluster.settle()
  expect(where()).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system', 'team'])
})

test('a default account that is deleted comes back; nothing is made in a namespace on its way out', () => {
  const cluster = team()
  cluster.settle()
  const { uid } = cluster.serviceAccounts.get('default', { namespace: 'team' }).metadata
  cluster.serviceAccounts.delete('default', { namespace: 'team' })
  cluster.configMaps.delete('kube-root-ca.crt', { namespace: 'team' })
  cluster.settle()
  expect(cluster.serviceAccounts.get('default', { namespace: 'team' }).metadata.uid).not.toBe(uid)
  expect(names(cluster.configMaps.list({ namespace: 'team' }))).toEqual(['kube-root-ca.crt'])
  const failures: unknown[] = []
  cluster.on('failure', (failure) => failures.push(failure))
  cluster.namespaces.delete('team')
  cluster.serviceAccounts.delete('default', { namespace: 'team' })
  cluster.configMaps.delete('kube-root-ca.crt', { namespace: 'team' })
  cluster.settle()
  expect([cluster.namespaces.find('team'), failures]).toEqual([undefined, []])
})

test('a pod runs as default, with its token mounted in every container', () => {
  const pod = bare().pods.create(podManifest('a', { spec: { initContainers: [{ name: 'init', image: 'init:1' }] } }))
  const volume = volumeOf(pod)!
  expect(volume).toMatch(/^kube-api-access-[a-z0-9]{5}$/)
  expect([pod.spec.serviceAccountName, pod.spec.serviceAccount]).toEqual(['default', 'default'])
  expect(mountsOf(pod)).toEqual([volume, volume])
  expect(pod.spec.volumes).toEqual([
    {
      name: volume,
      projected: {
        defaultMode: 420,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          {
            downwardAPI: {
              items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
            },
          },
        ],
      },
    },
  ])
})

test('whether the token is mounted says the pod, or else its account', () => {
  const cluster = bare()
  account(cluster, { automountServiceAccountToken: false })
  const made = (name: string, spec: object): Pod =>
    cluster.pods.create(podManifest(name, { spec: { ...robot.spec, ...spec } }))
  expect(mountsOf(made('a', {}))).toEqual([undefined])
  expect(volumeOf(cluster.pods.get('a'))).toBeUndefined()
  expect(mountsOf(made('b', { automountServiceAccountToken: true }))).toEqual([volumeOf(cluster.pods.get('b'))])
  cluster.serviceAccounts.update('robot', (draft) => void delete draft.automountServiceAccountToken)
  expect(mountsOf(made('c', {}))).toEqual([volumeOf(cluster.pods.get('c'))])
  expect(mountsOf(made('d', { automountServiceAccountToken: false }))).toEqual([undefined])
})

test('a container that mounts something of its own there keeps it, and a token volume that is there is used', () => {
  const cluster = bare()
  const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
  const own = { name: 'own', emptyDir: {} }
  const kept = cluster.pods.create(
    podManifest('kept', {
      spec: {
        volumes: [own],
        containers: [{ name: 'main', image: 'web:1', volumeMounts: [{ name: 'own', mountPath }] }],
      },
    }),
  )
  expect([kept.spec.volumes, mountsOf(kept)]).toEqual([[own], ['own']])
  const used = cluster.pods.create(
    podManifest('used', { spec: { volumes: [{ name: 'kube-api-access-mine', emptyDir: {} }] } }),
  )
  expect([used.spec.volumes!.length, mountsOf(used)]).toEqual([1, ['kube-api-access-mine']])
})

test('the secrets to pull images with are those of the account, unless the pod has its own', () => {
  const cluster = bare()
  account(cluster, { imagePullSecrets: [{ name: 'registry' }] })
  const own = cluster.pods.create(podManifest('own', { spec: { ...robot.spec, imagePullSecrets: [{ name: 'mine' }] } }))
  expect(own.spec.imagePullSecrets).toEqual([{ name: 'mine' }])
  expect(cluster.pods.create(podManifest('a', robot)).spec.imagePullSecrets).toEqual([{ name: 'registry' }])
  cluster.serviceAccounts.update('robot', (draft) => void (draft.imagePullSecrets = [{ name: 'other' }]))
  expect(cluster.pods.create(podManifest('b', robot)).spec.imagePullSecrets).toEqual([{ name: 'other' }])
})

test('a pod that names an account which is not there is refused', () => {
  const cluster = bare()
  const error = refused(() => cluster.pods.create(podManifest('a', robot)))
  expect([error.reason, error.status.message]).toEqual([
    'Forbidden',
    'pods "a" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
  ])
  account(cluster)
  cluster.pods.create(podManifest('a', robot))
  cluster.serviceAccounts.delete('robot')
  expect(refused(() => cluster.pods.create(podManifest('b', robot))).reason).toBe('Forbidden')
})

test('the default account is waited for while its namespace is new, and then no longer', () => {
  const cluster = team({ disable: ['serviceaccount-controller'] })
  const inTeam = (name: string): Pod =>
    cluster.pods.create({ ...podManifest(name), metadata: { name, namespace: 'team' } })
  expect(mountsOf(inTeam('a'))).toEqual([volumeOf(cluster.pods.get('a', { namespace: 'team' }))])
  cluster.advance('2s')
  expect(refused(() => inTeam('b')).message).toContain(
    'pods "b" is forbidden: error looking up service account team/default: serviceaccount "default" not found',
  )
})

test('pods of one account share its volume’s name; another account, namespace or seed draws another', () => {
  const drawn = (seed: number): (string | undefined)[] => {
    const cluster = team({ seed })
    account(cluster)
    const pods = [podManifest('a'), podManifest('b', { image: 'other:1' }), podManifest('c', robot)]
    const all = [...pods, { ...podManifest('d'), metadata: { name: 'd', namespace: 'team' } }]
    return all.map((manifest) => volumeOf(cluster.pods.create(manifest)))
  }
  const [a, b, c, d] = drawn(7)
  expect(a).toBe(b)
  expect(new Set([a, c, d, drawn(8)[0]]).size).toBe(4)
  expect(drawn(7)).toEqual([a, b, c, d])
})

test('the volume’s name follows the seed of a fork, and the fork’s journal with it', () => {
  const cluster = bare({ seed: 7 })
  cluster.pods.create(podManifest('a'))
  const fork = cluster.fork({ seed: 8 })
  fork.pods.create(podManifest('b'))
  expect(volumeOf(fork.pods.get('b'))).not.toBe(volumeOf(fork.pods.get('a')))
  const again = replay(fork.journal)
  expect(again.historyHash()).toBe(fork.historyHash())
})

test('of the secrets of an account only the names are kept', () => {
  const cluster = bare()
  const made = account(cluster, { secrets: [{ name: 'token', kind: 'Secret', namespace: 'elsewhere' }] })
  expect(made.secrets).toEqual([{ name: 'token' }])
})

test('every namespace has the certificate of the API server, and keeps it as it was published', () => {
  const cluster = team()
  cluster.settle()
  const published = cluster.configMaps.get('kube-root-ca.crt', { namespace: 'team' })
  expect(published.data!['ca.crt']).toMatch(
    /^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n$/,
  )
  expect(published.metadata.annotations!['kubernetes.io/description']).toContain('Contains a CA bundle')
  expect(cluster.configMaps.get('kube-root-ca.crt').data).toEqual(published.data)
  cluster.configMaps.update('kube-root-ca.crt', (draft) => void (draft.data = { 'ca.crt': 'mine' }), {
    namespace: 'team',
  })
  cluster.settle()
  expect(cluster.configMaps.get('kube-root-ca.crt', { namespace: 'team' }).data).toEqual(published.data)
  expect(createCluster({ disable: ['root-ca-certificate-publisher-controller'] }).configMaps.list().items).toEqual([])
})

test('a secret that is to hold the token of an account is filled in, always alike, and goes with the account', () => {
  const live = (): Cluster => {
    const cluster = bare()
    const token = (name: string, of: string, annotations = {}): unknown =>
      cluster.secrets.create({
        metadata: { name, annotations: { 'kubernetes.io/service-account.name': of, ...annotations } },
        type: 'kubernetes.io/service-account-token',
      })
    account(cluster, { secrets: [{ name: 'key' }, { name: 'other' }] })
    token('key', 'robot')
    token('second', 'robot')
    token('lost', 'nobody')
    token('former', 'robot', { 'kubernetes.io/service-account.uid': 'another' })
    cluster.secrets.create({ metadata: { name: 'plain' } })
    cluster.settle()
    return cluster
  }
  const cluster = live()
  expect(names(cluster.secrets.list())).toEqual(['key', 'plain', 'second'])
  const { metadata, data } = cluster.secrets.get('key')
  expect(metadata.annotations).toEqual({
    'kubernetes.io/service-account.name': 'robot',
    'kubernetes.io/service-account.uid': cluster.serviceAccounts.get('robot').metadata.uid,
  })
  const said = (key: string): string => Buffer.from(data![key]!, 'base64').toString()
  expect([said('ca.crt'), said('namespace')]).toEqual([
    cluster.configMaps.get('kube-root-ca.crt').data!['ca.crt'],
    'default',
  ])
  expect(live().secrets.get('key').data).toEqual(data)
  expect(cluster.secrets.get('second').data!['token']).not.toBe(data!['token'])
  cluster.secrets.update('key', (draft) => void (draft.data!['token'] = ''))
  cluster.settle()
  expect(cluster.secrets.get('key').data).toEqual(data)
  cluster.secrets.delete('key')
  cluster.settle()
  expect(cluster.serviceAccounts.get('robot').secrets).toEqual([{ name: 'other' }])
  cluster.serviceAccounts.delete('robot')
  cluster.settle()
  expect(names(cluster.secrets.list())).toEqual(['plain'])
  expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
})

test.skipIf(!hasCorpus())('the pods of real clusters get the volume and the mounts that they had there', () => {
  const recorded = collections()
    .filter(({ key }) => key === 'pods')
    .flatMap((collection) => listsOf(collection).flatMap(({ items }) => items as Pod[]))
  expect(recorded.length).toBeGreaterThan(5)
  for (const { metadata, spec } of recorded) {
    const cluster = bare()
    cluster.namespaces.create({ metadata: { name: metadata.namespace } })
    const was = volumeOf({ spec } as Pod)!
    const sent = {
      ...spec,
      volumes: spec.volumes!.filter(({ name }) => name !== was),
      containers: spec.containers.map((container) => ({
        ...container,
        volumeMounts: container.volumeMounts!.filter(({ name }) => name !== was),
      })),
    }
    const pod = cluster.pods.create({ metadata: { name: metadata.name, namespace: metadata.namespace }, spec: sent })
    expect(JSON.parse(JSON.stringify(pod.spec).replaceAll(volumeOf(pod)!, was))).toEqual(spec)
  }
})

test('a secret that only has the name of a token is nobody’s business', () => {
  const cluster = bare()
  const token = (name: string, of: string): object => ({
    metadata: { name, annotations: { 'kubernetes.io/service-account.name': of } },
    type: 'kubernetes.io/service-account-token',
  })
  const own = (name: string): object => ({ metadata: { name }, stringData: { password: 'x' } })
  for (const [name, of] of [
    ['a', 'nobody/at all'],
    ['b', 'default'],
  ] as const) {
    cluster.secrets.create(token(name, of) as never)
    cluster.secrets.delete(name)
    cluster.secrets.create(own(name) as never)
  }
  cluster.secrets.create(token('c', 'default') as never)
  cluster.settle()
  cluster.secrets.delete('c')
  cluster.secrets.create(own('c') as never)
  cluster.settle()
  for (const name of ['a', 'b', 'c']) {
    const { type, data, metadata } = cluster.secrets.get(name)
    expect([type, Object.keys(data!), metadata.annotations]).toEqual(['Opaque', ['password'], undefined])
  }
})
