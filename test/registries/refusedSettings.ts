import type { Refusal } from './refusedKinds.ts'

/** Autoscalers, budgets, limits, webhooks, drivers and the like that are not created. */
export const createdSettings: readonly Refusal[] = [
  [
    'a time without microseconds',
    'coordination.k8s.io/v1/Lease',
    (d) => (d.spec = { renewTime: '2020-01-01T00:00:00Z' }),
    ['spec.renewTime: Invalid value: "2020-01-01T00:00:00Z": must be an RFC 3339 time, with microseconds, such as …'],
  ],
  [
    'a target of no group',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.scaleTargetRef.apiVersion = 'v1'),
    ['spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group'],
  ],
  [
    'a target of a malformed version',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.scaleTargetRef.apiVersion = 'apps/v1/beta'),
    ['spec.scaleTargetRef.apiVersion: Invalid value: "apps/v1/beta": unexpected GroupVersion string: apps/v1/beta'],
  ],
  [
    'fewer replicas than none',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.maxReplicas = -1),
    [
      'spec.maxReplicas: Invalid value: -1: must be greater than or equal to 1',
      'spec.maxReplicas: Invalid value: -1: must be greater than or equal to `minReplicas`',
    ],
  ],
  [
    'no replicas at least, by cpu',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.minReplicas = 0),
    [
      'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ],
  ],
  [
    'a tolerance below nothing',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.behavior = { scaleUp: { tolerance: '-1' } }),
    ['spec.behavior.scaleUp.tolerance: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    'a metric of a container that cannot be',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) =>
      (d.spec.metrics = [
        {
          type: 'ContainerResource',
          containerResource: { name: 'pods', container: 'A', target: { type: 'Utilization', averageUtilization: 1 } },
        },
      ]),
    [
      'spec.metrics[0].containerResource.name: Invalid value: "pods": must be a standard resource for containers',
      'spec.metrics[0].containerResource.container: Invalid value: "A": a lowercase RFC 1123 label must consist of …',
    ],
  ],
  [
    'a metric of no container',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) =>
      (d.spec.metrics = [
        {
          type: 'ContainerResource',
          containerResource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 1 } },
        },
      ]),
    ['spec.metrics[0].containerResource.container: Required value: must specify a container'],
  ],
  [
    'two sources of one metric',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) => (d.spec.metrics[0].pods = { metric: { name: 'a' }, target: { type: 'AverageValue', averageValue: '1' } }),
    ['spec.metrics[0].pods: Forbidden: must populate the given metric source only'],
  ],
  [
    'an object of a malformed version',
    'autoscaling/v2/HorizontalPodAutoscaler',
    (d) =>
      (d.spec.metrics = [
        {
          type: 'Object',
          object: {
            describedObject: { apiVersion: 'a/b/c', kind: 'Service', name: 'web' },
            metric: { name: 'a' },
            target: { type: 'Value', value: '1' },
          },
        },
      ]),
    [
      'spec.metrics[0].object.describedObject.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
    ],
  ],
  [
    'a budget with more wrong than its labels',
    'policy/v1/PodDisruptionBudget',
    (d) => {
      d.metadata.labels = { a: 'b c' }
      d.spec.minAvailable = '200%'
    },
    ['spec.minAvailable: Invalid value: "200%": must not be greater than 100%'],
  ],
  [
    'a limit for what no container has',
    'v1/LimitRange',
    (d) => (d.spec.limits[0].max = { pods: '1', 'example.com/gpu': '-1' }),
    [
      'spec.limits[0].max[pods]: Invalid value: "pods": must be a standard resource for containers',
      'spec.limits[0].default[pods]: Invalid value: "pods": must be a standard resource for containers',
      'spec.limits[0].defaultRequest[pods]: Invalid value: "pods": must be a standard resource for containers',
    ],
  ],
  [
    'a default that is too much',
    'v1/LimitRange',
    (d) =>
      (d.spec.limits = [{ type: 'Container', max: { cpu: '1' }, default: { cpu: '2' }, defaultRequest: { cpu: '3' } }]),
    [
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "3": default request value 3 is greater than max value 1',
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "3": default request value 3 is greater than default limit value 2',
      'spec.limits[0].default[cpu]: Invalid value: "1": default value 2 is greater than max value 1',
    ],
  ],
  [
    'a default below the least',
    'v1/LimitRange',
    (d) => (d.spec.limits = [{ type: 'Container', min: { cpu: '2' }, default: { cpu: '1' } }]),
    [
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
      'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
    ],
  ],
  [
    'a ratio that is out of reach',
    'v1/LimitRange',
    (d) =>
      (d.spec.limits = [
        { type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3', memory: '1u' } },
      ]),
    [
      'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
      'spec.limits[0].maxLimitRequestRatio[memory]: Invalid value: "1m": ratio 1m is less than 1',
    ],
  ],
  [
    'a device of which less is promised than given',
    'v1/LimitRange',
    (d) =>
      (d.spec.limits = [
        { type: 'Container', default: { 'example.com/gpu': '2' }, defaultRequest: { 'example.com/gpu': '1' } },
      ]),
    [
      'spec.limits[0].defaultRequest[example.com/gpu]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in example.com/gpu',
    ],
  ],
  [
    'a type of limits whose name is malformed',
    'v1/LimitRange',
    (d) => (d.spec.limits = [{ type: 'a b' }, { type: 'Node' }]),
    [
      'spec.limits[0].type: Invalid value: "a b": name part must consist of …',
      'spec.limits[1].type: Invalid value: "Node": must be a standard limit type or fully qualified',
    ],
  ],
  [
    'a quota of what cannot be counted',
    'v1/ResourceQuota',
    (d) => (d.spec.hard = { foo: '1', storage: '1', pods: '1500m', 'requests.hugepages-2Mi': '-1' }),
    [
      'spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
      'spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota',
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
      'spec.hard[requests.hugepages-2Mi]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota',
    ],
  ],
  [
    'expressions of scopes that mean nothing',
    'v1/ResourceQuota',
    (d) =>
      (d.spec = {
        hard: { secrets: '1' },
        scopeSelector: {
          matchExpressions: [
            { scopeName: 'Best', operator: 'Is' },
            { scopeName: 'BestEffort', operator: 'In' },
            { scopeName: 'PriorityClass', operator: 'Exists', values: ['a'] },
          ],
        },
      }),
    [
      'spec.scopeSelector.matchExpressions.scopeName: Invalid value: "Best": unsupported scope',
      'spec.scopeSelector.matchExpressions.operator: Invalid value: "Is": not a valid selector operator',
      'spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"Best","Operator":"Is","Values":null},{"ScopeName":"BestEffort","Operator":"In","Values":null},{"ScopeName":"PriorityClass","Operator":"Exists","Values":["a"]}]}: unsupported scope applied to resource',
      'spec.scopeSelector.matchExpressions.operator: Invalid value: "In": must be \'Exists\' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity',
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      'spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"Best","Operator":"Is","Values":null},{"ScopeName":"BestEffort","Operator":"In","Values":null},{"ScopeName":"PriorityClass","Operator":"Exists","Values":["a"]}]}: unsupported scope applied to resource',
      "spec.scopeSelector.matchExpressions.values: Invalid value: [\"a\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
    ],
  ],
  [
    'expressions of scopes that exclude each other',
    'v1/ResourceQuota',
    (d) =>
      (d.spec.scopeSelector = {
        matchExpressions: [
          { scopeName: 'BestEffort', operator: 'Exists' },
          { scopeName: 'NotBestEffort', operator: 'Exists' },
        ],
      }),
    ['spec.scopeSelector.matchExpressions: Invalid value: null: conflicting scopes'],
  ],
  [
    'a policy of preemption that is unknown',
    'scheduling.k8s.io/v1/PriorityClass',
    (d) => (d.preemptionPolicy = 'Always'),
    ['preemptionPolicy: Unsupported value: "Always": supported values: "PreemptLowerPriority", "Never"'],
  ],
  [
    'a selector of roles that is malformed',
    'rbac.authorization.k8s.io/v1/ClusterRole',
    (d) => (d.aggregationRule = { clusterRoleSelectors: [{ matchLabels: { 'a b': 'c' } }] }),
    [
      'aggregationRule.clusterRoleSelectors[0].matchLabels: Invalid value: "a b": name part must consist of …',
      'aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.',
    ],
  ],
  [
    'a condition that is no expression',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) =>
      (d.webhooks[0].matchConditions = [
        { name: 'a', expression: 'objekt != null' },
        { name: 'a', expression: '1 + 1' },
        { name: '', expression: ' ' },
      ]),
    [
      "webhooks[0].matchConditions[0].expression: Invalid value: \"objekt != null\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'objekt' (in container '')\n | objekt != null\n | ^",
      'webhooks[0].matchConditions[1].expression: Invalid value: "1 + 1": must evaluate to bool but got int',
      'webhooks[0].matchConditions[1].name: Duplicate value: "a"',
      'webhooks[0].matchConditions[2].expression: Required value',
      'webhooks[0].matchConditions[2].name: Required value',
    ],
  ],
  [
    'a condition on what a request does not have',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].matchConditions = [{ name: 'a', expression: "request.user == 'eve'" }]),
    [
      "webhooks[0].matchConditions[0].expression: Invalid value: \"request.user == 'eve'\": compilation failed: ERROR: <input>:1:8: undefined field 'user'\n | request.user == 'eve'\n | .......^",
    ],
  ],
  [
    'resources that are named twice',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].rules[0].resources = ['pods/*', 'pods/log', '*/scale', 'replicasets/scale', '*', 'nodes']),
    [
      'webhooks[0].rules[0].resources[1]: Invalid value: "pods/log": if \'pods/*\' is present, must not specify pods/log',
      'webhooks[0].rules[0].resources[3]: Invalid value: "replicasets/scale": if \'*/scale\' is present, must not specify replicasets/scale',
      'webhooks[0].rules[0].resources: Invalid value: ["pods/*","pods/log","*/scale","replicasets/scale","*","nodes"]: if \'*\' is present, must not specify other resources without subresources',
    ],
  ],
  [
    'versions of reviews that are named twice',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].admissionReviewVersions = ['v1', 'v1', '1']),
    [
      'webhooks[0].admissionReviewVersions[1]: Invalid value: "v1": duplicate version',
      'webhooks[0].admissionReviewVersions[2]: Invalid value: "1": a DNS-1035 label must …',
    ],
  ],
  [
    'a service without a name',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => delete d.webhooks[0].clientConfig.service.name,
    ['webhooks[0].clientConfig.service.namespace: Required value'],
  ],
  [
    'a path of nothing',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].clientConfig.service.path = 'a//b'),
    [
      'webhooks[0].clientConfig.service.path: Invalid value: "a//b": must start with a \'/\'',
      'webhooks[0].clientConfig.service.path: Invalid value: "a//b": segment[0] may not be empty',
      'webhooks[0].clientConfig.service.path: Invalid value: "a//b": segment[1] may not be empty',
    ],
  ],
  [
    'an address without a scheme',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].clientConfig = { url: '10.0.0.1:443/hook' }),
    [
      'webhooks[0].clientConfig.url: Required value: url must be a valid URL: parse "10.0.0.1:443/hook": first path segment in URL cannot contain colon; desired format: https://host[/path]',
    ],
  ],
  [
    'an address that is malformed',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].clientConfig = { url: 'https://a.example.com/50%' }),
    [
      'webhooks[0].clientConfig.url: Required value: url must be a valid URL: parse "https://a.example.com/50%": invalid URL escape "%"; desired format: https://host[/path]',
    ],
  ],
  [
    'side effects that are not said',
    'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
    (d) => (d.webhooks[0].sideEffects = 'Some'),
    ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
  ],
  [
    'a group that only the core has',
    'apiregistration.k8s.io/v1/APIService',
    (d) => Object.assign(d.spec, { group: '', version: 'v2', service: { name: 'a', port: 0 } }),
    [
      'metadata.name: Invalid value: "v1.metrics.example.com": must be `spec.version+"."+spec.group`: "v2."',
      'spec.group: Required value: only v1 may have an empty group and it better be legacy kube',
      'spec.service.namespace: Required value',
      'spec.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'certificates of nobody',
    'apiregistration.k8s.io/v1/APIService',
    (d) => {
      delete d.spec.service
      d.spec.caBundle = 'YWJj'
    },
    ['spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle'],
  ],
  [
    'topologies that say the same',
    'storage.k8s.io/v1/StorageClass',
    (d) =>
      (d.allowedTopologies = [
        { matchLabelExpressions: [{ key: 'zone', values: ['a', 'b'] }] },
        { matchLabelExpressions: [{ key: 'zone', values: ['b', 'a'] }] },
      ]),
    ['allowedTopologies[1].matchLabelExpressions: Duplicate value: ""'],
  ],
  [
    'a mode of binding that is unknown',
    'storage.k8s.io/v1/StorageClass',
    (d) => (d.volumeBindingMode = 'Never'),
    ['volumeBindingMode: Unsupported value: "Never": supported values: "Immediate", "WaitForFirstConsumer"'],
  ],
  [
    'a provisioner with capitals and blanks',
    'storage.k8s.io/v1/StorageClass',
    (d) => (d.provisioner = 'A b'),
    ['provisioner: Invalid value: "a b": name part must consist of …'],
  ],
  [
    'a key of topology without a name',
    'storage.k8s.io/v1/CSINode',
    (d) => (d.spec.drivers[0].topologyKeys = ['', 'a b', 'a b']),
    [
      'spec.drivers[0]: Required value',
      'spec.drivers[0]: Invalid value: "": name part must be non-empty',
      'spec.drivers[0]: Invalid value: "": name part must consist of …',
      'spec.drivers[0]: Invalid value: "a b": name part must consist of …',
      'spec.drivers[0]: Duplicate value: "a b"',
      'spec.drivers[0]: Invalid value: "a b": name part must consist of …',
    ],
  ],
  [
    'a node that a driver knows by too long a name',
    'storage.k8s.io/v1/CSINode',
    (d) => (d.spec.drivers[0].nodeID = 'x'.repeat(257)),
    ['spec.drivers[0].nodeID: Invalid value: "…": must be 256 characters or less'],
  ],
  [
    'tokens for one audience twice, or for too short',
    'storage.k8s.io/v1/CSIDriver',
    (d) =>
      (d.spec.tokenRequests = [
        { audience: 'a' },
        { audience: 'a' },
        { audience: 'b', expirationSeconds: 599 },
        { audience: 'c', expirationSeconds: 4_294_967_297 },
      ]),
    [
      'spec.tokenRequests[1].audience: Duplicate value: "a"',
      'spec.tokenRequests[2].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
      'spec.tokenRequests[3].expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
    ],
  ],
  [
    'tokens in secrets, and none asked for',
    'storage.k8s.io/v1/CSIDriver',
    (d) => (d.spec.serviceAccountTokenInSecrets = true),
    [
      'spec.serviceAccountTokenInSecrets: Invalid value: true: serviceAccountTokenInSecrets is set but no tokenRequests are specified',
    ],
  ],
  [
    'a period that is too short',
    'storage.k8s.io/v1/CSIDriver',
    (d) => (d.spec.nodeAllocatableUpdatePeriodSeconds = 9),
    ['spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds'],
  ],
  [
    'room below nothing',
    'storage.k8s.io/v1/CSIStorageCapacity',
    (d) => (d.capacity = '-1Gi'),
    ['capacity: Invalid value: "-1Gi": must be greater than or equal to 0'],
  ],
  [
    'a driver whose name has capitals and blanks',
    'storage.k8s.io/v1/VolumeAttachment',
    (d) => (d.spec.attacher = 'A b'),
    ['spec.attacher: Invalid value: "A b": a lowercase RFC 1123 subdomain must consist of …'],
  ],
  [
    'a volume without a name',
    'storage.k8s.io/v1/VolumeAttachment',
    (d) => (d.spec.source.persistentVolumeName = ''),
    [
      'spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName',
      'spec.source.persistentVolumeName: Invalid value: "": a lowercase RFC 1123 subdomain must consist of …',
    ],
  ],
  [
    'a controller of a malformed domain',
    'networking.k8s.io/v1/IngressClass',
    (d) => (d.spec.controller = 'A.example.com/a b'),
    [
      'spec.controller: Invalid value: "A.example.com": a lowercase RFC 1123 subdomain must consist of …',
      "spec.controller: Invalid value: \"a b\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
    ],
  ],
]

