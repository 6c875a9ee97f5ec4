import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type Pod } from '../../src/index.ts'
import { titleOf } from '../../src/client/describe/titles.ts'
import { bare, podManifest } from './support.ts'

/** A pod whose life is told by hand, so that nothing but the text is under test. */
function withPod(): Cluster {
  const cluster = bare({ disable: ['pod-garbage-collector-controller'] })
  const pod = cluster.pods.create({
    metadata: { name: 'web', labels: { tier: 'front', app: 'web' }, annotations: { note: 'one' } },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'web:1',
          command: ['serve'],
          ports: [{ containerPort: 8080, name: 'http' }],
          resources: { requests: { cpu: '0.25', memory: '64Mi' }, limits: { cpu: '1' } },
          readinessProbe: { httpGet: { path: '/up', port: 'http' } },
          env: [
            { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } },
          ],
          volumeMounts: [{ name: 'scratch', mountPath: '/tmp', readOnly: true }],
        },
      ],
      volumes: [{ name: 'scratch', emptyDir: {} }],
      nodeName: 'node-1',
    },
  })
  const finishedAt = '2020-01-01T00:00:42Z'
  cluster.pods.updateStatus({
    ...pod,
    status: {
      phase: 'Running',
      hostIP: '172.18.0.3',
      podIP: '10.244.0.2',
      podIPs: [{ ip: '10.244.0.2' }],
      startTime: '2020-01-01T00:00:01Z',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        {
          name: 'main',
          image: 'web:1',
          imageID: 'web@sha256:1',
          containerID: 'containerd://2',
          ready: true,
          restartCount: 1,
          state: { running: { startedAt: '2020-01-01T00:00:52Z' } },
          lastState: { terminated: { exitCode: 3, reason: 'Error', startedAt: '2020-01-01T00:00:22Z', finishedAt } },
        },
      ],
    },
  })
  say(cluster, pod, { reason: 'Scheduled', message: 'put there', lastTimestamp: '2020-01-01T00:00:00Z' })
  say(cluster, pod, { reason: 'BackOff', message: 'again', lastTimestamp: finishedAt, count: 3, type: 'Warning' })
  cluster.advance('1m')
  return cluster
}

function say(cluster: Cluster, { metadata: { name, uid } }: Pod, event: Record<string, unknown>): void {
  cluster.events.create({
    metadata: { name: `${name}.${String(event['reason']).toLowerCase()}` },
    involvedObject: { kind: 'Pod', namespace: 'default', name, uid, fieldPath: 'spec.containers{main}' },
    source: { component: 'kubelet' },
    type: 'Normal',
    firstTimestamp: '2020-01-01T00:00:00Z',
    ...event,
  })
}

test('a pod is described as kubectl does: what it is, how its containers fare, and its events by age', () => {
  expect(withPod().describe('pod/web')).toBe(`Name:             web
Namespace:        default
Priority:         0
Service Account:  default
Node:             node-1/172.18.0.3
Start Time:       Wed, 01 Jan 2020 00:00:01 +0000
Labels:           app=web
                  tier=front
Annotations:      note: one
Status:           Running
IP:               10.244.0.2
IPs:
  IP:  10.244.0.2
Containers:
  main:
    Container ID:  containerd://2
    Image:         web:1
    Image ID:      web@sha256:1
    Port:          8080/TCP (http)
    Host Port:     0/TCP (http)
    Command:
      serve
    State:          Running
      Started:      Wed, 01 Jan 2020 00:00:52 +0000
    Last State:     Terminated
      Reason:       Error
      Exit Code:    3
      Started:      Wed, 01 Jan 2020 00:00:22 +0000
      Finished:     Wed, 01 Jan 2020 00:00:42 +0000
    Ready:          True
    Restart Count:  1
    Limits:
      cpu:  1
    Requests:
      cpu:      250m
      memory:   64Mi
    Readiness:  http-get http://:http/up delay=0s timeout=1s period=10s #success=1 #failure=3
    Environment:
      NAME:   web (v1:metadata.name)
      COLOR:  <set to the key 'color' of config map 'settings'>  Optional: false
    Mounts:
      /tmp from scratch (ro)
      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-f5qwm (ro)
Conditions:
  Type    Status
  Ready   True${' '}
Volumes:
  scratch:
    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:     ${''}
    SizeLimit:  <unset>
  kube-api-access-f5qwm:
    Type:                    Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
    ConfigMapName:           kube-root-ca.crt
    Optional:                false
    DownwardAPI:             true
QoS Class:                   Burstable
Node-Selectors:              <none>
Tolerations:                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                             node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
Events:
  Type     Reason     Age                From     Message
  ----     ------     ----               ----     -------
  Normal   Scheduled  60s                kubelet  spec.containers{main}: put there
  Warning  BackOff    18s (x3 over 60s)  kubelet  spec.containers{main}: again
`)
})

