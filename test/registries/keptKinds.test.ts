import { describe, expect, test } from 'vitest'
import type { PersistentVolumeClaim } from '../../src/index.ts'
import { bare } from '../cluster/support.ts'

const pod = { containers: [{ name: 'main', image: 'web:1' }] }
const labels = { app: 'web' }
const template = { metadata: { labels }, spec: pod }
const selector = { matchLabels: labels }
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const webhook = {
  name: 'a.example.com',
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  clientConfig: { service: { name: 'hook', namespace: 'default' } },
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
}

/** What is written, and what stands there besides when it is read back. */
const kinds: readonly (readonly [kind: string, written: object, filledIn: object])[] = [
  ['rbac.authorization.k8s.io/v1/Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }, {}],
  ['rbac.authorization.k8s.io/v1/ClusterRole', { rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] }, {}],
  [
    'rbac.authorization.k8s.io/v1/RoleBinding',
    { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'eve' }] },
    {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'eve' }],
    },
  ],
  [
    'rbac.authorization.k8s.io/v1/ClusterRoleBinding',
    {
      roleRef: { kind: 'ClusterRole', name: 'r' },
      subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'default' }],
    },
    { roleRef: { apiGroup: 'rbac.authorization.k8s.io' } },
  ],
  [
    'networking.k8s.io/v1/NetworkPolicy',
    { spec: { ingress: [{ ports: [{ port: 80 }] }], egress: [{ to: [{ podSelector: {} }] }] } },
    {
      spec: {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ ports: [{ protocol: 'TCP', port: 80 }] }],
      },
    },
  ],
  [
    'networking.k8s.io/v1/Ingress',
    { spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } },
    { status: { loadBalancer: {} } },
  ],
  [
    'networking.k8s.io/v1/IngressClass',
    { spec: { controller: 'example.com/ingress', parameters: { kind: 'Params', name: 'p' } } },
    { spec: { parameters: { scope: 'Cluster' } }, metadata: { generation: 1 } },
  ],
  [
    'autoscaling/v2/HorizontalPodAutoscaler',
    {
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        behavior: { scaleDown: {} },
      },
    },
    {
      spec: {
        minReplicas: 1,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
        ],
        behavior: {
          scaleDown: { selectPolicy: 'Max' },
          scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max' },
        },
      },
    },
  ],
  [
    'policy/v1/PodDisruptionBudget',
    { spec: { minAvailable: '50%', selector } },
    { status: { disruptionsAllowed: 0, expectedPods: 0 }, metadata: { generation: 1 } },
  ],
  [
    'v1/LimitRange',
    { spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '100m', memory: '1Mi' } }] } },
    { spec: { limits: [{ default: { cpu: '2' }, defaultRequest: { cpu: '2', memory: '1Mi' } }] } },
  ],
  [
    'v1/ResourceQuota',
    { spec: { hard: { pods: 10, 'requests.cpu': '0.5' } } },
    { spec: { hard: { pods: '10', 'requests.cpu': '500m' } } },
  ],
  [
    'v1/PersistentVolume',
    { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } } },
    {
      spec: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem', hostPath: { type: '' } },
      status: { phase: 'Pending' },
    },
  ],
  ['v1/PersistentVolumeClaim', { spec: claim }, { spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } }],
  [
    'storage.k8s.io/v1/StorageClass',
    { provisioner: 'example.com/disk' },
    { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
  ],
  [
    'storage.k8s.io/v1/CSINode',
    {
      spec: { drivers: [{ name: 'disk.example.com', nodeID: 'x', topologyKeys: ['zone'], allocatable: { count: 2 } }] },
    },
    {},
  ],
  [
    'storage.k8s.io/v1/CSIDriver',
    { spec: { storageCapacity: true } },
    { spec: { attachRequired: true, fsGroupPolicy: 'ReadWriteOnceWithFSType', volumeLifecycleModes: ['Persistent'] } },
  ],
  ['storage.k8s.io/v1/CSIStorageCapacity', { storageClassName: 'disk', capacity: '1Gi' }, {}],
  [
    'storage.k8s.io/v1/VolumeAttachment',
    { spec: { attacher: 'disk.example.com', nodeName: 'x', source: { persistentVolumeName: 'x' } } },
    { status: { attached: false } },
  ],
  [
    'apps/v1/StatefulSet',
    {
      spec: {
        selector,
        template,
        serviceName: 'web',
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
      },
    },
    {
      metadata: { generation: 1 },
      spec: {
        replicas: 1,
        podManagementPolicy: 'OrderedReady',
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        template: { spec: { restartPolicy: 'Always' } },
        volumeClaimTemplates: [{ kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } }],
      },
      status: { replicas: 0 },
    },
  ],
  [
    'apps/v1/DaemonSet',
    { spec: { selector, template } },
    {
      spec: {
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      },
      status: { desiredNumberScheduled: 0 },
    },
  ],
  [
    'batch/v1/CronJob',
    {
      spec: {
        schedule: '*/5 8-18 * jan-mar mon',
        timeZone: 'Europe/Berlin',
        jobTemplate: { spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } } },
      },
    },
    { spec: { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 } },
  ],
  [
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    { webhooks: [webhook] },
    {
      metadata: { generation: 1 },
      webhooks: [
        {
          failurePolicy: 'Fail',
          matchPolicy: 'Equivalent',
          timeoutSeconds: 10,
          namespaceSelector: {},
          rules: [{ scope: '*' }],
          clientConfig: { service: { port: 443 } },
        },
      ],
    },
  ],
  [
    'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
    { webhooks: [webhook] },
    { webhooks: [{ reinvocationPolicy: 'Never', failurePolicy: 'Fail' }] },
  ],
]

