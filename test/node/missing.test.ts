import { describe, expect, test } from 'vitest'
import { type Behaviour, type Cluster, createCluster } from '../../src/index.ts'

const make = (behaviours: readonly Behaviour[] = []): Cluster => createCluster({ nodes: 1, behaviours })
const create = (cluster: Cluster, container: object, spec: object = {}): void =>
  void cluster.pods.create({
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'web:1', ...container }], ...spec },
  })
const state = (cluster: Cluster): unknown => cluster.pods.get('web').status.containerStatuses![0]!.state
const said = (cluster: Cluster, reason: string): string[] =>
  cluster.events
    .list()
    .items.flatMap(({ reason: found, type, message }) => (found === reason ? [`${type} ${message}`] : []))
const limits = (containerName: string): object => ({ containerName, resource: 'limits.cpu' })
const item = (container: string): object => ({ path: container, resourceFieldRef: limits(container) })
const config = { metadata: { name: 'config' }, data: { color: 'blue' }, binaryData: { logo: 'AAEC' } }

describe('an environment', () => {
  const from = (ref: object): object => ({ env: [{ name: 'X', valueFrom: ref }] })
  const configMapKeyRef = { name: 'config', key: 'size' }

  test.each<[string, object, string]>([
    ['a ConfigMap', from({ configMapKeyRef }), 'configmap "config" not found'],
    ['a Secret', from({ secretKeyRef: { name: 'token', key: 'x' } }), 'secret "token" not found'],
    ['the resources of a container', from({ resourceFieldRef: limits('wep') }), 'container wep not found'],
    ['all of a ConfigMap', { envFrom: [{ configMapRef: { name: 'config' } }] }, 'configmap "config" not found'],
    ['all of a Secret', { envFrom: [{ secretRef: { name: 'token' } }] }, 'secret "token" not found'],
  ])('that asks for %s which is not there keeps its container from being created', (_, container, message) => {
    const cluster = make()
    create(cluster, container)
    cluster.settle()
    expect(state(cluster)).toEqual({ waiting: { reason: 'CreateContainerConfigError', message } })
    expect(cluster.pods.get('web').status.phase).toBe('Pending')
    expect(cluster.table('pods')).toMatch(/web +0\/1 +CreateContainerConfigError +0/)
    expect(said(cluster, 'Failed')).toEqual([`Warning Error: ${message}`])
  })

  test('that cannot be made holds back none of the containers that come after it', () => {
    const cluster = make()
    const containers = [
      { name: 'first', image: 'web:1', ...from({ configMapKeyRef }) },
      { name: 'second', image: 'web:1' },
    ]
    cluster.pods.create({ metadata: { name: 'web' }, spec: { containers } })
    cluster.settle()
    const { containerStatuses } = cluster.pods.get('web').status
    expect(containerStatuses!.map(({ ready }) => ready)).toEqual([false, true])
  })

  test('is made as soon as what it asks for is there, key and all', () => {
    const cluster = make()
    create(cluster, from({ configMapKeyRef }))
    cluster.advance('30s')
    cluster.configMaps.create(config)
    cluster.advance('15s')
    const message = `couldn't find key size in ConfigMap default/config`
    expect(state(cluster)).toEqual({ waiting: { reason: 'CreateContainerConfigError', message } })
    cluster.configMaps.update('config', (draft) => void (draft.data = { size: 'L' }))
    cluster.advance('11s')
    expect(state(cluster)).toMatchObject({ running: {} })
    expect(cluster.pods.get('web').status.containerStatuses![0]!.restartCount).toBe(0)
  })

  test('does without what is optional', () => {
    const cluster = make()
    const env = [
      { name: 'X', valueFrom: { configMapKeyRef: { ...configMapKeyRef, optional: true } } },
      { name: 'Y', valueFrom: { secretKeyRef: { name: 'token', key: 'x', optional: true } } },
    ]
    create(cluster, { env, envFrom: [{ configMapRef: { name: 'none', optional: true } }] })
    cluster.settle()
    expect(state(cluster)).toMatchObject({ running: {} })
  })

  test('that lacks something only for an init container holds the pod back there', () => {
    const cluster = make()
    const initContainers = [{ name: 'init', image: 'init:1', ...from({ configMapKeyRef }) }]
    create(cluster, {}, { initContainers })
    cluster.settle()
    expect(cluster.table('pods')).toMatch(/web +0\/1 +Init:CreateContainerConfigError +0/)
  })
})

