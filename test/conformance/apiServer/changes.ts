/** Small changes of objects by chance, so that every rule of a server has its turn: what is asked when it is recorded. */
import type { Field, FieldType, ScalarType } from '../../../src/api/schema/definition.ts'
import type { Schema } from '../../../src/api/schema/schema.ts'
import type { RandomStream } from '../../../src/kernel/random.ts'
import type { Json } from './answers.ts'

type Fields = Record<string, Json>

const long = 'x'.repeat(64)
const strings = [
  '',
  'a',
  'web',
  'A_b!',
  'a.b',
  '-a',
  'example.com/x',
  long,
  'x'.repeat(254),
  '1',
  '/a',
  'a b',
  'ü',
  '*',
]
const names = ['a', 'web', 'A', '', 'a.b', 'cpu', 'memory', 'example.com/gpu', 'main', long, '-a']
const keys = ['a', 'app', 'b.c/d', 'Bad Key', long, 'kubernetes.io/x', '']
const resources = ['cpu', 'memory', 'ephemeral-storage', 'example.com/gpu', 'hugepages-2Mi', 'pods', 'storage', 'foo']
const numbers = [-1, 0, 1, 2, 80, 101, 65535, 65536, 2147483647]
const times = ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00+02:00', '2020-01-01T00:00:00.5Z']
const portions = [0, 1, -1, '50%', '101%', 'x']
const addresses = ['1.2.3.4', '::1', 'x', '127.0.0.1', '10.0.0.0/8', '10.96.0.200']

const scalars: Readonly<Record<ScalarType, readonly Json[]>> = {
  string: strings,
  bytes: ['YQ==', ''],
  int32: numbers,
  int64: [...numbers, 4294967296],
  number: [0, 1.5, -1],
  boolean: [true, false],
  time: times,
  microTime: ['2020-01-01T00:00:00.000000Z'],
  quantity: ['0', '1', '-1', '1.5', '100m', '1Gi', '1n', 5],
  intOrString: [...portions, 'http', 65536],
  object: [{}, { a: 1 }],
  any: [{}, 1, 'a'],
}

/** Values that mean something where a field has this name; lists for fields that are lists. */
const meant: Readonly<Record<string, readonly Json[]>> = {
  accessModes: [['ReadWriteOnce'], ['ReadWriteOncePod', 'ReadWriteOnce'], ['x'], []],
  addressType: ['IPv4', 'IPv6', 'FQDN', 'x'],
  addresses: [['1.2.3.4'], ['::1'], ['x'], [], ['127.0.0.1']],
  apiGroup: ['', 'rbac.authorization.k8s.io', 'x'],
  apiVersion: ['v1', 'apps/v1', '', 'a/b/c'],
  cidr: ['10.0.0.0/8', '10.0.0.1/8', 'x', '::/0'],
  clusterIP: ['None', '', ...addresses],
  clusterIPs: [['None'], ['10.96.0.201'], ['::1'], []],
  completionMode: ['NonIndexed', 'Indexed', 'x'],
  concurrencyPolicy: ['Allow', 'Forbid', 'Replace', 'x'],
  defaultMode: [0, 420, 512, -1],
  divisor: ['1', '1m', '2', '1Mi', '0'],
  dnsPolicy: ['ClusterFirst', 'None', 'Default', 'x'],
  effect: ['NoSchedule', 'PreferNoSchedule', 'NoExecute', 'x', ''],
  externalIPs: [['1.2.3.4'], ['127.0.0.1'], ['x'], ['::1']],
  externalTrafficPolicy: ['Cluster', 'Local', 'x'],
  fieldPath: ['metadata.name', 'status.podIP', "metadata.labels['a']", "metadata.labels['A b']", 'x'],
  finalizers: [['a'], ['a.b/c'], [''], ['orphan', 'foregroundDeletion']],
  generateName: ['a-', 'A', ''],
  image: ['a', '', ' a', 'web:1'],
  imagePullPolicy: ['Always', 'Never', 'IfNotPresent', 'x', ''],
  internalTrafficPolicy: ['Cluster', 'Local', 'x'],
  ip: [...addresses, '169.254.1.1', '0.0.0.0'],
  ipFamilies: [['IPv4'], ['IPv6'], ['IPv4', 'IPv6'], ['x']],
  ipFamilyPolicy: ['SingleStack', 'PreferDualStack', 'RequireDualStack', 'x'],
  key: ['a', 'A b', '', 'example.com/a', 'metadata.name', 'a/b/c'],
  kind: ['Pod', 'ServiceAccount', 'User', '', 'x', 'Deployment', 'Node'],
  maxSurge: portions,
  maxUnavailable: portions,
  minAvailable: portions,
  mountPath: ['/a', '', 'a:b', 'a'],
  name: names,
  operator: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Equal', 'x', ''],
  path: ['/a', 'a', '', '/a/../b', '..', '/'],
  pathType: ['Exact', 'Prefix', 'ImplementationSpecific', 'x'],
  policyTypes: [['Ingress'], ['Egress'], ['x'], []],
  podManagementPolicy: ['Parallel', 'OrderedReady', 'x'],
  preemptionPolicy: ['Never', 'PreemptLowerPriority', 'x'],
  priorityClassName: ['', 'system-node-critical', 'none', 'A'],
  protocol: ['TCP', 'UDP', 'SCTP', 'ICMP', ''],
  resource: ['limits.cpu', 'requests.memory', 'cpu', 'x'],
  restartPolicy: ['Always', 'OnFailure', 'Never', 'x', ''],
  schedule: ['* * * * *', 'x', '@daily', 'TZ=UTC * * * * *', '61 * * * *'],
  scopes: [['BestEffort'], ['Terminating', 'NotTerminating'], ['x']],
  sessionAffinity: ['None', 'ClientIP', 'x'],
  terminationMessagePolicy: ['File', 'FallbackToLogsOnError', 'x'],
  timeZone: ['UTC', 'Europe/Berlin', 'Nowhere/x', '', 'Local'],
  type: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'RollingUpdate', 'Recreate', 'OnDelete', 'x', ''],
  unhealthyPodEvictionPolicy: ['IfHealthyBudget', 'AlwaysAllow', 'x'],
  values: [['a'], [], ['a', 'b'], ['1'], ['A b']],
  verbs: [['get'], ['*'], []],
  volumeMode: ['Block', 'Filesystem', 'x'],
  whenUnsatisfiable: ['DoNotSchedule', 'ScheduleAnyway', 'x'],
}