test.each(kinds)('a %s reads back as it was written, with what Kubernetes fills in', (kind, written, filledIn) => {
  const cluster = bare()
  const client = cluster.resource(kind)
  client.create({ metadata: { name: 'x' }, ...written })
  const found = client.get('x')
  expect(found).toMatchObject(filledIn)
  // What was filled in stands where nothing was said: writing the same again changes nothing.
  const { revision } = cluster
  const { finalizers, resourceVersion } = found.metadata
  expect(client.update({ metadata: { name: 'x', finalizers, resourceVersion }, ...written })).toEqual(found)
  expect(cluster.revision).toBe(revision)
})

describe('a Job', () => {
  const job = { metadata: { name: 'once' }, spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } } }

  test('is given a selector by its uid, labels that go with it, and one completion', () => {
    const { metadata, spec } = bare().jobs.create(job)
    const own = {
      'batch.kubernetes.io/controller-uid': metadata.uid,
      'batch.kubernetes.io/job-name': 'once',
      'controller-uid': metadata.uid,
      'job-name': 'once',
    }
    expect(spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } })
    expect([spec.template.metadata?.labels, metadata.labels]).toEqual([own, own])
    expect(spec).toMatchObject({ parallelism: 1, completions: 1, backoffLimit: 6, completionMode: 'NonIndexed' })
  })

  test('with a selector of its own keeps it', () => {
    const spec = {
      ...job.spec,
      manualSelector: true,
      selector,
      template: { ...job.spec.template, metadata: { labels } },
    }
    expect(bare().jobs.create({ ...job, spec }).spec).toMatchObject({ selector, template: { metadata: { labels } } })
  })

  test('named by a prefix carries the name it was given', () => {
    const made = bare().jobs.create({ ...job, metadata: { generateName: 'once-' } })
    expect(made.spec.template.metadata?.labels?.['job-name']).toBe(made.metadata.name)
  })
})

test('a StatefulSet scales like a Deployment', () => {
  const cluster = bare()
  cluster.statefulSets.create({ metadata: { name: 'db' }, spec: { selector, template } })
  expect(cluster.statefulSets.scale('db', 5).spec.replicas).toBe(5)
})

test('a claim that is bound may grow where its class allows that, and no claim may shrink', () => {
  const cluster = bare()
  const grow = (): PersistentVolumeClaim =>
    cluster.persistentVolumeClaims.update('data', (draft) => {
      draft.spec.resources = { requests: { storage: '2Gi' } }
    })
  cluster.persistentVolumeClaims.create({ metadata: { name: 'data' }, spec: { ...claim, storageClassName: 'fast' } })
  cluster.persistentVolumeClaims.updateStatus('data', (draft) => {
    draft.status = { phase: 'Bound', capacity: { storage: '1Gi' } }
  })
  for (const allowVolumeExpansion of [undefined, false, true]) {
    expect(grow).toThrow(
      'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass ' +
        'that provisions the pvc must support resize',
    )
    const kind = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', provisioner: 'x.io/y' }
    cluster.apply({ ...kind, metadata: { name: 'fast' }, allowVolumeExpansion })
  }
  const grown = grow()
  expect(grown.spec.resources?.requests?.['storage']).toBe('2Gi')
  expect(() =>
    cluster.persistentVolumeClaims.update(
      'data',
      (draft) => void (draft.spec.resources = { requests: { storage: '1Gi' } }),
    ),
  ).toThrow('spec.resources.requests.storage: Forbidden: field can not be less than status.capacity')
})

// What is changed has as many types as there are kinds.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Draft = any
type Client = ReturnType<ReturnType<typeof bare>['resource']>

