import { type Cluster, createCluster, type StatusReason } from '../../src/index.ts'
import { controllerManifest, podManifest } from './support.ts'

/** What is tried, the reason of the refusal, and a part of what it says. */
export type Case = readonly [
  what: string,
  act: (cluster: Cluster) => unknown,
  reason: StatusReason,
  said: string | RegExp,
]

/** A cluster in which something is going on, once for all cases: none of them may change it. */
export const cluster: Cluster = createCluster({ seed: 7, nodes: 2, history: { revisions: 20 } })
const stale = cluster.pods.create(podManifest('a'))
cluster.replicationControllers.create(controllerManifest('web', 2))
cluster.services.create({ metadata: { name: 'svc' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
cluster.advance('5m')
for (let index = 0; index < 40; index++) {
  cluster.services.update('svc', (draft) => void (draft.metadata.labels = { at: String(index) }))
  cluster.settle()
}

const container = { name: 'main', image: 'web:1' }
const restartRule = (action: string, operator: string): { action: string; exitCodes: object } => {
  return { action, exitCodes: { operator, values: [1] } }
}
const restartRules = (...restartPolicyRules: readonly object[]): object => ({
  restartPolicy: 'Never',
  restartPolicyRules,
})
const pod = (spec: object): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'new' },
  spec: { containers: [container], ...spec },
})
const labelled = (metadata: object): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'new', ...metadata },
  spec: { containers: [container] },
})
/** A pod with the label app, as which it chooses others by keys of labels. */
const web = (spec: object): object => ({ ...pod(spec), metadata: { name: 'new', labels: { app: 'web' } } })
const spread = (keys: object): object => ({
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', ...keys }],
})
const apart = (keys: object): object => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', ...keys }] } },
})
const near = (keys: object): object => ({
  affinity: {
    podAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, podAffinityTerm: { topologyKey: 'zone', ...keys } },
      ],
    },
  },
})
const controller = (spec: object): object => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'new' },
  spec: { ...controllerManifest('new', 1).spec, ...spec },
})
const service = (spec: object): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'new' },
  spec: { ports: [{ port: 80 }], ...spec },
})
const create =
  (manifest: unknown) =>
  (c: Cluster): unknown =>
    c
      .resource(`${(manifest as { apiVersion: string }).apiVersion}/${(manifest as { kind: string }).kind}`)
      .create(manifest as object)
const apply =
  (manifest: unknown) =>
  (c: Cluster): unknown =>
    c.apply(manifest)

