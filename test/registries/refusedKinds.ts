// What is wrong has no type.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Draft = any

/** What is refused, of which kind, how an object that is fine is changed, and everything that is said: `…` is anything. */
export type Refusal = readonly [
  what: string,
  kind: string,
  change: (draft: Draft) => unknown,
  said: readonly `${string}: ${string}`[],
]

const labels = { app: 'web' }
const pod = { containers: [{ name: 'main', image: 'web:1' }] }
const template = { metadata: { labels }, spec: pod }
const selector = { matchLabels: labels }
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const route = { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }
const webhook = {
  name: 'a.example.com',
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  clientConfig: { service: { name: 'hook', namespace: 'default' } },
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
}
const version = {
  name: 'v1',
  served: true,
  storage: true,
  subresources: { scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } },
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          required: ['size'],
          properties: {
            size: { type: 'integer', minimum: 1, maximum: 5 },
            color: { type: 'string', enum: ['red', 'green'] },
            code: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 4 },
            host: { type: 'string', format: 'ipv4' },
            at: { type: 'string', format: 'date-time' },
            ratio: { type: 'number', exclusiveMaximum: true, maximum: 1, multipleOf: 0.25 },
            price: { type: 'number', multipleOf: 0.01 },
            either: {
              type: 'object',
              properties: { a: { type: 'string' }, b: { type: 'string' } },
              oneOf: [{ required: ['a'] }, { required: ['b'] }],
            },
            never: { type: 'string', not: { enum: ['no'] } },
            port: { 'x-kubernetes-int-or-string': true },
            tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set', maxItems: 3 },
            parts: {
              type: 'array',
              minItems: 1,
              'x-kubernetes-list-type': 'map',
              'x-kubernetes-list-map-keys': ['name'],
              items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
            },
            limits: { type: 'object', maxProperties: 2, additionalProperties: { type: 'integer' } },
            any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            pod: {
              type: 'object',
              'x-kubernetes-embedded-resource': true,
              'x-kubernetes-preserve-unknown-fields': true,
            },
          },
        },
        status: { type: 'object', properties: { size: { type: 'integer' } } },
      },
    },
  },
}

/** An object of each kind with which nothing is wrong. */
export const good: Readonly<Record<string, object>> = {
  'rbac.authorization.k8s.io/v1/Role': { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  'rbac.authorization.k8s.io/v1/ClusterRole': { rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] },
  'rbac.authorization.k8s.io/v1/RoleBinding': {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
    subjects: [{ kind: 'User', name: 'eve' }],
  },
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' },
    subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'default' }],
  },
  'networking.k8s.io/v1/NetworkPolicy': {
    spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }], from: [{ podSelector: {} }] }] },
  },
  'networking.k8s.io/v1/Ingress': { spec: { rules: [{ host: 'a.example.com', http: { paths: [route] } }] } },
  'networking.k8s.io/v1/IngressClass': { spec: { controller: 'example.com/ingress' } },
  'autoscaling/v2/HorizontalPodAutoscaler': {
    spec: {
      minReplicas: 1,
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    },
  },
  'policy/v1/PodDisruptionBudget': { spec: { minAvailable: 1, selector } },
  'v1/PersistentVolume': {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } },
  },
  'v1/PersistentVolumeClaim': { spec: claim },
  'storage.k8s.io/v1/StorageClass': { provisioner: 'example.com/disk', parameters: { type: 'ssd' } },
  'storage.k8s.io/v1/CSINode': {
    spec: { drivers: [{ name: 'disk.example.com', nodeID: 'a', topologyKeys: ['zone'], allocatable: { count: 2 } }] },
  },
  'storage.k8s.io/v1/CSIDriver': { spec: {} },
  'node.k8s.io/v1/RuntimeClass': {
    handler: 'box',
    overhead: { podFixed: { cpu: '10m', memory: '1Ki' } },
    scheduling: { nodeSelector: { box: 'yes' }, tolerations: [{ key: 'a', operator: 'Exists' }] },
  },
  'storage.k8s.io/v1/CSIStorageCapacity': { storageClassName: 'disk', capacity: '1Gi' },
  'storage.k8s.io/v1/VolumeAttachment': {
    spec: { attacher: 'disk.example.com', nodeName: 'a', source: { persistentVolumeName: 'a' } },
  },
  'v1/LimitRange': { spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '1' } }] } },
  'v1/ResourceQuota': { spec: { hard: { pods: '10' } } },
  'apps/v1/StatefulSet': { spec: { selector, template, serviceName: 'web' } },
  'apps/v1/DaemonSet': { spec: { selector, template } },
  'apps/v1/ControllerRevision': { data: { spec: {} }, revision: 1 },
  'batch/v1/Job': { spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } } },
  'batch/v1/CronJob': {
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } } } },
  },
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': { webhooks: [webhook] },
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': { webhooks: [webhook] },
  'apiregistration.k8s.io/v1/APIService': {
    spec: {
      group: 'metrics.example.com',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name: 'metrics', namespace: 'default' },
    },
  },
  'apiextensions.k8s.io/v1/CustomResourceDefinition': {
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [version],
    },
  },
  'example.com/v1/Widget': { spec: { size: 3 } },
}

/** The names of those whose name says something. */
export const namesOf: Readonly<Record<string, string>> = {
  'apiregistration.k8s.io/v1/APIService': 'v1.metrics.example.com',
  'apiextensions.k8s.io/v1/CustomResourceDefinition': 'widgets.example.com',
}

const path = (ingress: Draft): Draft => ingress.spec.rules[0].http.paths[0]
const schema = (crd: Draft): Draft => crd.spec.versions[0].schema.openAPIV3Schema
const specSchema = (crd: Draft): Draft => schema(crd).properties.spec