export class Changes {
  constructor(
    private readonly schema: Schema,
    private readonly random: RandomStream,
  ) {}

  /** Changes one thing somewhere in an object, in place, but in none of the fields that are named. */
  change(object: Fields, definition: string, but: readonly string[]): void {
    const { random } = this
    const fields = this.schema.definition(definition).fields.filter(({ name }) => !but.includes(name))
    const there = fields.filter(({ name }) => object[name] !== undefined && object[name] !== null)
    const field = there.length > 0 && this.is(0.7) ? random.pick(there) : random.pick(fields)
    const { name, type } = field
    const now = object[name]
    const inside = this.inside(now, type)
    if (inside !== undefined && this.is(0.85)) {
      this.change(inside.object, inside.definition, inside.definition === 'meta.v1.ObjectMeta' ? ofServer : [])
    } else if (now !== undefined && this.is(0.15)) delete object[name]
    else object[name] = this.value(field, field.type, 2)
  }

  /** The object that a field holds, or one of those in its list. */
  private inside(value: Json | undefined, type: FieldType): { object: Fields; definition: string } | undefined {
    if (typeof value !== 'object' || value === null) return undefined
    if (type.kind === 'ref') return { object: value as Fields, definition: type.definition }
    if (type.kind !== 'array' || !Array.isArray(value) || value.length === 0) return undefined
    return this.inside(this.random.pick(value as Json[]), type.of)
  }

  /** Something for a field, with references followed `depth` deep. */
  value(field: Pick<Field, 'name' | 'values'>, type: FieldType, depth: number): Json {
    const { random } = this
    const said = meant[field.name]
    if (said !== undefined && (type.kind === 'array') === Array.isArray(said[0]) && this.is(0.7))
      return random.pick(said)
    if (type.kind === 'scalar') {
      return field.values.length > 0 && this.is(0.75) ? random.pick(field.values) : random.pick(scalars[type.scalar])
    }
    if (type.kind === 'array') {
      return Array.from({ length: random.pick([0, 1, 1, 1, 2]) }, () => this.value(field, type.of, depth))
    }
    if (type.kind === 'map') {
      const names = type.of.kind === 'scalar' && type.of.scalar === 'quantity' ? resources : keys
      const entries = Array.from({ length: random.pick([0, 1, 1, 2]) }, () => random.pick(names))
      return Object.fromEntries(entries.map((key) => [key, this.value({ name: '', values: [] }, type.of, depth)]))
    }
    const { fields } = this.schema.definition(type.definition)
    const share = depth > 0 ? Math.min(0.5, 1.2 / fields.length) : 0
    const chosen = fields.filter(({ required }) => this.is(required ? 0.9 : share))
    return Object.fromEntries(chosen.map((each) => [each.name, this.value(each, each.type, depth - 1)]))
  }

  /** Leaves out some of what a patch says, and says null of some. */
  thin(value: Json): void {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inside] of Object.entries(value)) {
      const fields = value as Fields
      if (Array.isArray(value)) this.thin(inside)
      else if (key !== 'name' && this.is(0.25)) delete fields[key]
      else if (this.is(0.04)) fields[key] = null
      else this.thin(inside)
    }
  }

  private is(share: number): boolean {
    return this.random.fraction() < share
  }
}

/** What of an object's metadata the server decides, or what would make it another object. */
const ofServer = [
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'managedFields',
  'selfLink',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]