export const cases: readonly Case[] = [
  // What the issue names.
  [
    'an unknown kind',
    apply({ apiVersion: 'v1', kind: 'Gizmo', metadata: { name: 'x' } }),
    'BadRequest',
    'no matches for kind "Gizmo" in version "v1"',
  ],
  [
    'an unknown kind, by its client',
    (c) => c.resource('v1/Gizmo'),
    'BadRequest',
    'no matches for kind "Gizmo" in version "v1"',
  ],
  [
    'an unknown apiVersion',
    apply({ ...pod({}), apiVersion: 'v2' }),
    'BadRequest',
    'no matches for kind "Pod" in version "v2"',
  ],
  [
    'a wrong type',
    create(pod({ containers: 'web' })),
    'Invalid',
    'spec.containers: Invalid value: "web": must be of type array',
  ],
  [
    'a wrong type deep inside',
    create(pod({ containers: [{ ...container, ports: [{ containerPort: 'http' }] }] })),
    'Invalid',
    'spec.containers[0].ports[0].containerPort: Invalid value: "http": must be of type integer',
  ],
  [
    'a bad name',
    create({ ...pod({}), metadata: { name: 'Not_A_Name' } }),
    'Invalid',
    'metadata.name: Invalid value: "Not_A_Name"',
  ],
  [
    'a name too long',
    create({ ...pod({}), metadata: { name: 'a'.repeat(254) } }),
    'Invalid',
    'metadata.name: Invalid value',
  ],
  [
    'no name',
    create({ ...pod({}), metadata: {} }),
    'Invalid',
    'metadata.name: Required value: name or generateName is required',
  ],
  [
    'a port out of range',
    create(pod({ containers: [{ ...container, ports: [{ containerPort: 65536 }] }] })),
    'Invalid',
    'spec.containers[0].ports[0].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive',
  ],
  [
    'a service port out of range',
    create(service({ ports: [{ port: 0 }] })),
    'Invalid',
    'spec.ports[0].port: Invalid value: 0',
  ],
  [
    'negative replicas',
    create(controller({ replicas: -1 })),
    'Invalid',
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ],
  ['half a replica', create(controller({ replicas: 1.5 })), 'Invalid', 'spec.replicas: Invalid value: 1.5'],
  [
    'replicas beyond 32 bits',
    create(controller({ replicas: 2 ** 31 })),
    'Invalid',
    'spec.replicas: Invalid value: 2147483648',
  ],
  [
    'negative replicas in an update',
    (c) => c.replicationControllers.update('web', (draft) => void (draft.spec.replicas = -1)),
    'Invalid',
    'spec.replicas: Invalid value: -1',
  ],
  [
    'duplicate container names',
    create(pod({ containers: [container, container] })),
    'Invalid',
    'spec.containers[1].name: Duplicate value: "main"',
  ],
  [
    'a quantity that is none',
    create(pod({ containers: [{ ...container, resources: { requests: { cpu: 'many' } } }] })),
    'Invalid',
    /spec\.containers\[0\]\.resources\.requests\[cpu\]: Invalid value: "many"/,
  ],
  [
    'a negative quantity',
    create(pod({ containers: [{ ...container, resources: { requests: { memory: '-1Gi' } } }] })),
    'Invalid',
    /resources\.requests\[memory\]: Invalid value: "-1Gi": must be greater than or equal to 0/,
  ],
  [
    'a missing namespace',
    create({ ...pod({}), metadata: { name: 'new', namespace: 'nowhere' } }),
    'NotFound',
    'namespaces "nowhere" not found',
  ],
  [
    'a stale resourceVersion',
    (c) => c.pods.update(stale),
    'Conflict',
    'Operation cannot be fulfilled on pods "a": the object has been modified',
  ],
  [
    'a stale resourceVersion of a status',
    (c) => c.pods.updateStatus(stale),
    'Conflict',
    'the object has been modified',
  ],
  [
    'a second bind',
    (c) => c.bindings.create({ metadata: { name: 'a' }, target: { name: 'node-0' } }),
    'Conflict',
    'pod a is already assigned to node "node-0"',
  ],
  [
    'an update of a Minion',
    (c) => c.minions.update('node-0', () => {}),
    'MethodNotAllowed',
    'update is not supported on resources of kind "minions"',
  ],
  [
    'a get of a Binding',
    (c) => c.bindings.get('a'),
    'MethodNotAllowed',
    'get is not supported on resources of kind "bindings"',
  ],
  [
    'a delete of a Binding',
    (c) => c.bindings.delete('a'),
    'MethodNotAllowed',
    'delete is not supported on resources of kind "bindings"',
  ],
  ['a negative duration', (c) => c.advance(-1), 'BadRequest', 'invalid duration -1'],
  ['a duration that is NaN', (c) => c.advance(Number.NaN), 'BadRequest', 'invalid duration NaN'],
  ['an endless duration', (c) => c.advance(Infinity), 'BadRequest', 'invalid duration Infinity'],
  ['a duration without a unit', (c) => c.advance('5'), 'BadRequest', 'invalid duration "5"'],
  ['a negative time limit', (c) => c.settle({ timeout: '-1s' }), 'BadRequest', 'invalid duration "-1s"'],
  [
    'a time limit that is none',
    (c) => c.runUntil(() => false, { timeout: 'soon' }),
    'BadRequest',
    'invalid duration "soon"',
  ],
  [
    'a crash of a node that does not exist',
    (c) => c.faults.crashNode('node-9'),
    'NotFound',
    'nodes "node-9" not found',
  ],
  [
    'a restart of a node that does not exist',
    (c) => c.faults.restartNode('node-9'),
    'NotFound',
    'nodes "node-9" not found',
  ],
  ['a crash of no node', (c) => c.faults.crashNode(''), 'BadRequest', 'node: expected a name, got ""'],
  [
    'YAML that does not parse',
    apply('apiVersion: v1\nkind: Pod\nmetadata: {name: x\n'),
    'BadRequest',
    /error converting YAML to JSON: yaml: line 4, column 1: /,
  ],
  [
    'YAML indented with tabs',
    apply('apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n'),
    'BadRequest',
    'yaml: line 4, column 1: tab characters must not be used in indentation',
  ],
  [
    'YAML with a key twice',
    apply('apiVersion: v1\nkind: Pod\nkind: Pod\n'),
    'BadRequest',
    'yaml: line 3, column 1: duplicated mapping key',
  ],
  [
    'YAML with an anchor that is not there',
    apply('apiVersion: v1\nkind: *pod\n'),
    'BadRequest',
    'yaml: line 2, column 8: unidentified alias',
  ],
  [
    'YAML that grows without end',
    apply(
      [
        'a: &a [x,x,x,x,x,x,x,x,x]',
        ...['b', 'c', 'd', 'e', 'f'].map(
          (k, i) => `${k}: &${k} [${Array.from({ length: 9 }, () => `*${'abcde'[i]}`).join()}]`,
        ),
      ].join('\n'),
    ),
    'BadRequest',
    'document contains excessive aliasing',
  ],

  // Manifests that are none.
  [
    'a manifest that is a number',
    apply(5),
    'BadRequest',
    'document 1: expected an object with apiVersion and kind, got number',
  ],
  [
    'YAML that is a word',
    apply('hello'),
    'BadRequest',
    'document 1: expected an object with apiVersion and kind, got string',
  ],
  [
    'no kind',
    apply('apiVersion: v1\n---\napiVersion: v1\nmetadata: {name: x}'),
    'BadRequest',
    "Object 'Kind' is missing",
  ],
  ['no apiVersion', apply({ kind: 'Pod' }), 'BadRequest', "Object 'apiVersion' is missing"],
  [
    'a list that contains itself',
    apply(
      (() => {
        const list: unknown[] = []
        list.push(list)
        return list
      })(),
    ),
    'BadRequest',
    'nor contain themselves',
  ],
  [
    'a manifest that contains itself',
    apply(
      (() => {
        const object: Record<string, unknown> = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'new' } }
        object['spec'] = object
        return object
      })(),
    ),
    'Invalid',
    'unknown field',
  ],
  ['null as an object', (c) => c.pods.create(null as never), 'BadRequest', 'a Pod must be an object, got null'],
  ['a list as an object', (c) => c.pods.create([] as never), 'BadRequest', 'a Pod must be an object, got an array'],
  [
    'metadata that is a word',
    (c) => c.pods.create({ metadata: 'x' } as never),
    'Invalid',
    'metadata: Invalid value: "x": must be of type object',
  ],
  [
    'the wrong kind for a client',
    (c) => c.services.create(podManifest('x') as never),
    'BadRequest',
    'Pod in version "v1" cannot be handled as a Service',
  ],
  [
    'the wrong apiVersion for a client',
    (c) => c.pods.create({ ...podManifest('x'), apiVersion: 'v2' }),
    'BadRequest',
    'the API version in the data (v2) does not match the expected API version (v1)',
  ],
  [
    'an unknown field',
    create(pod({ containers: [{ ...container, imagge: 'x' }] })),
    'Invalid',
    'unknown field "spec.containers[0].imagge"',
  ],

  // Prototypes.
  [
    '__proto__ in YAML',
    apply('apiVersion: v1\nkind: Pod\n__proto__: {polluted: yes}\nmetadata: {name: new}\n'),
    'Invalid',
    '__proto__',
  ],
  [
    '__proto__ as a label in YAML',
    apply(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: new, labels: {__proto__: x}}\nspec: {containers: [{name: a, image: b}]}\n',
    ),
    'Invalid',
    'metadata.labels[__proto__]',
  ],
  [
    '__proto__ in JSON',
    apply(JSON.parse('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"new","__proto__":{"polluted":true}}}')),
    'Invalid',
    '__proto__',
  ],
  [
    '__proto__ as an annotation in JSON',
    apply(
      JSON.parse(
        '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"new","annotations":{"__proto__":"x"}},"spec":{}}',
      ),
    ),
    'Invalid',
    'metadata.annotations[__proto__]',
  ],
  [
    'constructor as a field',
    apply({ ...pod({}), constructor: { prototype: { polluted: true } } }),
    'Invalid',
    'unknown field "constructor"',
  ],
  [
    'constructor in a spec that is known without it',
    create({
      ...podManifest('new'),
      spec: { ...podManifest('a').spec, constructor: { prototype: { polluted: true } } },
    }),
    'Invalid',
    'unknown field "spec.constructor"',
  ],
  [
    '__proto__ in a spec that is known without it',
    create(
      JSON.parse(
        '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"new"},"spec":{"containers":[{"name":"main","image":"web:1"}],"__proto__":{"polluted":true}}}',
      ),
    ),
    'Invalid',
    'unknown field "spec.__proto__"',
  ],
  ['__proto__ as a kind', (c) => c.resource('__proto__'), 'BadRequest', 'no matches for kind'],

  // Metadata.
  [
    'a label that is a number',
    create(labelled({ labels: { a: 5 } })),
    'Invalid',
    'metadata.labels[a]: Invalid value: 5: must be of type string',
  ],
  [
    'a label key that is none',
    create(labelled({ labels: { 'no way': 'x' } })),
    'Invalid',
    'metadata.labels: Invalid value: "no way"',
  ],
  ['a label too long', create(labelled({ labels: { a: 'x'.repeat(64) } })), 'Invalid', 'must be no more than 63'],
  [
    'annotations too big',
    create(labelled({ annotations: { a: 'x'.repeat(270_000) } })),
    'Invalid',
    'metadata.annotations: Too long',
  ],
  [
    'an owner without a uid',
    create(labelled({ ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x' }] })),
    'Invalid',
    'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
  ],
  ['a finalizer that is none', create(labelled({ finalizers: ['no way'] })), 'Invalid', 'metadata.finalizers'],
  [
    'a finalizer of no domain',
    create(labelled({ finalizers: ['example.com/hold', 'hold'] })),
    'Invalid',
    'metadata.finalizers[1]: Invalid value: "hold": name is neither a standard finalizer name nor is it fully qualified',
  ],
  [
    'a finalizer of no domain in a patch',
    (c) => c.services.patch('svc', { metadata: { finalizers: ['hold'] } }),
    'Invalid',
    'metadata.finalizers[0]: Invalid value: "hold": name is neither a standard finalizer name',
  ],
  ['a name that exists', create(podManifest('a')), 'AlreadyExists', 'pods "a" already exists'],
  [
    'a namespace on what has none',
    (c) => c.nodes.get('node-0', { namespace: 'x' }),
    'BadRequest',
    'nodes have no namespace',
  ],
  [
    'a namespace that is empty',
    (c) => c.pods.list({ namespace: '' }),
    'BadRequest',
    'namespace: expected a name, got ""',
  ],
  [
    'a recipe that renames',
    (c) => c.pods.update('a', (draft) => void (draft.metadata.name = 'b')),
    'BadRequest',
    'the name of the object (b) does not match the name on the URL (a)',
  ],
  [
    'a recipe that moves',
    (c) => c.pods.update('a', (draft) => void (draft.metadata.namespace = 'kube-system')),
    'BadRequest',
    'the namespace of the provided object does not match',
  ],
  ['an update of nobody', (c) => c.pods.update({ ...podManifest('nobody') }), 'NotFound', 'pods "nobody" not found'],
  ['an update without a name', (c) => c.pods.update({ metadata: {} }), 'BadRequest', 'name must be provided'],
  [
    'a patch that takes the metadata away',
    (c) => c.nodes.patch('node-0', { metadata: null }, { type: 'merge' }),
    'BadRequest',
    'the name of the object (node-0 based on URL) was undeterminable: name must be provided',
  ],
  ['an update without a recipe', (c) => c.pods.update('a', undefined as never), 'BadRequest', 'needs a recipe'],
  [
    'a recipe that returns another object',
    (c) => c.pods.update('a', (({ ...pod }: object) => ({ ...pod, metadata: {} })) as never),
    'BadRequest',
    'update: the recipe returned another object: it must change the draft it is given',
  ],
  [
    'a recipe that is async',
    (c) => c.pods.update('a', () => Promise.reject(new Error('nobody waits for it')) as never),
    'BadRequest',
    'update: the recipe returned a promise: every call is synchronous',
  ],

  // Specs.
  ['no containers', create(pod({ containers: [] })), 'Invalid', 'spec.containers: Required value'],
  [
    'no spec',
    create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'new' } }),
    'Invalid',
    'spec.containers: Required value',
  ],
  [
    'a request above its limit',
    create(pod({ containers: [{ ...container, resources: { requests: { cpu: 2 }, limits: { cpu: 1 } } }] })),
    'Invalid',
    'must be less than or equal to cpu limit',
  ],
  [
    'half a huge page',
    create(pod({ containers: [{ ...container, resources: { limits: { cpu: 1, 'hugepages-1Gi': '512Mi' } } }] })),
    'Invalid',
    'spec.containers[0].resources.limits[hugepages-1Gi]: Invalid value: "512Mi": ' +
      '512Mi is not positive integer multiple of hugepages-1Gi',
  ],
  [
    'two containers on one host port',
    create(
      pod({
        containers: ['a', 'b'].map((name) => ({ name, image: 'x', ports: [{ containerPort: 80, hostPort: 80 }] })),
      }),
    ),
    'Invalid',
    'Duplicate value',
  ],
  [
    'a restart policy that is none',
    create(pod({ restartPolicy: 'Sometimes' })),
    'Invalid',
    'spec.restartPolicy: Unsupported value: "Sometimes"',
  ],
  [
    'restart rules without a policy of their own',
    create(pod({ containers: [{ ...container, restartPolicyRules: [restartRule('Restart', 'In')] }] })),
    'Invalid',
    'spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
  ],
  [
    'a restart rule that does something else',
    create(pod({ containers: [{ ...container, ...restartRules(restartRule('Stop', 'In')) }] })),
    'Invalid',
    'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart"',
  ],
  [
    'a restart rule with an operator that is none',
    create(pod({ containers: [{ ...container, ...restartRules(restartRule('Restart', 'Equals')) }] })),
    'Invalid',
    'restartPolicyRules[0].exitCodes.operator: Unsupported value: "Equals": supported values: "In", "NotIn"',
  ],
  [
    'a negative grace',
    create(pod({ terminationGracePeriodSeconds: Number.NaN })),
    'Invalid',
    'spec.terminationGracePeriodSeconds',
  ],
  ['a node selector of numbers', create(pod({ nodeSelector: { a: 1 } })), 'Invalid', 'spec.nodeSelector[a]'],
  [
    'a toleration without sense',
    create(pod({ tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] })),
    'Invalid',
    'spec.tolerations[0].operator',
  ],
  [
    'keys of labels beside no selector, in a constraint',
    create(web(spread({ matchLabelKeys: ['app'] }))),
    'Invalid',
    'spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
  ],
  [
    'keys of labels beside no selector, in a hard term',
    create(web(apart({ mismatchLabelKeys: ['app'] }))),
    'Invalid',
    'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].mismatchLabelKeys: Forbidden: ' +
      'must not be specified when labelSelector is not set',
  ],
  [
    'a key of labels that is none, in a constraint',
    create(web(spread({ labelSelector: {}, matchLabelKeys: ['app', 'no way'] }))),
    'Invalid',
    'spec.topologySpreadConstraints[0].matchLabelKeys[1]: Invalid value: "no way": name part must',
  ],
  [
    'a key of labels that is none, in a soft term',
    create(web(near({ labelSelector: {}, mismatchLabelKeys: ['/app'] }))),
    'Invalid',
    'preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.mismatchLabelKeys[0]: Invalid value: "/app": ' +
      'prefix part must be non-empty',
  ],
  [
    'a constraint by a label and its key',
    create(web(spread({ labelSelector: { matchLabels: { app: 'web' } }, matchLabelKeys: ['tier', 'app'] }))),
    'Invalid',
    'spec.topologySpreadConstraints[0][1]: Invalid value: "app": exists in both matchLabelKeys and labelSelector',
  ],
  [
    'a soft term by an expression and its key',
    create(
      web(
        near({
          labelSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
          matchLabelKeys: ['app'],
        }),
      ),
    ),
    'Invalid',
    'podAffinityTerm[0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector',
  ],
  [
    'a hard term by a key that is to match and not to match',
    create(web(apart({ labelSelector: {}, matchLabelKeys: ['tier'], mismatchLabelKeys: ['app', 'tier'] }))),
    'Invalid',
    'requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: Invalid value: "tier": ' +
      'exists in both matchLabelKeys and mismatchLabelKeys',
  ],
  [
    'a template with keys of labels beside no selector',
    create(
      controller({
        template: {
          metadata: { labels: { app: 'new' } },
          spec: { containers: [container], ...spread({ matchLabelKeys: ['app'] }) },
        },
      }),
    ),
    'Invalid',
    'spec.template.spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden',
  ],
  [
    'another image policy for a running pod',
    (c) => c.pods.update('a', (draft) => void (draft.spec.nodeName = 'node-1')),
    'Invalid',
    'pod updates may not change fields other than',
  ],
  [
    'a selector that its template does not match',
    create(controller({ selector: { app: 'other' } })),
    'Invalid',
    '`selector` does not match template `labels`',
  ],
  ['no template', create(controller({ template: undefined })), 'Invalid', 'spec.template: Required value'],
  [
    'a template that restarts on failure only',
    create(
      controller({
        template: { metadata: { labels: { app: 'new' } }, spec: { restartPolicy: 'Never', containers: [container] } },
      }),
    ),
    'Invalid',
    'spec.template.spec.restartPolicy: Unsupported value: "Never"',
  ],
  ['a service without ports', create(service({ ports: [] })), 'Invalid', 'spec.ports: Required value'],
  ['a service of no type', create(service({ type: 'Magic' })), 'Invalid', 'spec.type: Unsupported value: "Magic"'],
  ['a cluster address that is none', create(service({ clusterIP: '300.0.0.1' })), 'Invalid', 'spec.clusterIP'],
  [
    'endpoints at no address',
    create({
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'new' },
      subsets: [{ addresses: [{ ip: 'here' }] }],
    }),
    'Invalid',
    'subsets[0].addresses[0].ip',
  ],
  [
    'a node with a taint that is none',
    create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'new' },
      spec: { taints: [{ key: 'a', effect: 'Push' }] },
    }),
    'Invalid',
    'metadata.taints[0].effect: Unsupported value: "Push"',
  ],
  [
    'a minion with a range that is none',
    create({ apiVersion: 'v1', kind: 'Minion', metadata: { name: 'new' }, spec: { podCIDR: 'here' } }),
    'Invalid',
    'spec.podCIDRs[0]: Invalid value: "here": must be a valid CIDR value',
  ],
  [
    'another range for a node',
    (c) => c.nodes.patch('node-0', { spec: { podCIDR: '10.9.0.0/24' } }),
    'Invalid',
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
  ],
  [
    'a range for a node that is none',
    (c) => c.nodes.update('node-0', (draft) => void (draft.spec.podCIDR = 'here')),
    'Invalid',
    'spec.podCIDRs[0]: Invalid value: "here": must be a valid CIDR value',
  ],
  [
    'a lease without length',
    create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'new' },
      spec: { leaseDurationSeconds: 0 },
    }),
    'Invalid',
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
  ],
  [
    'a lease renewed at no time',
    create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'new' },
      spec: { renewTime: 'yesterday' },
    }),
    'Invalid',
    'spec.renewTime',
  ],
  [
    'an event about another namespace',
    create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'new' },
      involvedObject: { kind: 'Pod', name: 'a', namespace: 'other' },
    }),
    'Invalid',
    'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
  ],
  [
    'a namespace with a dot',
    create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } }),
    'Invalid',
    'metadata.name: Invalid value: "a.b"',
  ],
  [
    'a binding to nothing',
    (c) => c.bindings.create({ metadata: { name: 'a' }, target: {} }),
    'Invalid',
    'target.name: Required value',
  ],
  [
    'a binding to a service',
    (c) => c.bindings.create({ metadata: { name: 'a' }, target: { kind: 'Service', name: 'x' } }),
    'Invalid',
    'target.kind: Unsupported value: "Service"',
  ],
  [
    'a binding of nobody',
    (c) => c.bindings.create({ metadata: { name: 'nobody' }, target: { name: 'node-0' } }),
    'NotFound',
    'pods "nobody" not found',
  ],

  // Reading.
  ['nobody', (c) => c.pods.get('nobody'), 'NotFound', 'pods "nobody" not found'],
  ['an empty name', (c) => c.pods.get(''), 'BadRequest', "name: expected a string that is not empty, got ''"],
  [
    'a label selector that does not parse',
    (c) => c.pods.list({ labelSelector: 'a in' }),
    'BadRequest',
    'unable to parse requirement',
  ],
  [
    'a label selector that is a number',
    (c) => c.pods.list({ labelSelector: 5 as never }),
    'BadRequest',
    'labelSelector: expected a string or an object, got 5',
  ],
  [
    'a label selector that is a Map',
    (c) => c.pods.list({ labelSelector: new Map([['app', 'web']]) as never }),
    'BadRequest',
    'labelSelector: expected a string or an object, got a Map',
  ],
  [
    'a label selector that is a list',
    (c) => c.pods.list({ labelSelector: ['app=web'] as never }),
    'BadRequest',
    'labelSelector: expected a string or an object, got a list',
  ],
  [
    'a label selector whose field is misspelt',
    (c) => c.pods.list({ labelSelector: { matchLabel: { app: 'web' } } as never }),
    'BadRequest',
    'labelSelector.matchLabel: unknown; did you mean "matchLabels"?',
  ],
  [
    'a label selector with a field of neither form',
    (c) => c.pods.list({ labelSelector: { matchLabels: {}, app: 'web' } as never }),
    'BadRequest',
    'labelSelector.app: unknown; expected one of matchLabels, matchExpressions',
  ],
  [
    'a label that is asked for by a number',
    (c) => c.pods.list({ labelSelector: { 'app.io/tier': 5 } as never }),
    'BadRequest',
    'labelSelector["app.io/tier"]: expected a string, got 5',
  ],
  [
    'labels to match that are none',
    (c) => c.pods.list({ labelSelector: { matchLabels: 'app=web' } as never }),
    'BadRequest',
    'labelSelector.matchLabels: expected an object, got "app=web"',
  ],
  [
    'an expression without a key',
    (c) => c.pods.list({ labelSelector: { matchExpressions: [{ operator: 'Exists' }] } as never }),
    'BadRequest',
    'labelSelector.matchExpressions[0].key: expected a string, got nothing',
  ],
  [
    'an expression whose values are none',
    (c) => c.pods.list({ labelSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: 'b' }] } as never }),
    'BadRequest',
    'labelSelector.matchExpressions[0].values: expected a list, got "b"',
  ],
  [
    'a field selector of an unknown field',
    (c) => c.pods.list({ fieldSelector: 'spec.colour=red' }),
    'BadRequest',
    'field label not supported: spec.colour',
  ],
  [
    'a field selector that does not parse',
    (c) => c.pods.list({ fieldSelector: 'spec.nodeName' }),
    'BadRequest',
    'invalid selector',
  ],
  [
    'an option that is none',
    (c) => c.pods.list({ labelselector: 'a=b' } as never),
    'BadRequest',
    '"labelselector": unknown option',
  ],
  ['a limit that is none', (c) => c.pods.list({ limit: -1 }), 'BadRequest', 'limit: Invalid value: -1'],
  ['a continue that nobody gave', (c) => c.pods.list({ continue: 'more' }), 'BadRequest', 'continue key is not valid'],
  [
    'a continue of another resource',
    (c) => c.pods.list({ continue: c.namespaces.list({ limit: 1 }).metadata.continue! }),
    'BadRequest',
    'continue key is not valid',
  ],
  [
    'a watch from nowhere',
    (c) => c.pods.watch({ resourceVersion: 'now' }),
    'BadRequest',
    'resourceVersion: Invalid value: "now"',
  ],
  ['a watch from the future', (c) => c.pods.watch({ resourceVersion: '999999' }), 'BadRequest', 'future revision'],
  ['a watch from a past not kept', (c) => c.pods.watch({ resourceVersion: '1' }), 'Expired', 'has been compacted'],
  ['a past not kept', (c) => c.at(1), 'Expired', 'has been compacted'],
  ['a revision to come', (c) => c.at(999_999), 'BadRequest', 'future revision'],
  ['half a revision', (c) => c.at(100.5), 'BadRequest', 'revision: expected a whole number, 0 or more, got 100.5'],
  ['a history of a past not kept', (c) => c.history(1), 'Expired', 'has been compacted'],
  ['a table of nothing', (c) => c.table('gizmos'), 'BadRequest', 'the server doesn\'t have a resource type "gizmos"'],

  // Deleting.
  ['a delete of nobody', (c) => c.pods.delete('nobody'), 'NotFound', 'pods "nobody" not found'],
  [
    'half a second of grace in a delete',
    (c) => c.pods.delete('a', { gracePeriodSeconds: 0.5 }),
    'BadRequest',
    'gracePeriodSeconds: Invalid value: 0.5',
  ],
  [
    'a delete of another uid',
    (c) => c.pods.delete('a', { preconditions: { uid: 'other' } }),
    'Conflict',
    'the UID in the precondition (other) does not match the UID in record (',
  ],
  [
    'a delete of another version',
    (c) => c.pods.delete('a', { preconditions: { resourceVersion: '1' } }),
    'Conflict',
    'the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (',
  ],
  [
    'a propagation that is none',
    (c) => c.pods.delete('a', { propagationPolicy: 'Sideways' }),
    'Invalid',
    'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
  ],
  [
    'a propagation said twice',
    (c) => c.pods.delete('a', { propagationPolicy: 'Orphan', orphanDependents: true }),
    'Invalid',
    'propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
  ],
  [
    'an orphaning that is neither true nor false',
    (c) => c.pods.delete('a', { orphanDependents: 'yes' } as never),
    'BadRequest',
    'orphanDependents: Invalid value: "yes"',
  ],
  [
    'a delete of a namespace that every cluster has',
    (c) => c.namespaces.delete('kube-system'),
    'Forbidden',
    'namespaces "kube-system" is forbidden: this namespace may not be deleted',
  ],
  [
    'a delete option that is none',
    (c) => c.pods.delete('a', { grace: 5 } as never),
    'BadRequest',
    'unknown field "grace"',
  ],

  // Patches.
  ['a patch of nobody', (c) => c.pods.patch('nobody', {}), 'NotFound', 'pods "nobody" not found'],
  [
    'a patch of a Minion',
    (c) => c.minions.patch('node-0', {}),
    'MethodNotAllowed',
    'patch is not supported on resources of kind "minions"',
  ],
  [
    'a patch of the status of what has none',
    (c) => c.endpoints.patch('svc', { status: {} }, { subresource: 'status' }),
    'MethodNotAllowed',
    'endpoints',
  ],
  ['a patch that is text', (c) => c.pods.patch('a', '{}' as never), 'BadRequest', 'expected an object, got a string'],
  ['a patch that is a list', (c) => c.pods.patch('a', []), 'BadRequest', 'expected an object, got a list'],
  ['a patch that is null', (c) => c.pods.patch('a', null as never), 'BadRequest', 'expected an object, got null'],
  [
    'a patch with a function in it',
    (c) => c.pods.patch('a', { spec: { containers: [() => {}] } }),
    'BadRequest',
    'patch.spec.containers[0]: Invalid value: must be plain data',
  ],
  [
    'a patch that contains itself',
    (c) => {
      const patch: Record<string, unknown> = {}
      patch['spec'] = patch
      c.pods.patch('a', patch)
    },
    'BadRequest',
    'nor contain itself',
  ],
  [
    'a patch of a type that is none',
    (c) => c.pods.patch('a', {}, { type: 'yaml' as never }),
    'BadRequest',
    'type: expected one of json, merge, strategic, apply, got "yaml"',
  ],
  [
    'a patch option that is none',
    (c) => c.pods.patch('a', {}, { dryrun: true } as never),
    'BadRequest',
    '"dryrun": unknown option',
  ],
  [
    'a patch of a subresource that is none',
    (c) => c.pods.patch('a', {}, { subresource: 'log' as never }),
    'BadRequest',
    'subresource: expected one of status, scale, resize, ephemeralcontainers, got "log"',
  ],
  [
    'a resize of what is no pod',
    (c) => c.configMaps.updateResize('a', () => {}),
    'MethodNotAllowed',
    'resize is not supported on resources of kind "configmaps"',
  ],
  [
    'a resize without a recipe',
    (c) => c.pods.updateResize('a' as never),
    'BadRequest',
    'updateResize by name needs a recipe',
  ],
  [
    'a forced patch that is no apply',
    (c) => c.pods.patch('a', {}, { force: true }),
    'Invalid',
    'force: Forbidden: may not be specified for non-apply patch',
  ],
  [
    'an unknown field in a strategic patch',
    (c) => c.replicationControllers.patch('web', { spec: { replica: 3 } }),
    'Invalid',
    'unknown field "spec.replica": did you mean "replicas"?',
  ],
  [
    'an unknown field in a merge patch',
    (c) => c.pods.patch('a', { metadata: { label: { a: 'b' } } }, { type: 'merge' }),
    'Invalid',
    'unknown field "metadata.label": did you mean "labels"?',
  ],
  [
    'an unknown field in a JSON patch',
    (c) => c.pods.patch('a', [{ op: 'add', path: '/spec/colour', value: 'red' }], { type: 'json' }),
    'Invalid',
    'unknown field "spec.colour"',
  ],
  [
    'a wrong type in a patch',
    (c) => c.replicationControllers.patch('web', { spec: { replicas: '3' } }),
    'Invalid',
    'spec.replicas: Invalid value: "3": must be of type integer',
  ],
  [
    'a patch that breaks a rule',
    (c) => c.replicationControllers.patch('web', { spec: { replicas: -1 } }),
    'Invalid',
    'spec.replicas: Invalid value: -1',
  ],
  [
    'a patch of an immutable field',
    (c) => c.pods.patch('a', { spec: { nodeName: 'node-7' } }),
    'Invalid',
    'pod updates may not change fields other than',
  ],
  [
    'a patch of the uid',
    (c) => c.pods.patch('a', { metadata: { uid: 'other' } }),
    'Invalid',
    'metadata.uid: Invalid value: "other": field is immutable',
  ],
  [
    'a patch of the deletion timestamp',
    (c) => c.services.patch('svc', { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } }),
    'Invalid',
    'metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is immutable',
  ],
  [
    'a patch that renames',
    (c) => c.pods.patch('a', { metadata: { name: 'b' } }),
    'BadRequest',
    'the name of the object (b) does not match the name on the URL (a)',
  ],
  [
    'a patch that moves',
    (c) => c.pods.patch('a', { metadata: { namespace: 'kube-system' } }),
    'BadRequest',
    'the namespace of the provided object does not match',
  ],
  [
    'a patch that makes another kind',
    (c) => c.pods.patch('a', { kind: 'Service' }),
    'BadRequest',
    'Service in version "v1" cannot be handled as a Pod',
  ],
  [
    'a patch of a version long gone',
    (c) => c.pods.patch('a', { metadata: { resourceVersion: '1', labels: { a: 'b' } } }),
    'Conflict',
    'the object has been modified',
  ],
  [
    'a patch of a resourceVersion that is none',
    (c) => c.pods.patch('a', { metadata: { resourceVersion: 1 } }),
    'Invalid',
    'metadata.resourceVersion: Invalid value: 1: must be of type string',
  ],
  [
    'an element without its merge key',
    (c) =>
      c.replicationControllers.patch('web', { spec: { template: { spec: { containers: [{ image: 'web:2' }] } } } }),
    'BadRequest',
    'spec.template.spec.containers: map: map[image:web:2] does not contain declared merge key: name',
  ],
  [
    'an unknown directive of a patch',
    (c) => c.services.patch('svc', { spec: { $patch: 'keep' } }),
    'BadRequest',
    'spec: unknown patch type: keep in map: map[$patch:keep]',
  ],
  [
    'an unknown directive in a list of a patch',
    (c) => c.services.patch('svc', { spec: { ports: [{ port: 80, $patch: 'merge' }] } }),
    'BadRequest',
    'spec.ports: merging lists cannot yet be specified in the patch',
  ],
  [
    'scalars among the elements of a patch',
    (c) => c.services.patch('svc', { spec: { ports: [80] } }),
    'BadRequest',
    'spec.ports: list element types are not identical',
  ],
  [
    'an order that its patch does not follow',
    (c) =>
      c.services.patch('svc', {
        spec: { ports: [{ port: 80 }, { port: 81 }], '$setElementOrder/ports': [{ port: 81 }, { port: 80 }] },
      }),
    'BadRequest',
    "spec.ports: the order in patch list:\n[map[port:80] map[port:81]]\n doesn't match $setElementOrder list:",
  ],
  [
    'an order of no list',
    (c) => c.services.patch('svc', { spec: { $setElementOrder: [] } }),
    'BadRequest',
    'invalid patch format of setElementOrder list',
  ],
  [
    'keys to retain that are no list',
    (c) => c.services.patch('svc', { spec: { $retainKeys: 'ports' } }),
    'BadRequest',
    'spec.$retainKeys: invalid patch format of retainKeys',
  ],
  [
    'keys to retain that leave out one that is set',
    (c) => c.services.patch('svc', { spec: { $retainKeys: ['ports'], type: 'ClusterIP' } }),
    'BadRequest',
    'spec.$retainKeys: invalid patch format of retainKeys: type is not among them',
  ],
  [
    'a deletion from no list',
    (c) => c.services.patch('svc', { metadata: { $deleteFromPrimitiveList: ['a'] } }),
    'BadRequest',
    'invalid patch format of primitive list',
  ],
  [
    'a JSON patch that is an object',
    (c) => c.pods.patch('a', { spec: {} }, { type: 'json' }),
    'BadRequest',
    'error decoding patch: expected a list of operations, got an object',
  ],
  [
    'a JSON patch of an unknown operation',
    (c) => c.pods.patch('a', [{ op: 'increment', path: '/spec/priority' }], { type: 'json' }),
    'Invalid',
    'Unexpected kind: increment',
  ],
  [
    'a JSON patch with a field that is none',
    (c) => c.pods.patch('a', [{ op: 'remove', path: '/spec/priority', where: 'here' } as never], { type: 'json' }),
    'Invalid',
    'json patch unknown field "[0].where"',
  ],
  [
    'a JSON patch whose path is a number',
    (c) => c.pods.patch('a', [{ op: 'remove', path: 5 as never }], { type: 'json' }),
    'BadRequest',
    'error decoding patch: [0].path: expected a string, got a number',
  ],
  [
    'a JSON patch that removes what is not there',
    (c) => c.pods.patch('a', [{ op: 'remove', path: '/metadata/labels' }], { type: 'json' }),
    'Invalid',
    "error in remove for path: '/metadata/labels': Unable to remove nonexistent key: labels: missing value",
  ],
  [
    'a JSON patch through what is not there',
    (c) => c.pods.patch('a', [{ op: 'add', path: '/metadata/labels/app', value: 'web' }], { type: 'json' }),
    'Invalid',
    'add operation does not apply: doc is missing path: "/metadata/labels/app": missing value',
  ],
  [
    'a JSON patch behind the end of a list',
    (c) => c.pods.patch('a', [{ op: 'add', path: '/spec/containers/7', value: {} }], { type: 'json' }),
    'Invalid',
    'Unable to access invalid index: 7: invalid index referenced',
  ],
  [
    'a JSON patch whose test fails',
    (c) => c.pods.patch('a', [{ op: 'test', path: '/metadata/name', value: 'b' }], { type: 'json' }),
    'Invalid',
    'testing value /metadata/name failed: test failed',
  ],
  [
    'a JSON patch that leaves no object',
    (c) => c.pods.patch('a', [{ op: 'replace', path: '', value: [] }], { type: 'json' }),
    'BadRequest',
    'a Pod must be an object, got an array',
  ],
  [
    'a JSON patch without end',
    (c) =>
      c.pods.patch(
        'a',
        Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/metadata/name', value: 'a' })),
        { type: 'json' },
      ),
    'RequestEntityTooLarge',
    'The allowed maximum operations in a JSON patch is 10000, got 10001',
  ],
  [
    '__proto__ in a strategic patch',
    (c) => c.pods.patch('a', JSON.parse('{"metadata":{"labels":{"__proto__":"x"}}}') as object),
    'BadRequest',
    'patch.metadata.labels.__proto__: must not be named __proto__',
  ],
  [
    '__proto__ in a merge patch',
    (c) => c.pods.patch('a', JSON.parse('{"__proto__":{"polluted":true}}') as object, { type: 'merge' }),
    'BadRequest',
    'patch.__proto__: must not be named __proto__',
  ],
  [
    '__proto__ in the path of a JSON patch',
    (c) => c.pods.patch('a', [{ op: 'add', path: '/__proto__/polluted', value: true }], { type: 'json' }),
    'Invalid',
    'doc is missing path: "/__proto__/polluted"',
  ],
  [
    '__proto__ at the end of a path',
    (c) => c.pods.patch('a', [{ op: 'add', path: '/metadata/__proto__', value: { polluted: true } }], { type: 'json' }),
    'Invalid',
    'must not be named __proto__',
  ],
  [
    'constructor in the path of a JSON patch',
    (c) => c.pods.patch('a', [{ op: 'add', path: '/constructor/prototype/polluted', value: true }], { type: 'json' }),
    'Invalid',
    'doc is missing path: "/constructor/prototype/polluted"',
  ],
  [
    'constructor as a field of a patch',
    (c) => c.pods.patch('a', { spec: { constructor: { prototype: { polluted: true } } } }),
    'Invalid',
    'unknown field "spec.constructor"',
  ],
  [
    'a manager of an apply that is not on the server',
    (c) => c.apply(podManifest('x'), { fieldManager: 'ci' }),
    'BadRequest',
    'fieldManager: only with serverSide: true',
  ],
  [
    'an apply on the server by nobody',
    (c) => c.pods.patch('a', podManifest('a'), { type: 'apply' }),
    'Invalid',
    'fieldManager: Required value: is required for apply patch',
  ],
  [
    'a manager whose name is too long',
    (c) => c.pods.patch('a', podManifest('a'), { type: 'apply', fieldManager: 'é'.repeat(65) }),
    'Invalid',
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
  ],
  [
    'a manager whose name cannot be printed',
    (c) => c.pods.patch('a', {}, { fieldManager: 'é\tx' }),
    'Invalid',
    'fieldManager: Invalid value: "é\\tx": invalid character U+0009 (at position 2)',
  ],
  // Everything else.
  ['a kind that is a number', (c) => c.resource(5 as never), 'BadRequest', "kind: expected a string such as 'v1/Pod'"],
  ['a kind of no version', (c) => c.resource('Pod'), 'BadRequest', 'no matches for kind "Pod" in version ""'],
  ['a fork by half a seed', (c) => c.fork({ seed: 0.5 }), 'BadRequest', 'seed: expected a whole number, got 0.5'],
  ['a listener to nothing', (c) => c.on('nothing' as 'change', () => {}), 'BadRequest', 'there is no event "nothing"'],
  ['a predicate that is none', (c) => c.runUntil(true as never), 'BadRequest', 'predicate: expected a function'],
  [
    'a predicate that is async',
    (c) => c.runUntil((() => Promise.resolve(false)) as never),
    'BadRequest',
    'predicate: returned a promise: every call is synchronous',
  ],
  [
    'what to do with the unsupported',
    (c) => c.apply(podManifest('x'), { unsupported: 'ignore' as never }),
    'BadRequest',
    "unsupported: expected 'refuse' or 'skip'",
  ],
]