test('a secret to pull images with that is not there is only warned of', () => {
  const cluster = make()
  create(cluster, {}, { imagePullSecrets: [{ name: 'registry' }] })
  cluster.settle()
  expect(state(cluster)).toMatchObject({ running: {} })
  expect(said(cluster, 'FailedToRetrieveImagePullSecret')).toEqual([
    'Warning Unable to retrieve some image pull secrets (registry); attempting to pull the image may not succeed.',
  ])
})

describe('a volume', () => {
  const volumes = [{ name: 'files', configMap: { name: 'config' } }]
  const container = { volumeMounts: [{ name: 'files', mountPath: '/etc/files' }] }

  test.each<[string, object, string]>([
    ['a ConfigMap', { configMap: { name: 'config' } }, 'configmap "config" not found'],
    ['a Secret', { secret: { secretName: 'token' } }, 'secret "token" not found'],
    ['the resources of a container', { downwardAPI: { items: [item('wep')] } }, 'container wep not found'],
    [
      'a projection of them',
      { projected: { sources: [{ downwardAPI: { items: [item('web'), item('wep')] } }] } },
      'container wep not found',
    ],
    [
      'a projection of both',
      { projected: { sources: [{ configMap: { name: 'config' } }, { secret: { name: 'token' } }] } },
      '[configmap "config" not found, secret "token" not found]',
    ],
  ])('of %s that is not there keeps the pod without a sandbox', (_, source, message) => {
    const cluster = make()
    create(cluster, container, { volumes: [{ name: 'files', ...source }] })
    cluster.settle()
    expect(state(cluster)).toEqual({ waiting: { reason: 'ContainerCreating' } })
    const { podIP, conditions } = cluster.pods.get('web').status
    expect(podIP).toBeUndefined()
    expect(conditions!.find(({ type }) => type === 'PodReadyToStartContainers')!.status).toBe('False')
    expect(said(cluster, 'FailedMount')).toEqual([`Warning MountVolume.SetUp failed for volume "files" : ${message}`])
  })

  test('is tried again after 0.5 s, 1 s, 2 s, … up to two minutes, and mounted once it is there', () => {
    const cluster = make()
    create(cluster, container, { volumes })
    cluster.advance('16s')
    // At 0, 0.5, 1.5, 3.5, 7.5 and 15.5 s.
    expect(cluster.events.list().items.find(({ reason }) => reason === 'FailedMount')!.count).toBe(6)
    cluster.configMaps.create(config)
    cluster.advance('20s')
    expect(state(cluster)).toMatchObject({ running: {} })
  })

  test.each<[string, object, string]>([
    [
      'ConfigMap',
      { configMap: { name: 'config', items: [{ key: 'none', path: 'x' }] } },
      'configmap references non-existent config key: none',
    ],
    [
      'Secret',
      { secret: { secretName: 'token', items: [{ key: 'none', path: 'x' }] } },
      'references non-existent secret key: none',
    ],
  ])('of a key that its %s does not have is not mounted', (_, source, message) => {
    const cluster = make()
    cluster.configMaps.create(config)
    cluster.secrets.create({ metadata: { name: 'token' }, stringData: { a: 'b' } })
    create(cluster, container, { volumes: [{ name: 'files', ...source }] })
    cluster.settle()
    expect(said(cluster, 'FailedMount')).toEqual([`Warning MountVolume.SetUp failed for volume "files" : ${message}`])
  })

  test('of binary data, of what is optional, and of a claim is mounted', () => {
    const cluster = make()
    cluster.configMaps.create(config)
    const size = { storage: '1Gi' }
    const accessModes = ['ReadWriteOnce']
    cluster.persistentVolumes.create({
      metadata: { name: 'disk' },
      spec: { capacity: size, accessModes, hostPath: { path: '/data' } },
    })
    cluster.persistentVolumeClaims.create({
      metadata: { name: 'data' },
      spec: { accessModes, resources: { requests: size } },
    })
    cluster.settle()
    const sources = [
      { name: 'a', configMap: { name: 'config', items: [{ key: 'logo', path: 'logo.png' }] } },
      { name: 'b', secret: { secretName: 'none', optional: true } },
      {
        name: 'c',
        projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }, { serviceAccountToken: { path: 't' } }] },
      },
      { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'e', emptyDir: {} },
    ]
    create(cluster, {}, { volumes: sources })
    cluster.settle()
    expect(state(cluster)).toMatchObject({ running: {} })
  })

  test.each([
    ['is not there', 'failed to fetch PVC from API server: persistentvolumeclaims "data" not found'],
    ['is not bound', 'PVC is not bound'],
  ])('of a claim that %s is waited for by a pod that somebody bound', (how, why) => {
    const cluster = make()
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
    if (how === 'is not bound') cluster.persistentVolumeClaims.create({ metadata: { name: 'data' }, spec })
    const disk = [{ name: 'disk', persistentVolumeClaim: { claimName: 'data' } }]
    create(cluster, {}, { volumes: disk, nodeName: cluster.nodes.list().items[0]!.metadata.name })
    cluster.settle()
    expect(state(cluster)).toEqual({ waiting: { reason: 'ContainerCreating' } })
    const volumes = 'unmounted volumes=[disk], unattached volumes=[], failed to process volumes=[disk]'
    expect(said(cluster, 'FailedMount')).toEqual([
      `Warning Unable to attach or mount volumes: ${volumes}: error processing PVC default/data: ${why}`,
    ])
    if (how === 'is not there') cluster.persistentVolumeClaims.create({ metadata: { name: 'data' }, spec })
    cluster.persistentVolumes.create({
      metadata: { name: 'disk' },
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/data' } },
    })
    cluster.advance('1m')
    expect(state(cluster)).toMatchObject({ running: {} })
  })

  test('that is waited for does not keep a pod from being deleted', () => {
    const cluster = make()
    create(cluster, container, { volumes })
    cluster.advance('5s')
    cluster.pods.delete('web')
    cluster.settle()
    expect(cluster.pods.find('web')).toBeUndefined()
  })
})