describe('what the API server keeps to itself:', () => {
  const at = (kind: string, object: object): { client: Client; read: () => Record<string, object> } => {
    const client = bare().resource(kind)
    client.create({ metadata: { name: 'x' }, ...object })
    return { client, read: () => client.get('x') as never }
  }

  test('how many of a StatefulSet may be unavailable stands behind a gate', () => {
    const rolling = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } }
    const { read } = at('apps/v1/StatefulSet', { spec: { selector, template, updateStrategy: rolling } })
    expect(read()['spec']).toMatchObject({ updateStrategy: { rollingUpdate: { partition: 0 } } })
    expect(JSON.stringify(read())).not.toContain('maxUnavailable')
  })

  test('a StatefulSet that names a rolling update without saying how is left so', () => {
    const { read } = at('apps/v1/StatefulSet', {
      spec: { selector, template, updateStrategy: { type: 'RollingUpdate' } },
    })
    expect(read()['spec']).toHaveProperty('updateStrategy', { type: 'RollingUpdate' })
  })

  test('the templates of a DaemonSet are counted, whatever is said of their number', () => {
    const { client, read } = at('apps/v1/DaemonSet', { spec: { selector, template } })
    const count = (): unknown => read()['metadata']
    const generation = 'deprecated.daemonset.template.generation'
    expect(count()).toHaveProperty(['annotations', generation], '1')
    client.update('x', (draft: Draft) => {
      draft.metadata.annotations = { [generation]: '7' }
      draft.spec.minReadySeconds = 1
    })
    expect(count()).toHaveProperty(['annotations', generation], '1')
    client.update('x', (draft: Draft) => void (draft.spec.template.spec.containers[0].image = 'web:2'))
    expect(count()).toHaveProperty(['annotations', generation], '2')
  })

  test('how leaders are chosen together stands behind a gate', () => {
    const spec = { holderIdentity: 'a', strategy: 'OldestEmulationVersion', preferredHolder: 'b' }
    expect(at('coordination.k8s.io/v1/Lease', { spec }).read()['spec']).toEqual({ holderIdentity: 'a' })
  })

  test('changes of a CSIDriver are counted from none', () => {
    const { client, read } = at('storage.k8s.io/v1/CSIDriver', { spec: { preventPodSchedulingIfMissing: true } })
    expect(read()['metadata']).not.toHaveProperty('generation')
    expect(read()['spec']).not.toHaveProperty('preventPodSchedulingIfMissing')
    client.update('x', (draft: Draft) => void (draft.spec.podInfoOnMount = true))
    expect(read()['metadata']).toHaveProperty('generation', 1)
  })

  test('an APIService without a service is there at once', () => {
    const client = bare().resource('apiregistration.k8s.io/v1/APIService')
    const spec = { group: 'example.com', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1 }
    const { status } = client.create({ metadata: { name: 'v1.example.com' }, spec }) as unknown as { status: object }
    expect(status).toMatchObject({ conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] })
  })

  test('what is counted and limited is no finer than a thousandth', () => {
    const quota = at('v1/ResourceQuota', { spec: { hard: { cpu: '1n' } } })
    expect(quota.read()['spec']).toEqual({ hard: { cpu: '1m' } })
    quota.client.updateStatus('x', (draft: Draft) => void (draft.status = { used: { cpu: '1u' } }))
    expect(quota.read()['status']).toEqual({ used: { cpu: '1m' } })
    const range = at('v1/LimitRange', { spec: { limits: [{ type: 'Pod', max: { cpu: '1n' } }] } })
    expect(range.read()['spec']).toEqual({ limits: [{ type: 'Pod', max: { cpu: '1m' } }] })
  })

  test('a LimitRange without a name gets one, every time another, which is not its uid', () => {
    const client = bare().resource('v1/LimitRange')
    const [one, other] = [1, 2].map(() => client.create({ metadata: {}, spec: { limits: [] } } as never).metadata)
    expect(one!.name).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
    expect(new Set([one!.name, one!.uid, other!.name, other!.uid]).size).toBe(4)
  })

  test('a PodDisruptionBudget may have any name that a path may hold', () => {
    expect(bare().podDisruptionBudgets.create({ metadata: { name: 'A b' }, spec: {} }).metadata.name).toBe('A b')
  })

  test('a PriorityClass that is changed is asked for nothing but what may change', () => {
    const { client } = at('scheduling.k8s.io/v1/PriorityClass', { value: 1 })
    expect(() => client.update('x', (draft: Draft) => void (draft.value = 2_000_000_000))).toThrow(
      '"x" is invalid: value: Forbidden: may not be changed in an update.',
    )
  })

  test('a Job without labels has those of its pods, and its pods ask for other things only while it is at rest', () => {
    const own = { ...template, spec: { ...pod, restartPolicy: 'Never' } }
    const { client, read } = at('batch/v1/Job', {
      spec: { suspend: true, manualSelector: true, selector, template: own },
    })
    expect(read()['metadata']).toHaveProperty('labels', labels)
    const move = (): unknown =>
      client.update('x', (draft: Draft) => {
        delete draft.metadata.labels
        draft.spec.template.spec.nodeSelector = { zone: 'a' }
        draft.spec.template.spec.containers[0].resources = { requests: { cpu: '1' } }
      })
    expect(move).toThrow('field is immutable')
    client.updateStatus('x', (draft: Draft) => {
      draft.status = { conditions: [{ type: 'Suspended', status: 'True' }] }
    })
    move()
    expect(read()['spec']).toMatchObject({ template: { spec: { nodeSelector: { zone: 'a' } } } })
    expect(read()['metadata']).toHaveProperty('labels', labels)
    expect(() =>
      client.update('x', (draft: Draft) => void (draft.spec.template.spec.containers[0].image = 'web:2')),
    ).toThrow('spec.template.spec: Invalid value')
  })
})
