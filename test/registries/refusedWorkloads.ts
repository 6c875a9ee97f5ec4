import type { Refusal } from './refusedKinds.ts'

/** Sets and jobs that are not created. */
export const createdWorkloads: readonly Refusal[] = [
  [
    'nothing at all of a set',
    'apps/v1/StatefulSet',
    (d) => delete d.spec,
    [
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ],
  ],
  [
    'nothing at all of a daemon set',
    'apps/v1/DaemonSet',
    (d) => delete d.spec,
    [
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ],
  ],
  [
    'nothing at all of a job',
    'batch/v1/Job',
    (d) => delete d.spec,
    [
      'spec.template.spec.containers: Required value',
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
  ],
  [
    'nothing at all of a cron job',
    'batch/v1/CronJob',
    (d) => delete d.spec,
    [
      'spec.schedule: Required value',
      'spec.jobTemplate.spec.template.spec.containers: Required value',
      'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
  ],
  [
    'a template without a spec',
    'apps/v1/StatefulSet',
    (d) => delete d.spec.template.spec,
    ['spec.template.spec.containers: Required value'],
  ],
  [
    'a strategy of no type',
    'apps/v1/StatefulSet',
    (d) => (d.spec.updateStrategy = { type: 'Recreate', rollingUpdate: { maxUnavailable: 1 } }),
    [
      'spec.updateStrategy: Invalid value: {"Type":"Recreate","RollingUpdate":{"Partition":0,"MaxUnavailable":null}}: must be \'RollingUpdate\' or \'OnDelete\'',
    ],
  ],
  [
    'a strategy of no type of daemon sets',
    'apps/v1/DaemonSet',
    (d) => (d.spec.updateStrategy = { type: 'Recreate', rollingUpdate: { maxSurge: 1 } }),
    [
      'spec.updateStrategy: Unsupported value: {"Type":"Recreate","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":1}}: supported values: "RollingUpdate", "OnDelete"',
    ],
  ],
  [
    'a selector that is malformed',
    'apps/v1/StatefulSet',
    (d) => (d.spec.selector = { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'a', operator: 'In' }] }),
    [
      "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      'spec.selector: Invalid value: {"matchLabels":{"app":"web"},"matchExpressions":[{"key":"a","operator":"In"}]}',
    ],
  ],
  [
    'a selector without an operator',
    'apps/v1/DaemonSet',
    (d) => (d.spec.selector.matchExpressions = [{ key: 'a' }]),
    ['spec.selector.matchExpressions[0].operator: Invalid value: "": not a valid selector operator'],
  ],
  [
    'a service whose name has dots',
    'apps/v1/StatefulSet',
    (d) => (d.spec.serviceName = 'web.default'),
    ['spec.serviceName: Invalid value: "web.default": must not contain dots'],
  ],
  [
    'a claim without access modes or room',
    'apps/v1/StatefulSet',
    (d) => (d.spec.volumeClaimTemplates = [{ metadata: { name: 'data' }, spec: {} }]),
    [
      'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
      'spec.volumeClaimTemplates[0].spec.resources[storage]: Required value',
    ],
  ],
  [
    "a claim whose name is no volume's",
    'apps/v1/StatefulSet',
    (d) =>
      (d.spec.volumeClaimTemplates = [
        {
          metadata: { name: 'a.b' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ]),
    ['spec.template.spec.volumes[0].name: Invalid value: "a.b": must not contain dots'],
  ],
  [
    'containers without images',
    'apps/v1/StatefulSet',
    (d) => (d.spec.template.spec.containers = [{ name: 'main' }]),
    ['spec.template.spec.containers[0].image: Required value'],
  ],
  [
    'labels that the selector does not choose',
    'apps/v1/DaemonSet',
    (d) => (d.spec.template.metadata.labels = { app: 'other' }),
    ['spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`'],
  ],
  [
    'a manager of no domain',
    'batch/v1/Job',
    (d) => (d.spec.managedBy = 'kueue'),
    ['spec.managedBy: Invalid value: "kueue": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    'a manager whose name is too long',
    'batch/v1/Job',
    (d) => (d.spec.managedBy = 'example.com/' + 'x'.repeat(64)),
    ['spec.managedBy: Too long: may not be more than 63 bytes'],
  ],
  [
    'a manager of a malformed domain',
    'batch/v1/Job',
    (d) => (d.spec.managedBy = 'Example.com/a b'),
    [
      'spec.managedBy: Invalid value: "Example.com": a lowercase RFC 1123 subdomain must consist of …',
      "spec.managedBy: Invalid value: \"a b\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
    ],
  ],
  [
    'very many indexes with limits of their own',
    'batch/v1/Job',
    (d) =>
      Object.assign(d.spec, {
        completionMode: 'Indexed',
        completions: 100_001,
        parallelism: 10_001,
        backoffLimitPerIndex: 1,
      }),
    [
      'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
      'spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
    ],
  ],
  [
    'too many failed indexes',
    'batch/v1/Job',
    (d) =>
      Object.assign(d.spec, {
        completionMode: 'Indexed',
        completions: 100_001,
        backoffLimitPerIndex: 1,
        maxFailedIndexes: 100_001,
      }),
    [
      'spec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to 100000',
      'spec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
    ],
  ],
  [
    'success by a policy without indexes',
    'batch/v1/Job',
    (d) => (d.spec.successPolicy = { rules: [{ succeededIndexes: '0' }] }),
    [
      'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":"0","SucceededCount":null}]}: requires indexed completion mode',
    ],
  ],
  [
    'indexes out of order',
    'batch/v1/Job',
    (d) =>
      Object.assign(d.spec, {
        completionMode: 'Indexed',
        completions: 5,
        successPolicy: {
          rules: [
            { succeededIndexes: '3,1-2' },
            { succeededIndexes: '1-2-3' },
            { succeededIndexes: '7' },
            { succeededIndexes: '0,2-3', succeededCount: 4 },
          ],
        },
      }),
    [
      'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "3,1-2": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1',
      'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "1-2-3": error parsing succeededIndexes: the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by \'-\'',
      'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "7": error parsing succeededIndexes: too large index: "7"',
      'spec.successPolicy.rules[3].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)',
    ],
  ],
  [
    'a rule for failures that says nothing',
    'batch/v1/Job',
    (d) => (d.spec.podFailurePolicy = { rules: [{ action: 'Ignore' }] }),
    ['spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required'],
  ],
  [
    'too many patterns of conditions',
    'batch/v1/Job',
    (d) =>
      (d.spec.podFailurePolicy = {
        rules: [
          { action: 'Ignore', onPodConditions: Array.from({ length: 21 }, () => ({ type: 'DisruptionTarget' })) },
        ],
      }),
    ['spec.podFailurePolicy.rules[0].onPodConditions: Too many: 21: must have at most 20 items'],
  ],
  [
    'a completion mode that is unknown',
    'batch/v1/Job',
    (d) => Object.assign(d.spec, { completionMode: 'Ordered', backoffLimitPerIndex: 1 }),
    ['spec.completionMode: Unsupported value: "Ordered": supported values: "NonIndexed", "Indexed"'],
  ],
  [
    'a job whose manual selector is malformed',
    'batch/v1/Job',
    (d) => Object.assign(d.spec, { manualSelector: true, selector: { matchLabels: { 'a b': 'c' } } }),
    ['spec.selector.matchLabels: Invalid value: "a b": name part must consist of …'],
  ],
  [
    'the selector of another job',
    'batch/v1/Job',
    (d) => (d.spec.selector = { matchLabels: { app: 'web' } }),
    [
      'spec.selector: Invalid value: {"matchLabels":{"app":"web","batch.kubernetes.io/controller-uid":"…"}}: `selector` not auto-generated',
      'spec.template.metadata.labels: Invalid value: {"batch.kubernetes.io/controller-uid":"…","batch.kubernetes.io/job-name":"new","controller-uid":"…","job-name":"new"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'a cron job without a name',
    'batch/v1/CronJob',
    (d) => delete d.metadata,
    ['metadata.name: Required value: name or generateName is required'],
  ],
]