/** The same that are not changed so. */
export const updatedSettings: readonly Refusal[] = [
  [
    'a topology that says nothing, where there was none',
    'storage.k8s.io/v1/CSIStorageCapacity',
    (d) => (d.nodeTopology = {}),
    ['nodeTopology: Invalid value: {}: field is immutable'],
  ],
  [
    'an attachment to nothing any more',
    'storage.k8s.io/v1/VolumeAttachment',
    (d) => (d.spec.source = {}),
    [
      'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
      'spec: Invalid value: {"Attacher":"disk.example.com","Source":{"PersistentVolumeName":null,"InlineVolumeSpec":null},"NodeName":"a"}: field is immutable',
    ],
  ],
  [
    'a class without its provisioner',
    'storage.k8s.io/v1/StorageClass',
    (d) => delete d.provisioner,
    ['provisioner: Required value', 'provisioner: Invalid value: "": field is immutable'],
  ],
  [
    'a policy for failures that comes later',
    'batch/v1/Job',
    (d) =>
      (d.spec.podFailurePolicy = { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] }),
    [
      'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
      'spec.podFailurePolicy: Invalid value: {"Rules":[{"Action":"Ignore","OnExitCodes":null,"OnPodConditions":[{"Type":"DisruptionTarget","Status":"True"}]}]}: field is immutable',
    ],
  ],
]