describe('an image', () => {
  test.each([
    ['Web:1', 'invalid reference format: repository name (library/Web) must be lowercase'],
    ['web:1:2', 'invalid reference format'],
    ['registry.example.com//web', 'invalid reference format'],
    ['web@sha256:12', 'invalid reference format'],
    ['${IMAGE}', 'invalid reference format: repository name (library/${IMAGE}) must be lowercase'],
  ])('named %s is an InvalidImageName', (image, flaw) => {
    const cluster = make()
    create(cluster, { image })
    cluster.settle()
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${flaw}`
    expect(state(cluster)).toEqual({ waiting: { reason: 'InvalidImageName', message } })
    expect(said(cluster, 'InspectFailed')).toEqual([`Warning ${message}`])
    expect(said(cluster, 'Failed')).toEqual(['Warning Error: InvalidImageName'])
  })

  test.each([
    ['web', 'docker.io/library/web:latest'],
    ['docker.io/web:1', 'docker.io/library/web:1'],
    ['localhost:5000/team/web_x:v1.2-rc.1', 'localhost:5000/team/web_x:v1.2-rc.1'],
    ['ghcr.io/team/web', 'ghcr.io/team/web:latest'],
  ])('named %s is %s to a runtime', (image, reference) => {
    const cluster = make()
    create(cluster, { image })
    cluster.settle()
    expect(cluster.pods.get('web').status.containerStatuses![0]!.image).toBe(reference)
  })

  test('that is put right in a running pod is pulled at once', () => {
    const cluster = make([{ image: 'wrong:*', pullError: 'not found' }])
    create(cluster, { image: 'wrong:1' })
    cluster.advance('2m')
    expect(cluster.table('pods')).toContain('ImagePullBackOff')
    cluster.pods.update('web', (draft) => void (draft.spec.containers[0]!.image = 'web:2'))
    cluster.advance('2s')
    expect(cluster.pods.get('web').status).toMatchObject({
      phase: 'Running',
      observedGeneration: 2,
      containerStatuses: [{ image: 'docker.io/library/web:2', ready: true }],
    })
  })

  test('that cannot be pulled holds back none of the containers that come after it', () => {
    const cluster = make([{ image: 'wrong:*', pullError: 'not found' }])
    const images = ['web:1', 'wrong:1', 'wrong:2', 'web:2']
    const containers = images.map((image, index) => ({ name: `c${index}`, image }))
    cluster.pods.create({ metadata: { name: 'web' }, spec: { containers } })
    cluster.advance('30s')
    const { phase, containerStatuses } = cluster.pods.get('web').status
    expect(phase).toBe('Pending')
    expect(containerStatuses!.map(({ ready, state }) => (ready ? 'ready' : state!.waiting!.reason))).toEqual([
      'ready',
      'ImagePullBackOff',
      'ImagePullBackOff',
      'ready',
    ])
  })

  test('that is changed under a running container has it restarted', () => {
    const cluster = make()
    create(cluster, {})
    cluster.settle()
    cluster.pods.update('web', (draft) => void (draft.spec.containers[0]!.image = 'web:2'))
    cluster.advance('5s')
    expect(said(cluster, 'Killing')).toEqual(['Normal Container web definition changed, will be restarted'])
    expect(cluster.pods.get('web').status.containerStatuses![0]).toMatchObject({
      image: 'docker.io/library/web:2',
      ready: true,
      restartCount: 1,
    })
  })

  test.each(['500ms', '1.2s'])('that is changed while its container comes up, at %s, has it restarted then', (at) => {
    const cluster = make()
    create(cluster, {})
    cluster.advance(at)
    cluster.pods.update('web', (draft) => void (draft.spec.containers[0]!.image = 'web:2'))
    cluster.settle()
    expect(said(cluster, 'Pulling')).toEqual(['web:1', 'web:2'].map((image) => `Normal Pulling image "${image}"`))
    expect(said(cluster, 'Killing')).toEqual(['Normal Container web definition changed, will be restarted'])
    expect(cluster.pods.get('web').status.containerStatuses![0]).toMatchObject({
      image: 'docker.io/library/web:2',
      ready: true,
      restartCount: 1,
    })
  })

  test.each(['Never', 'OnFailure'])(
    'that is changed has a container restarted whose restart policy is %s',
    (policy) => {
      const cluster = make([{ image: '*', run: 'forever', stop: '1s', stopExitCode: 0 }])
      cluster.pods.create({
        metadata: { name: 'web' },
        spec: { restartPolicy: policy, containers: [{ name: 'web', image: 'web:1' }] },
      })
      cluster.settle()
      cluster.pods.update('web', (draft) => void (draft.spec.containers[0]!.image = 'web:2'))
      const seen = new Set<string | undefined>()
      cluster.runUntil(() => {
        const { phase, containerStatuses } = cluster.pods.get('web').status
        seen.add(phase)
        return containerStatuses![0]!.restartCount === 1
      })
      expect(cluster.pods.get('web').status.containerStatuses![0]).toMatchObject({
        image: 'docker.io/library/web:2',
        ready: true,
      })
      expect([...seen]).toEqual(['Running'])
    },
  )

  test('that is changed lets an init container that runs come to its end, and has a sidecar restarted', () => {
    const cluster = make([{ image: 'setup:*', run: '10s' }])
    cluster.pods.create({
      metadata: { name: 'web' },
      spec: {
        initContainers: [
          { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' },
          { name: 'setup', image: 'setup:1' },
        ],
        containers: [{ name: 'web', image: 'web:1' }],
      },
    })
    cluster.advance('8s')
    cluster.pods.update('web', ({ spec }) => {
      for (const container of spec.initContainers!) container.image = container.image!.replace(':1', ':2')
    })
    cluster.settle()
    expect(said(cluster, 'Killing')).toEqual(['Normal Init container proxy definition changed'])
    const { initContainerStatuses, phase } = cluster.pods.get('web').status
    expect(phase).toBe('Running')
    expect(initContainerStatuses!.map(({ restartCount }) => restartCount)).toEqual([1, 0])
    const { startedAt, finishedAt } = initContainerStatuses![1]!.state!.terminated!
    expect(Date.parse(String(finishedAt)) - Date.parse(String(startedAt))).toBe(10_000)
  })
})