/** What is not created. */
export const created: readonly Refusal[] = [
  [
    'a rule without verbs',
    'rbac.authorization.k8s.io/v1/Role',
    (d) => (d.rules[0].verbs = []),
    ['rules[0].verbs: Required value: verbs must contain at least one value'],
  ],
  [
    'a rule for nothing',
    'rbac.authorization.k8s.io/v1/Role',
    (d) => (d.rules[0].resources = []),
    ['rules[0].resources: Required value: resource rules must supply at least one resource'],
  ],
  [
    'URLs in a namespace',
    'rbac.authorization.k8s.io/v1/Role',
    (d) => (d.rules[0] = { nonResourceURLs: ['/a'], verbs: ['get'] }),
    ['rules[0].nonResourceURLs: Invalid value: ["/a"]: namespaced rules cannot apply to non-resource URLs'],
  ],
  [
    'URLs together with resources',
    'rbac.authorization.k8s.io/v1/ClusterRole',
    (d) => (d.rules[0] = { nonResourceURLs: ['/a'], apiGroups: [''], resources: ['pods'], verbs: ['get'] }),
    [
      'rules[0].nonResourceURLs: Invalid value: ["/a"]: rules cannot apply to both regular resources and non-resource URLs',
    ],
  ],
  [
    'an unknown field of a rule',
    'rbac.authorization.k8s.io/v1/Role',
    (d) => (d.rules[0].verb = ['get']),
    ['rules[0].verb: unknown field "rules[0].verb": did you mean "verbs"?'],
  ],
  [
    'a binding to nothing',
    'rbac.authorization.k8s.io/v1/RoleBinding',
    (d) => delete d.roleRef,
    ['roleRef.kind: Unsupported value: "": supported values: "Role", "ClusterRole"', 'roleRef.name: Required value'],
  ],
  [
    'a binding to a kind that is no role',
    'rbac.authorization.k8s.io/v1/RoleBinding',
    (d) => (d.roleRef.kind = 'Roles'),
    ['roleRef.kind: Unsupported value: "Roles": supported values: "Role", "ClusterRole"'],
  ],
  [
    'a cluster binding to a role of a namespace',
    'rbac.authorization.k8s.io/v1/ClusterRoleBinding',
    (d) => (d.roleRef.kind = 'Role'),
    ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
  ],
  [
    'a service account without a namespace',
    'rbac.authorization.k8s.io/v1/ClusterRoleBinding',
    (d) => delete d.subjects[0].namespace,
    ['subjects[0].namespace: Required value'],
  ],
  [
    'a subject of an unknown kind',
    'rbac.authorization.k8s.io/v1/RoleBinding',
    (d) => (d.subjects[0].kind = 'Robot'),
    ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
  ],
  [
    'a peer that is nobody',
    'networking.k8s.io/v1/NetworkPolicy',
    (d) => (d.spec.ingress[0].from = [{}]),
    ['spec.ingress[0].from[0]: Required value: must specify a peer'],
  ],
  [
    'a peer that is a block and pods',
    'networking.k8s.io/v1/NetworkPolicy',
    (d) => (d.spec.ingress[0].from = [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }]),
    ['spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer'],
  ],
  [
    'an exception outside of its block',
    'networking.k8s.io/v1/NetworkPolicy',
    (d) => (d.spec.ingress[0].from = [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/8'] } }]),
    ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/8": must be a strict subset of `cidr`'],
  ],
  [
    'a range of ports that ends before it begins',
    'networking.k8s.io/v1/NetworkPolicy',
    (d) => (d.spec.ingress[0].ports[0].endPort = 79),
    ['spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`'],
  ],
  [
    'an unknown protocol',
    'networking.k8s.io/v1/NetworkPolicy',
    (d) => (d.spec.ingress[0].ports[0].protocol = 'ICMP'),
    ['spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"'],
  ],
  [
    'an unknown type of policy',
    'networking.k8s.io/v1/NetworkPolicy',
    (d) => (d.spec.policyTypes = ['Ingres']),
    ['spec.policyTypes[0]: Unsupported value: "Ingres": supported values: "Ingress", "Egress"'],
  ],
  [
    'a path without its type',
    'networking.k8s.io/v1/Ingress',
    (d) => delete path(d).pathType,
    ['spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified'],
  ],
  [
    'a path of an unknown type',
    'networking.k8s.io/v1/Ingress',
    (d) => (path(d).pathType = 'prefix'),
    [
      'spec.rules[0].http.paths[0].pathType: Unsupported value: "prefix": supported values: "Exact", "ImplementationSpecific", "Prefix"',
    ],
  ],
  [
    'a path that is relative',
    'networking.k8s.io/v1/Ingress',
    (d) => (path(d).path = 'a'),
    ['spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path'],
  ],
  [
    'a path that leads upwards',
    'networking.k8s.io/v1/Ingress',
    (d) => (path(d).path = '/a/../b'),
    [`spec.rules[0].http.paths[0].path: Invalid value: "/a/../b": must not contain '/../'`],
  ],
  [
    'a backend that is a service and a resource',
    'networking.k8s.io/v1/Ingress',
    (d) => (path(d).backend.resource = { apiGroup: 'a.io', kind: 'Bucket', name: 'b' }),
    ['spec.rules[0].http.paths[0].backend: Invalid value: "": cannot set both resource and service backends'],
  ],
  [
    'a backend that is nothing',
    'networking.k8s.io/v1/Ingress',
    (d) => (path(d).backend = {}),
    ['spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is required'],
  ],
  [
    'a port with a name and a number',
    'networking.k8s.io/v1/Ingress',
    (d) => (path(d).backend.service.port.name = 'http'),
    ['spec.rules[0].http.paths[0].backend: Invalid value: "": cannot set both port name & port number'],
  ],
  [
    'a service without a port',
    'networking.k8s.io/v1/Ingress',
    (d) => delete path(d).backend.service.port,
    ['spec.rules[0].http.paths[0].backend: Required value: port name or number is required'],
  ],
  [
    'a host that is an address',
    'networking.k8s.io/v1/Ingress',
    (d) => (d.spec.rules[0].host = '10.0.0.1'),
    ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
  ],
  [
    'a host with a star in the middle',
    'networking.k8s.io/v1/Ingress',
    (d) => (d.spec.rules[0].host = 'a.*.example.com'),
    [
      `spec.rules[0].host: Invalid value: "a.*.example.com": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    ],
  ],
  [
    'an Ingress without rules and backend',
    'networking.k8s.io/v1/Ingress',
    (d) => (d.spec = {}),
    ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'],
  ],
  [
    'the backend of versions gone by',
    'networking.k8s.io/v1/Ingress',
    (d) => (d.spec.backend = { serviceName: 'web', servicePort: 80 }),
    ['spec.backend: unknown field "spec.backend"'],
  ],
  [
    'a class without its controller',
    'networking.k8s.io/v1/IngressClass',
    (d) => (d.spec = {}),
    ['spec.controller: Required value'],
  ],
  [
    'a class whose controller has no domain',
    'networking.k8s.io/v1/IngressClass',
    (d) => (d.spec.controller = 'nginx'),
    ['spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    'more replicas at least than at most',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.minReplicas = 4),
    ['spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`'],
  ],
  [
    'no replicas at most',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.maxReplicas = 0),
    [
      'spec.maxReplicas: Required value: must be set and greater than 0',
      'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
    ],
  ],
  [
    'a target without a name',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => delete d.spec.scaleTargetRef.name,
    ['spec.scaleTargetRef.name: Required value'],
  ],
  [
    'a metric of another type than its source',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.metrics[0].type = 'Pods'),
    ['spec.metrics[0].pods: Required value: must populate information for the given metric source'],
  ],
  [
    'a metric with two targets',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.metrics[0].resource.target.averageValue = '1'),
    [
      'spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization',
    ],
  ],
  [
    'a utilization of less than nothing',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.metrics[0].resource.target.averageUtilization = 0),
    ['spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0'],
  ],
  [
    'a window that is too long',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.behavior = { scaleDown: { stabilizationWindowSeconds: 3601 } }),
    ['spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600'],
  ],
  [
    'both ways to say how many may go',
    'policy/v1/PodDisruptionBudget',
    (d) => (d.spec.maxUnavailable = 1),
    [
      'spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"app":"web"}},"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    ],
  ],
  [
    'a share beyond all',
    'policy/v1/PodDisruptionBudget',
    (d) => (d.spec.minAvailable = '101%'),
    ['spec.minAvailable: Invalid value: "101%": must not be greater than 100%'],
  ],
  [
    'a share without its sign',
    'policy/v1/PodDisruptionBudget',
    (d) => (d.spec.minAvailable = 'half'),
    [
      `spec.minAvailable: Invalid value: "half": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
    ],
  ],
  [
    'a volume without a capacity',
    'v1/PersistentVolume',
    (d) => delete d.spec.capacity,
    ['spec.capacity: Required value', 'spec.capacity: Unsupported value: null: supported values: "storage"'],
  ],
  [
    'a volume without a source',
    'v1/PersistentVolume',
    (d) => delete d.spec.hostPath,
    ['spec: Required value: must specify a volume type'],
  ],
  [
    'a volume of two sources',
    'v1/PersistentVolume',
    (d) => (d.spec.nfs = { server: 'a', path: '/b' }),
    ['spec.nfs: Forbidden: may not specify more than 1 volume type'],
  ],
  [
    'a volume without access modes',
    'v1/PersistentVolume',
    (d) => (d.spec.accessModes = []),
    ['spec.accessModes: Required value'],
  ],
  [
    'a volume that is recycled from another path',
    'v1/PersistentVolume',
    (d) => {
      d.spec.hostPath.path = '/'
      d.spec.persistentVolumeReclaimPolicy = 'Recycle'
    },
    ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
  ],
  [
    'a claim without access modes',
    'v1/PersistentVolumeClaim',
    (d) => delete d.spec.accessModes,
    ['spec.accessModes: Required value: at least 1 access mode is required'],
  ],
  [
    'a claim for nothing',
    'v1/PersistentVolumeClaim',
    (d) => delete d.spec.resources,
    ['spec.resources[storage]: Required value'],
  ],
  [
    'a claim for less than nothing',
    'v1/PersistentVolumeClaim',
    (d) => (d.spec.resources.requests.storage = '-1Gi'),
    ['spec.resources[storage]: Invalid value: "-1Gi": must be greater than zero'],
  ],
  [
    'a claim in an unknown mode',
    'v1/PersistentVolumeClaim',
    (d) => (d.spec.accessModes = ['ReadWriteTwice']),
    [
      'spec.accessModes: Unsupported value: "ReadWriteTwice": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
    ],
  ],
  [
    'a driver that takes fewer volumes than none',
    'storage.k8s.io/v1/CSINode',
    (d) => (d.spec.drivers[0].allocatable.count = -1),
    ['spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'an attachment that says nothing',
    'storage.k8s.io/v1/VolumeAttachment',
    (d) => delete d.spec,
    [
      'spec.attacher: Required value',
      'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
      'spec.nodeName: Invalid value: "": a lowercase RFC 1123 subdomain must consist of …',
    ],
  ],
  [
    'a driver that is there twice and does not know its node',
    'storage.k8s.io/v1/CSINode',
    (d) => d.spec.drivers.push({ name: 'disk.example.com', nodeID: '' }),
    ['spec.drivers[1].nodeID: Required value', 'spec.drivers[1].name: Duplicate value: "disk.example.com"'],
  ],
  [
    'a class of runtimes whose handler is no label, and that tolerates something twice',
    'node.k8s.io/v1/RuntimeClass',
    (d) => {
      d.handler = '-a.b'
      d.overhead.podFixed = { cpu: '-1' }
      d.scheduling.nodeSelector = { a: '@' }
      d.scheduling.tolerations.push({ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 })
      d.scheduling.tolerations.push({ key: 'a', operator: 'Exists', effect: 'NoExecute' })
    },
    [
      'handler: Invalid value: "-a.b": a lowercase RFC 1123 label must consist of …',
      'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'scheduling.nodeSelector: Invalid value: "@": a valid label must be an empty string or consist of …',
      'scheduling.tolerations[2]: Duplicate value: {"Key":"a","Operator":"Exists","Value":"","Effect":"NoExecute","TolerationSeconds":null}',
    ],
  ],
  [
    'a driver of an unknown mode',
    'storage.k8s.io/v1/CSIDriver',
    (d) => (d.spec.volumeLifecycleModes = ['Eternal']),
    ['spec.volumeLifecycleModes: Unsupported value: "Eternal": supported values: "Persistent", "Ephemeral"'],
  ],
  [
    'room of no class',
    'storage.k8s.io/v1/CSIStorageCapacity',
    (d) => (d.storageClassName = ''),
    ['storageClassName: Invalid value: "": a lowercase RFC 1123 subdomain must consist of …'],
  ],
  [
    'an attachment of nothing',
    'storage.k8s.io/v1/VolumeAttachment',
    (d) => (d.spec.source = {}),
    ['spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName'],
  ],
  [
    'a class without a provisioner',
    'storage.k8s.io/v1/StorageClass',
    (d) => delete d.provisioner,
    ['provisioner: Required value'],
  ],
  [
    'a class that reclaims in an unknown way',
    'storage.k8s.io/v1/StorageClass',
    (d) => (d.reclaimPolicy = 'Recycle'),
    ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
  ],
  [
    'a selector that does not match its template',
    'apps/v1/StatefulSet',
    (d) => (d.spec.template.metadata.labels = { app: 'other' }),
    ['spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`'],
  ],
  [
    'a selector that does not match its template',
    'apps/v1/DaemonSet',
    (d) => (d.spec.selector = { matchLabels: { app: 'other' } }),
    ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
  ],
  [
    'a set without a selector',
    'apps/v1/StatefulSet',
    (d) => delete d.spec.selector,
    [
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'a selector that is empty',
    'apps/v1/DaemonSet',
    (d) => (d.spec.selector = {}),
    ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset'],
  ],
  [
    'a set whose pods end',
    'apps/v1/StatefulSet',
    (d) => (d.spec.template.spec.restartPolicy = 'Never'),
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  ],
  [
    'a set of less than no pods',
    'apps/v1/StatefulSet',
    (d) => (d.spec.replicas = -1),
    ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'an unknown order of pods',
    'apps/v1/StatefulSet',
    (d) => (d.spec.podManagementPolicy = 'Ordered'),
    [`spec.podManagementPolicy: Invalid value: "Ordered": must be 'OrderedReady' or 'Parallel'`],
  ],
  [
    'a roll-out with OnDelete',
    'apps/v1/StatefulSet',
    (d) => (d.spec.updateStrategy = { type: 'OnDelete', rollingUpdate: { partition: 1 } }),
    [
      'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
    ],
  ],
  [
    'a revision that keeps nothing, of a number below none',
    'apps/v1/ControllerRevision',
    (r) => {
      delete r.data
      r.revision = -1
    },
    ['revision: Invalid value: -1: must be greater than or equal to 0', 'data: Required value: data is mandatory'],
  ],
  [
    'a surge without any to spare',
    'apps/v1/DaemonSet',
    (d) => (d.spec.updateStrategy = { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }),
    ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0'],
  ],
  [
    'a container without an image',
    'apps/v1/DaemonSet',
    (d) => delete d.spec.template.spec.containers[0].image,
    ['spec.template.spec.containers[0].image: Required value'],
  ],
  [
    'a Job whose pods never end',
    'batch/v1/Job',
    (d) => (d.spec.template.spec.restartPolicy = 'Always'),
    ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  ],
  [
    'a Job that says nothing of restarts',
    'batch/v1/Job',
    (d) => delete d.spec.template.spec.restartPolicy,
    ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  ],
  [
    'a Job of less than no pods',
    'batch/v1/Job',
    (d) => (d.spec.parallelism = -1),
    ['spec.parallelism: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'an indexed Job without an end',
    'batch/v1/Job',
    (d) => {
      d.spec.completionMode = 'Indexed'
      d.spec.parallelism = 2
    },
    ['spec.completions: Required value: when completion mode is Indexed'],
  ],
  [
    'a selector that is not the generated one',
    'batch/v1/Job',
    (d) => (d.spec.selector = { matchLabels: { app: 'web' } }),
    [
      'spec.selector: Invalid value: {"matchLabels":{"app":"web","batch.kubernetes.io/controller-uid":"…"}}: `selector` not auto-generated',
      'spec.template.metadata.labels: Invalid value: {"batch.kubernetes.io/controller-uid":"…","batch.kubernetes.io/job-name":"new","controller-uid":"…","job-name":"new"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'a schedule of four fields',
    'batch/v1/CronJob',
    (d) => (d.spec.schedule = '* * * *'),
    ['spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]'],
  ],
  [
    'a minute that there is not',
    'batch/v1/CronJob',
    (d) => (d.spec.schedule = '60 * * * *'),
    ['spec.schedule: Invalid value: "60 * * * *": end of range (60) above maximum (59): 60'],
  ],
  [
    'a time zone in the schedule',
    'batch/v1/CronJob',
    (d) => (d.spec.schedule = 'TZ=UTC * * * * *'),
    [
      'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ],
  ],
  [
    'a time zone that there is not',
    'batch/v1/CronJob',
    (d) => (d.spec.timeZone = 'Europe/Berlin '),
    ['spec.timeZone: Invalid value: "Europe/Berlin ": unknown time zone Europe/Berlin '],
  ],
  [
    'an unknown policy of concurrency',
    'batch/v1/CronJob',
    (d) => (d.spec.concurrencyPolicy = 'allow'),
    ['spec.concurrencyPolicy: Unsupported value: "allow": supported values: "Allow", "Forbid", "Replace"'],
  ],
  [
    'a name too long for its Jobs',
    'batch/v1/CronJob',
    (d) => (d.metadata.name = 'a'.repeat(53)),
    [
      'metadata.name: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": must be no more than 52 characters',
    ],
  ],
  [
    'a limit above another',
    'v1/LimitRange',
    (d) => (d.spec.limits[0].min.cpu = '3'),
    [
      'spec.limits[0].min[cpu]: Invalid value: "3": min value 3 is greater than max value 2',
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": min value 3 is greater than default request value 2',
      'spec.limits[0].default[cpu]: Invalid value: "3": min value 3 is greater than default value 2',
    ],
  ],
  [
    'a limit of a type twice',
    'v1/LimitRange',
    (d) => d.spec.limits.push(d.spec.limits[0]),
    ['spec.limits[1].type: Duplicate value: "Container"'],
  ],
  [
    'a quota of less than nothing',
    'v1/ResourceQuota',
    (d) => (d.spec.hard.pods = '-1'),
    ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    'a quota of half a pod',
    'v1/ResourceQuota',
    (d) => (d.spec.hard.pods = '500m'),
    ['spec.hard[pods]: Invalid value: "500m": must be an integer'],
  ],
  [
    'a scope that does not go with what is counted',
    'v1/ResourceQuota',
    (d) => {
      d.spec.scopes = ['BestEffort']
      d.spec.hard = { 'requests.cpu': '1' }
    },
    ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'],
  ],
  [
    'a webhook with side effects',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].sideEffects = 'Some'),
    ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
  ],
  [
    'a webhook that nobody answers',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].clientConfig = {}),
    ['webhooks[0].clientConfig: Required value: exactly one of url or service is required'],
  ],
  [
    'a webhook at a plain URL',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].clientConfig = { url: 'http://a.example.com' }),
    [
      `webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
    ],
  ],
  [
    'a webhook that takes too long',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].timeoutSeconds = 31),
    ['webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
  ],
  [
    'a webhook of a version nobody speaks',
    'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
    (d) => (d.webhooks[0].admissionReviewVersions = ['v2']),
    ['webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1'],
  ],
  [
    'a webhook of a name without a domain',
    'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
    (d) => (d.webhooks[0].name = 'a'),
    ['webhooks[0].name: Invalid value: "a": should be a domain with at least three segments separated by dots'],
  ],
  [
    'a name that is not the one of its group',
    'apiregistration.k8s.io/v1/APIService',
    (d) => (d.metadata.name = 'v2.metrics.example.com'),
    [
      'metadata.name: Invalid value: "v2.metrics.example.com": must be `spec.version+"."+spec.group`: "v1.metrics.example.com"',
    ],
  ],
  [
    'a name that is not the one of its group',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (d.metadata.name = 'gadgets.example.com'),
    ['metadata.name: Invalid value: "gadgets.example.com": must be spec.names.plural+"."+spec.group'],
  ],
  [
    'a group without a domain',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => {
      d.spec.group = 'example'
      d.metadata.name = 'widgets.example'
    },
    ['spec.group: Invalid value: "example": should be a domain with at least one dot'],
  ],
  [
    'no versions',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (d.spec.versions = []),
    [
      'spec.versions: Invalid value: []: must have exactly one version marked as storage version',
      'status.storedVersions: Invalid value: null: must have at least one stored version',
    ],
  ],
  [
    'no version to keep',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (d.spec.versions[0].storage = false),
    [
      'spec.versions: Invalid value: ["v1"]: must have exactly one version marked as storage version',
      'status.storedVersions: Invalid value: null: must have at least one stored version',
    ],
  ],
  [
    'two versions to keep',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => d.spec.versions.push({ ...d.spec.versions[0], name: 'v2' }),
    [
      'spec.versions: Invalid value: ["v1","v2"]: must have exactly one version marked as storage version',
      'status.storedVersions: Invalid value: ["v1"]: must have the storage version v2',
    ],
  ],
  [
    'versions that say different things',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => {
      const [v1] = d.spec.versions
      d.spec.versions.push({
        ...structuredClone(v1),
        name: 'v2',
        storage: false,
        selectableFields: [{ jsonPath: '.a' }],
      })
      v1.schema.openAPIV3Schema.properties.a = {}
      v1.selectableFields = []
      d.spec.conversion = { strategy: 'None', webhook: { conversionReviewVersions: ['v1'], clientConfig: {} } }
    },
    [
      'spec.versions[0].schema.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields',
      'spec.versions[1].selectableFields[0].jsonPath: Invalid value: ".a": is an invalid path: does not refer to a valid field',
      'spec.conversion.webhookClientConfig: Forbidden: should not be set when strategy is not set to Webhook',
      'spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook',
    ],
  ],
  [
    'fields to select by of versions of one schema',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => {
      const [v1] = d.spec.versions
      d.spec.versions.push({ ...v1, name: 'v2', storage: false, selectableFields: [{ jsonPath: '.spec.size' }] })
    },
    [
      'spec.versions[1].selectableFields: Invalid value: "": may only be set when `version.schema.openAPIV3Schema` is not included',
    ],
  ],
  [
    'a version without a schema',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => delete d.spec.versions[0].schema,
    ['spec.versions[0].schema.openAPIV3Schema: Required value'],
  ],
  [
    'a schema that is no object',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => {
      schema(d).type = 'string'
      delete schema(d).properties
    },
    ['spec.validation.openAPIV3Schema.type: Invalid value: "string": must be object at the root'],
  ],
  [
    'a field without a type',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => delete specSchema(d).properties.size.type,
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[size].type: Required value: must not be empty for specified object fields',
    ],
  ],
  [
    'a type that there is not',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).properties.size.type = 'int'),
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[size].type: Unsupported value: "int": supported values: "array", "boolean", "integer", "number", "object", "string"',
    ],
  ],
  [
    'a list without items',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => delete specSchema(d).properties.tags.items,
    ['spec.validation.openAPIV3Schema.properties[spec].properties[tags].items: Required value: must be specified'],
  ],
  [
    'a structure inside of oneOf',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).properties.either.oneOf[0] = { properties: { a: { type: 'string' } } }),
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[either].oneOf[0].properties[a].type: Forbidden: must be empty to be structural',
    ],
  ],
  [
    'a default that does not fit',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).properties.size.default = 9),
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[size].default: Invalid value: 9:  in body should be less than or equal to 5',
    ],
  ],
  [
    'a pattern that is none',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).properties.code.pattern = '('),
    [
      `spec.validation.openAPIV3Schema.properties[spec].properties[code].pattern: Invalid value: "(": must be a valid regular expression, but isn't: …`,
    ],
  ],
  [
    'a set of objects that are merged field by field',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).properties.tags.items = { type: 'object', properties: { a: { type: 'string' } } }),
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[tags].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set',
    ],
  ],
  [
    'a set of sets',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => {
      const set = specSchema(d).properties.tags
      set.items = structuredClone(set)
    },
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[tags].items.x-kubernetes-list-type: Invalid value: "set": must be atomic as item of a list with x-kubernetes-list-type=set',
    ],
  ],
  [
    'unknown fields that are preserved by false',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).properties.any['x-kubernetes-preserve-unknown-fields'] = false),
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[any].x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined',
    ],
  ],
  [
    'unknown fields that are preserved by false inside of oneOf',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).properties.either.oneOf[0]['x-kubernetes-preserve-unknown-fields'] = false),
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[either].oneOf[0].x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined',
    ],
  ],
  [
    'no more fields beside those that are named',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).properties.either.additionalProperties = false),
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[either].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive',
    ],
  ],
  [
    'items of a set that may be null',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).properties.tags.items.nullable = true),
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[tags].items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is set',
    ],
  ],
  [
    'items of a map, and what tells them apart, that may be null',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => {
      const { items } = specSchema(d).properties.parts
      items.nullable = true
      items.properties.name.nullable = true
    },
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[parts].items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is map',
      'spec.validation.openAPIV3Schema.properties[spec].properties[parts].items.properties[name].nullable: Forbidden: this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
    ],
  ],
  [
    'keys of a list that is no map',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => delete specSchema(d).properties.parts['x-kubernetes-list-type'],
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[parts].x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty',
    ],
  ],
  [
    'a schema that is not structural, and words that no schema may have beside it',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => {
      delete specSchema(d).properties.tags.items
      specSchema(d).properties.code.uniqueItems = true
    },
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[tags].items: Required value: must be specified',
      'spec.validation.openAPIV3Schema.properties[spec].properties[code].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    ],
  ],
  [
    'a default that does not fit, and words that no schema may have beside it',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => {
      specSchema(d).properties.size.default = 9
      specSchema(d).properties.code.uniqueItems = true
    },
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[size].default: Invalid value: 9:  in body should be less than or equal to 5',
      'spec.validation.openAPIV3Schema.properties[spec].properties[code].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    ],
  ],
  [
    'defaults of what every object has',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => {
      const { properties } = d.spec.versions[0].schema.openAPIV3Schema
      properties.kind = { type: 'string', default: 'Widget' }
      properties.metadata = { type: 'object', properties: { name: { type: 'string', default: 'a' } } }
    },
    [
      'spec.validation.openAPIV3Schema.properties[kind].default: Forbidden: must not be set in top-level kind',
      'spec.validation.openAPIV3Schema.properties[metadata].properties[name].default: Forbidden: must not be set in top-level metadata',
    ],
  ],
  [
    'a dialect of schemas',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).$schema = 'http://json-schema.org/schema#'),
    ['spec.validation.openAPIV3Schema: Invalid value: "": OpenAPIV3Schema \'schema\' is not supported'],
  ],
  [
    'a warning that cannot be shown',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => Object.assign(d.spec.versions[0], { deprecated: true, deprecationWarning: 'a\nb' }),
    [
      'spec.versions[0].deprecationWarning: Invalid value: "a\\nb": must only contain printable UTF-8 characters; non-printable character found at index 1',
    ],
  ],
  [
    'a warning that is empty',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => Object.assign(d.spec.versions[0], { deprecated: true, deprecationWarning: '' }),
    ['spec.versions[0].deprecationWarning: Invalid value: "": must not be an empty string'],
  ],
  [
    'keys of a list that its items need not have',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => delete specSchema(d).properties.parts.items.required,
    [
      'spec.validation.openAPIV3Schema.properties[spec].properties[parts].items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
    ],
  ],
  [
    'scaling by a path that there is not',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (d.spec.versions[0].subresources.scale.specReplicasPath = 'spec.size'),
    [
      'spec.subresources.scale.specReplicasPath: Invalid value: "spec.size": must be a simple json path starting with .',
    ],
  ],
  [
    'a column without a path',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (d.spec.versions[0].additionalPrinterColumns = [{ name: 'Size', type: 'integer' }]),
    ['spec.additionalPrinterColumns[0].JSONPath: Required value'],
  ],
  [
    'an unknown field of the definition',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (d.spec.names.shortName = 'w'),
    ['spec.names.shortName: unknown field "spec.names.shortName": did you mean "shortNames"?'],
  ],
  [
    'an unknown field of a schema',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (specSchema(d).propertys = {}),
    [
      'spec.versions[0].schema.openAPIV3Schema.properties[spec].propertys: unknown field "spec.versions[0].schema.openAPIV3Schema.properties[spec].propertys": did you mean "properties"?',
    ],
  ],
  ['no size', 'example.com/v1/Widget', (d) => (d.spec = {}), ['spec.size: Required value']],
  [
    'a size too large',
    'example.com/v1/Widget',
    (d) => (d.spec.size = 6),
    ['spec.size: Invalid value: 6: spec.size in body should be less than or equal to 5'],
  ],
  [
    'a size too small',
    'example.com/v1/Widget',
    (d) => (d.spec.size = 0),
    ['spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
  ],
  [
    'a size in words',
    'example.com/v1/Widget',
    (d) => (d.spec.size = 'three'),
    [
      'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
      '.spec.size: Invalid value: 0: .spec.size accessor error: three is of the type string, expected int64',
    ],
  ],
  [
    'half a size',
    'example.com/v1/Widget',
    (d) => (d.spec.size = 1.5),
    [
      'spec.size: Invalid value: "number": spec.size in body must be of type integer: "number"',
      '<nil>: Invalid value: "": Checked value must be of type integer (default format) in spec.size',
      '.spec.size: Invalid value: 0: .spec.size accessor error: 1.5 is of the type float64, expected int64',
    ],
  ],
  [
    'a spec that is a list',
    'example.com/v1/Widget',
    (d) => (d.spec = []),
    [
      'spec: Invalid value: "array": spec in body must be of type object: "array"',
      '.spec.size: Invalid value: 0: .spec.size accessor error: [] is of the type []interface {}, expected map[string]interface{}',
    ],
  ],
  [
    'an unknown color',
    'example.com/v1/Widget',
    (d) => (d.spec.color = 'blue'),
    ['spec.color: Unsupported value: "blue": supported values: "red", "green"'],
  ],
  [
    'a code that is too long, whatever its letters are',
    'example.com/v1/Widget',
    (d) => (d.spec.code = 'ABCDE'),
    ['spec.code: Too long: may not be more than 4 bytes'],
  ],
  [
    'an address that is none',
    'example.com/v1/Widget',
    (d) => (d.spec.host = '10.0.0.256'),
    ['spec.host: Invalid value: "10.0.0.256": spec.host in body must be of type ipv4: "10.0.0.256"'],
  ],
  [
    'a time that is none',
    'example.com/v1/Widget',
    (d) => (d.spec.at = 'noon'),
    ['spec.at: Invalid value: "noon": spec.at in body must be of type date-time: "noon"'],
  ],
  [
    'a ratio that is too large, and not of quarters',
    'example.com/v1/Widget',
    (d) => (d.spec.ratio = 1.1),
    [
      'spec.ratio: Invalid value: 1.1: spec.ratio in body should be a multiple of 0.25',
      'spec.ratio: Invalid value: 1.1: spec.ratio in body should be less than 1',
    ],
  ],
  [
    'a price of half a cent',
    'example.com/v1/Widget',
    (d) => (d.spec.price = 0.005),
    ['spec.price: Invalid value: 0.005: spec.price in body should be a multiple of 0.01'],
  ],
  [
    'both of what excludes each other',
    'example.com/v1/Widget',
    (d) => (d.spec.either = { a: 'x', b: 'y' }),
    [
      '<nil>: Invalid value: "": "spec.either" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ],
  ],
  [
    'neither of what excludes each other',
    'example.com/v1/Widget',
    (d) => (d.spec.either = {}),
    [
      '<nil>: Invalid value: "": "spec.either" must validate one and only one schema (oneOf). Found none valid',
      'spec.either.a: Required value',
    ],
  ],
  [
    'what must not be',
    'example.com/v1/Widget',
    (d) => (d.spec.never = 'no'),
    ['<nil>: Invalid value: "": "spec.never" must not validate the schema (not)'],
  ],
  [
    'a port that is neither number nor string',
    'example.com/v1/Widget',
    (d) => (d.spec.port = true),
    ['spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"'],
  ],
  [
    'a tag twice',
    'example.com/v1/Widget',
    (d) => (d.spec.tags = ['a', 'b', 'a']),
    ['spec.tags[2]: Duplicate value: "a"'],
  ],
  [
    'too many tags',
    'example.com/v1/Widget',
    (d) => (d.spec.tags = ['a', 'b', 'c', 'd']),
    ['spec.tags: Too many: 4: must have at most 3 items'],
  ],
  [
    'a part twice',
    'example.com/v1/Widget',
    (d) => (d.spec.parts = [{ name: 'a' }, { name: 'a' }]),
    ['spec.parts[1]: Duplicate value: {"name":"a"}'],
  ],
  [
    'no parts',
    'example.com/v1/Widget',
    (d) => (d.spec.parts = []),
    ['spec.parts: Invalid value: 0: spec.parts in body should have at least 1 items'],
  ],
  [
    'a part without its name',
    'example.com/v1/Widget',
    (d) => (d.spec.parts = [{}]),
    ['spec.parts[0].name: Required value'],
  ],
  [
    'a limit in words',
    'example.com/v1/Widget',
    (d) => (d.spec.limits = { cpu: 'one' }),
    ['spec.limits.cpu: Invalid value: "string": spec.limits.cpu in body must be of type integer: "string"'],
  ],
  [
    'too many limits',
    'example.com/v1/Widget',
    (d) => (d.spec.limits = { a: 1, b: 2, c: 3 }),
    ['spec.limits: Too many: 3: must have at most 2 items'],
  ],
  [
    'an unknown field',
    'example.com/v1/Widget',
    (d) => (d.spec.colour = 'red'),
    ['spec.colour: unknown field "spec.colour": did you mean "color"?'],
  ],
  [
    'an unknown field of an item',
    'example.com/v1/Widget',
    (d) => (d.spec.parts = [{ name: 'a', nam: 'b' }]),
    ['spec.parts[0].nam: unknown field "spec.parts[0].nam": did you mean "name"?'],
  ],
  [
    'an object within it that has no kind',
    'example.com/v1/Widget',
    (d) => (d.spec.pod = { metadata: { name: 'x' } }),
    ['spec.pod.apiVersion: Required value', 'spec.pod.kind: Required value'],
  ],
  [
    '__proto__ in its spec',
    'example.com/v1/Widget',
    (d) => (d.spec = JSON.parse('{"size":3,"__proto__":{"polluted":true}}')),
    ['spec.__proto__: Invalid value: "__proto__": must not be named __proto__'],
  ],
  [
    '__proto__ where anything goes',
    'example.com/v1/Widget',
    (d) => (d.spec.any = JSON.parse('{"a":{"__proto__":{"polluted":true}}}')),
    ['spec.any.a.__proto__: Invalid value: "__proto__": must not be named __proto__'],
  ],
]

/** What an object that is there does not become. */
export const updated: readonly Refusal[] = [
  [
    'another role',
    'rbac.authorization.k8s.io/v1/RoleBinding',
    (d) => (d.roleRef.name = 'other'),
    [
      'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}: cannot change roleRef',
    ],
  ],
  [
    'other parameters',
    'storage.k8s.io/v1/StorageClass',
    (d) => (d.parameters.type = 'hdd'),
    ['parameters: Invalid value: {"type":"hdd"}: field is immutable'],
  ],
  [
    'another topology of a driver',
    'storage.k8s.io/v1/CSINode',
    (d) => (d.spec.drivers[0].topologyKeys = ['rack']),
    [
      'spec.drivers: Invalid value: {"Name":"disk.example.com","NodeID":"a","TopologyKeys":["rack"],"Allocatable":null}: field is immutable',
    ],
  ],
  [
    'another node of an attachment',
    'storage.k8s.io/v1/VolumeAttachment',
    (d) => (d.spec.nodeName = 'b'),
    [
      'spec: Invalid value: {"Attacher":"disk.example.com","Source":{"PersistentVolumeName":"a","InlineVolumeSpec":null},"NodeName":"b"}: field is immutable',
    ],
  ],
  [
    'another provisioner',
    'storage.k8s.io/v1/StorageClass',
    (d) => (d.provisioner = 'other.io/disk'),
    ['provisioner: Invalid value: "other.io/disk": field is immutable'],
  ],
  [
    'another access mode',
    'v1/PersistentVolumeClaim',
    (d) => (d.spec.accessModes = ['ReadWriteMany']),
    [
      'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    ],
  ],
  [
    'another source',
    'v1/PersistentVolume',
    (d) => (d.spec.hostPath.path = '/other'),
    ['spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation'],
  ],
  [
    'another selector',
    'apps/v1/DaemonSet',
    (d) => {
      d.spec.selector = { matchLabels: { a: 'b' } }
      d.spec.template.metadata.labels.a = 'b'
    },
    ['spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable'],
  ],
  [
    'another service',
    'apps/v1/StatefulSet',
    (d) => (d.spec.serviceName = 'other'),
    [
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ],
  ],
  [
    'another template',
    'batch/v1/Job',
    (d) => (d.spec.template.spec.containers[0].image = 'web:2'),
    ['spec.template: Invalid value: …: field is immutable'],
  ],
  [
    'another controller',
    'networking.k8s.io/v1/IngressClass',
    (d) => (d.spec.controller = 'other.io/ingress'),
    ['spec.controller: Invalid value: "other.io/ingress": field is immutable'],
  ],
  [
    'another scope',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (d.spec.scope = 'Cluster'),
    ['spec.scope: Invalid value: "Cluster": field is immutable'],
  ],
  [
    'another kind',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (d.spec.names = { plural: 'widgets', kind: 'Gadget' }),
    ['spec.names.kind: Invalid value: "Gadget": field is immutable'],
  ],
  [
    'a stored version gone',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    (d) => (d.spec.versions[0].name = 'v2'),
    [
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    ],
  ],
  [
    'scopes',
    'v1/ResourceQuota',
    (d) => (d.spec.scopes = ['NotTerminating']),
    ['spec.scopes: Invalid value: ["NotTerminating"]: field is immutable'],
  ],
  [
    'another way to complete',
    'batch/v1/Job',
    (d) => {
      d.spec.completionMode = 'Indexed'
      d.spec.completions = 3
    },
    [
      'spec.completions: Invalid value: 3: can only be modified in tandem with spec.parallelism',
      'spec.completionMode: Invalid value: "Indexed": field is immutable',
    ],
  ],
]