test('a node says what its pods take of it', () => {
  const cluster = createCluster({ nodes: [{ name: 'node-0', cpu: '4', memory: '16Gi' }] })
  cluster.pods.create(
    podManifest('a', {
      spec: { containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu: '1', memory: '1Gi' } } }] },
    }),
  )
  cluster.pods.create(podManifest('b'))
  cluster.settle()
  const text = cluster.describe('node/node-0')
  expect(text).toMatch(/^Non-terminated Pods: +\(2 in total\)$/mu)
  expect(text).toMatch(/^ {2}default +a +1 \(25%\) +0 \(0%\) +1Gi \(6%\) +0 \(0%\) +\d+s$/mu)
  expect(text).toMatch(/^ {2}cpu +1 \(25%\) +0 \(0%\)$/mu)
  expect(text).toMatch(/^ {2}Ready +True .* KubeletReady /mu)
})

test('a minion is described as the node it is, with its events', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.advance('10s')
  expect(cluster.describe('minion/node-0')).toBe(cluster.describe('node/node-0'))
  expect(cluster.describe('minion/node-0')).toContain('Starting kubelet.')
})

test('of a secret only sizes are told', () => {
  const cluster = bare()
  cluster.secrets.create({ metadata: { name: 'login' }, stringData: { user: 'eve' } })
  expect(cluster.describe('secret/login')).toMatch(/^user: +3 bytes$/mu)
})

test('a storage driver of a node is described with what it may attach', () => {
  const cluster = bare()
  const count = { name: 'disk', nodeID: 'a', allocatable: { count: 3 }, topologyKeys: ['zone', 'rack'] }
  cluster.csiNodes.create({ metadata: { name: 'a' }, spec: { drivers: [count, { name: 'net', nodeID: 'b' }] } })
  expect(cluster.describe('csinode/a')).toBe(`Name:               a
Labels:             <none>
Annotations:        <none>
CreationTimestamp:  Wed, 01 Jan 2020 00:00:00 +0000
Spec:
  Drivers:
    disk:
      Node ID:  a
      Allocatables:
        Count:        3
      Topology Keys:  [zone rack]
    net:
      Node ID:  b
Events:         <none>
`)
})

test('a role tells each verb of a resource once', () => {
  const cluster = bare()
  const rules = [
    { apiGroups: ['', 'apps'], resources: ['pods'], verbs: ['get', 'get', 'list'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['watch', 'list'] },
  ]
  cluster.roles.create({ metadata: { name: 'reader' }, rules })
  expect(cluster.describe('role/reader')).toMatch(/^ {2}pods {7}\[\] +\[\] +\[get list watch\]$/mu)
})

test.each([
  ['20G', '4Gi', '4294967296'],
  ['1Gi', '1500M', '1500000000'],
  ['1Gi', '1073741824', '1Gi'],
  ['2', '1500m', '1500m'],
  ['1Gi', '0.5', '1'],
  ['1Gi', undefined, '0'],
])('of a quota of %s that is used to %s, it is told that %s is', (hard, used, told) => {
  const cluster = bare()
  const quota = cluster.resourceQuotas.create({ metadata: { name: 'all' }, spec: {} })
  const amounts = { hard: { memory: hard }, ...(used !== undefined && { used: { memory: used } }) }
  cluster.resourceQuotas.updateStatus({ ...quota, status: amounts })
  expect(cluster.describe('quota/all')).toMatch(new RegExp(`^memory +${told} +${hard}$`, 'mu'))
})

test('an autoscaler without an average tells that there is none', () => {
  const cluster = bare()
  const resource = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } }
  const made = cluster.horizontalPodAutoscalers.create({
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 3,
      metrics: [{ type: 'Resource', resource }],
    },
  })
  const current = { name: 'cpu', current: { averageUtilization: 12 } }
  cluster.horizontalPodAutoscalers.updateStatus({
    ...made,
    status: { desiredReplicas: 1, currentMetrics: [{ type: 'Resource', resource: current }] },
  })
  expect(cluster.describe('hpa/web')).toContain('12% (<nil>) / 80%')
})

