/** An object of each kind with much in it, from which what is asked of an API server is made by small changes. */
import { good, namesOf } from '../../registries/refusedKinds.ts'

type Objects = Readonly<Record<string, object>>

const labels = { app: 'web' }
const selector = { matchLabels: labels }
const container = {
  name: 'main',
  image: 'web:1',
  resources: { requests: { cpu: '100m' }, limits: { memory: '1Gi' } },
  ports: [{ containerPort: 80, name: 'http' }],
  env: [
    { name: 'A', value: 'b' },
    { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ],
  volumeMounts: [{ name: 'v', mountPath: '/v' }],
  readinessProbe: { httpGet: { path: '/', port: 'http' } },
  lifecycle: { preStop: { exec: { command: ['true'] } } },
}
const nodeSelectorTerms = [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }]
const podAffinityTerm = { topologyKey: 'zone', labelSelector: selector }
const podSpec = {
  containers: [container],
  initContainers: [{ name: 'init', image: 'a' }],
  volumes: [{ name: 'v', emptyDir: {} }],
  tolerations: [{ key: 'a', operator: 'Exists' }],
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector },
  ],
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm }] },
  },
  securityContext: { runAsUser: 1 },
}
const template = { metadata: { labels }, spec: podSpec }
const jobTemplate = { metadata: { labels }, spec: { ...podSpec, restartPolicy: 'Never' } }
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }

const own: Objects = {
  'v1/Pod': { metadata: { labels }, spec: podSpec },
  'v1/ReplicationController': { spec: { replicas: 2, selector: labels, template } },
  'apps/v1/ReplicaSet': { spec: { replicas: 2, selector, template } },
  'apps/v1/Deployment': {
    spec: { replicas: 2, selector, template, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
  },
  'apps/v1/StatefulSet': {
    spec: {
      replicas: 2,
      selector,
      template,
      serviceName: 'web',
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
    },
  },
  'apps/v1/DaemonSet': {
    spec: { selector, template, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } },
  },
  'batch/v1/Job': {
    spec: {
      template: jobTemplate,
      parallelism: 2,
      completions: 3,
      podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] },
    },
  },
  'batch/v1/CronJob': { spec: { schedule: '* * * * *', jobTemplate: { spec: { template: jobTemplate } } } },
  'v1/Service': {
    spec: {
      selector: labels,
      ports: [
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'b', port: 81 },
      ],
    },
  },
  'v1/Endpoints': { subsets: [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 80 }] }] },
  'discovery.k8s.io/v1/EndpointSlice': {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['1.2.3.4'], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  },
  'v1/ConfigMap': { data: { a: 'b' }, binaryData: { b: 'YQ==' } },
  'v1/Secret': { data: { a: 'YQ==' }, type: 'Opaque' },
  'v1/ServiceAccount': { secrets: [{ name: 'a' }] },
  'v1/Namespace': { spec: {} },
  'v1/Node': {
    spec: { taints: [{ key: 'a', effect: 'NoSchedule' }], podCIDR: '10.1.0.0/24' },
    status: { capacity: { cpu: '1' } },
  },
  'scheduling.k8s.io/v1/PriorityClass': { value: 5 },
  'coordination.k8s.io/v1/Lease': { spec: { holderIdentity: 'a', leaseDurationSeconds: 10 } },
  'v1/Event': {
    involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
    reason: 'A',
    message: 'b',
    type: 'Normal',
  },
  'events.k8s.io/v1/Event': {
    eventTime: '2020-01-01T00:00:00.000000Z',
    reportingController: 'a.b/c',
    reportingInstance: 'i',
    action: 'a',
    reason: 'r',
    type: 'Normal',
    regarding: { kind: 'Pod', name: 'a', namespace: 'default' },
  },
  'policy/v1/PodDisruptionBudget': { spec: { minAvailable: 1, selector } },
}

const { 'example.com/v1/Widget': _, ...others } = good
const scaled = others['autoscaling/v2/HorizontalPodAutoscaler'] as { spec: { scaleTargetRef: object } }
const autoscaler = {
  spec: { ...scaled.spec, scaleTargetRef: { ...scaled.spec.scaleTargetRef, apiVersion: 'apps/v1' } },
}

/** By apiVersion and kind, such as `v1/Pod`; whole, with names. */
export const objects: Objects = Object.fromEntries(
  Object.entries({ ...others, 'autoscaling/v2/HorizontalPodAutoscaler': autoscaler, ...own }).map(([gvk, object]) => {
    const slash = gvk.lastIndexOf('/')
    const { metadata } = object as { metadata?: object }
    const head = { apiVersion: gvk.slice(0, slash), kind: gvk.slice(slash + 1) }
    return [gvk, { ...head, ...object, metadata: { name: namesOf[gvk] ?? 'web', ...metadata } }]
  }),
)