test('a kind without a description of its own is told field by field', () => {
  const cluster = createCluster({ nodes: 1 })
  cluster.advance('10s')
  expect(cluster.describe('lease/node-0', { namespace: 'kube-node-lease' })).toMatch(
    /^Name: +node-0\nNamespace: +kube-node-lease\nLabels: +<none>\n[^]*^API Version: +coordination.k8s.io\/v1\nKind: +Lease\nMetadata:\n[^]*^Spec:\n {2}Holder Identity: +node-0\n/mu,
  )
})

describe('a reference', () => {
  const cluster = bare()
  for (const name of ['web-1', 'web-2', 'db-1'])
    cluster.pods.create(podManifest(name, { labels: { app: name.slice(0, -2) } }))
  cluster.namespaces.create({ metadata: { name: 'shop' } })
  const names = (text: string): string[] => [...text.matchAll(/^Name: +(\S+)$/gmu)].map(([, name]) => name!)

  test.each([
    ['pod/web-1', {}, ['web-1']],
    ['po/web-1', { namespace: 'default' }, ['web-1']],
    ['pod web-1', {}, ['web-1']],
    ['pod web', {}, ['web-1', 'web-2']],
    ['pods', {}, ['db-1', 'web-1', 'web-2']],
    ['pods', { labelSelector: 'app=web' }, ['web-1', 'web-2']],
    ['pods', { allNamespaces: true }, ['db-1', 'web-1', 'web-2']],
    ['ns/shop', {}, ['shop']],
    ['po,ns', { labelSelector: 'app=db' }, ['db-1']],
    ['all', {}, ['db-1', 'web-1', 'web-2', 'kubernetes']],
  ])('%j with %o is %o', (ref, options, expected) => {
    expect(names(cluster.describe(ref, options))).toEqual(expected)
  })

  test.each([
    ['pods', { namespace: 'shop' }, 'No resources found in shop namespace.\n'],
    ['all', { namespace: 'shop' }, 'No resources found in shop namespace.\n'],
    ['po,no', { namespace: 'shop' }, 'No resources found in shop namespace.\n'],
    ['nodes', {}, 'No resources found in default namespace.\n'],
    ['pods', { allNamespaces: true, labelSelector: 'a=b' }, 'No resources found\n'],
  ])('%j with %o is nothing', (ref, options, said) => {
    expect(cluster.describe(ref, options)).toBe(said)
  })

  test.each([
    ['pod/web', {}, 'pods "web" not found'],
    ['pod x', {}, 'pods "x" not found'],
    ['pod/web-1', { namespace: 'shop' }, 'pods "web-1" not found'],
    ['gizmo/x', {}, 'the server doesn\'t have a resource type "gizmo"'],
    ['', {}, 'expected a reference such as "pod/web-1", got ""'],
    ['a/b/c', {}, 'expected a reference such as "pod/web-1", got "a/b/c"'],
    ['pod/x', { allNamespaces: true }, 'a resource cannot be retrieved by name across all namespaces'],
    ['pod/x', { labelSelector: 'a=b' }, 'name cannot be provided when a selector is specified'],
    [
      'pod/x',
      { name: 'x' } as object,
      '"name": unknown option of describe; expected one of namespace, allNamespaces, labelSelector',
    ],
  ])('%j with %o is refused: %s', (ref, options, message) => {
    expect(() => cluster.describe(ref, options)).toThrow(message)
  })
})

test('looking changes nothing, and the past can be looked at', () => {
  const cluster = withPod()
  const [hash, text, revision] = [cluster.historyHash(), cluster.describe('pod/web'), cluster.revision]
  expect(cluster.historyHash()).toBe(hash)
  cluster.pods.delete('web', { gracePeriodSeconds: 0 })
  expect(() => cluster.describe('pod/web')).toThrow('not found')
  expect(cluster.at(revision).describe('pod/web').split('Events:')[0]).toBe(text.split('Events:')[0])
})

test.each([
  ['clusterIP', 'Cluster IP'],
  ['apiVersion', 'API Version'],
  ['podIPs', 'Pod I Ps'],
  ['caBundleURLs', 'Ca Bundle URLs'],
  ['creationTimestamp', 'Creation Timestamp'],
  ['uid', 'UID'],
  ['f:metadata', 'f:metadata'],
  ['x-kind', 'X - Kind'],
])('the field %s is headed %s', (name, title) => {
  expect(titleOf(name)).toBe(title)
})
