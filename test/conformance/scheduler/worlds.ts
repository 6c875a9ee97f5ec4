/** Nodes, owners, services and pods by chance, such that every plugin of the scheduler has something to say. */
import type { Container, Node, Pod, Taint } from '../../../src/api/types/core.ts'
import { Memory } from '../../../src/kernel/memory.ts'
import { createStreams, type RandomStream } from '../../../src/kernel/random.ts'

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: object
}

interface NodeManifest extends Pick<Node, 'kind' | 'spec' | 'status'> {
  readonly metadata: { readonly name: string; readonly labels: object }
}

export interface World {
  readonly nodes: readonly NodeManifest[]
  /** A Service and controllers without replicas, for the rules that nobody has to ask for. */
  readonly others: readonly Manifest[]
  /** One after the other; each is `bound` where kube-scheduler puts it, or goes. Each names its owner's kind, if it has one. */
  readonly pods: readonly { readonly pod: Pick<Pod, 'metadata' | 'spec'>; readonly owner: string | undefined }[]
}

export const namespaces = ['default', 'other'] as const
export const profiles = ['default-scheduler', 'most', 'ratio', 'least', 'weights'] as const
const apps = ['web', 'db', 'cache']
const zones = ['z1', 'z2', 'z3']
const zone = 'topology.kubernetes.io/zone'
const hostname = 'kubernetes.io/hostname'
const keys = [hostname, zone, 'disk']
const gpu = 'example.com/gpu'
const images = ['nginx:1', 'redis:7', 'big/thing:v1']
const sizes = [120, 120, 900].map((size) => size * 2 ** 20)

export const worldCount = 8
const podCount = 40

export function worldOf(number: number): World {
  return new Maker(createStreams(new Memory().map('random'), () => 1)(`world ${number}`)).world()
}

class Maker {
  /** Whose pods each owner takes. */
  private readonly owners: Readonly<Record<string, string>>

  constructor(private readonly random: RandomStream) {
    this.owners = { ReplicaSet: this.app, ReplicationController: this.app, StatefulSet: this.app }
  }

  world(): World {
    const { random } = this
    const nodes = Array.from({ length: random.integer(6, 20) }, (_, number) => this.node(`n${number}`))
    return {
      nodes,
      others: this.others(),
      pods: Array.from({ length: podCount }, (_, number) => this.pod(`p${number}`)),
    }
  }

  private get app(): string {
    return this.random.pick(apps)
  }

  private chance(share: number): boolean {
    return this.random.fraction() < share
  }

  /** Something in so many cases, and else nothing. */
  private maybe<T extends object>(share: number, make: () => T): T | Record<string, never> {
    return this.chance(share) ? make() : {}
  }

  private some<T>(make: () => T): T[] {
    return Array.from({ length: this.random.integer(1, 2) }, make)
  }

  private node(name: string): World['nodes'][number] {
    const { random } = this
    const labels = {
      [hostname]: name,
      ...this.maybe(0.85, () => ({ [zone]: random.pick(zones) })),
      ...this.maybe(0.5, () => ({ disk: random.pick(['ssd', 'hdd']) })),
      ...this.maybe(0.3, () => ({ gen: String(random.integer(1, 9)) })),
    }
    const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
    const isCordoned = this.chance(0.07)
    const taints: Taint[] = [
      ...(this.chance(0.2)
        ? [{ key: 'dedicated', value: random.pick(['a', 'b']), effect: random.pick(effects) as 'NoExecute' }]
        : []),
      ...(this.chance(0.1) ? [{ key: 'spot', effect: 'PreferNoSchedule' } as const] : []),
      ...(isCordoned ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const] : []),
    ]
    const allocatable = {
      cpu: random.pick(['2', '4', '4', '8']),
      memory: random.pick(['4Gi', '8Gi', '16Gi']),
      pods: random.pick(['5', '20', '110']),
      'ephemeral-storage': '100Gi',
      ...this.maybe(0.15, () => ({ [gpu]: '4' })),
    }
    const held = images.flatMap((image, i) =>
      this.chance(0.4)
        ? [{ names: [`docker.io/${image.includes('/') ? '' : 'library/'}${image}`], sizeBytes: sizes[i]! }]
        : [],
    )
    const status = { capacity: allocatable, allocatable, ...(held.length > 0 && { images: held }) }
    const spec = { ...(taints.length > 0 && { taints }), ...(isCordoned && { unschedulable: true }) }
    return { kind: 'Node', metadata: { name, labels }, spec, status }
  }

  private others(): Manifest[] {
    const { owners } = this
    const container = { name: 'a', image: 'b' }
    const controllers = Object.entries(owners).map(([kind, app]) => ({
      apiVersion: kind === 'ReplicationController' ? 'v1' : 'apps/v1',
      kind,
      metadata: { name: kind.toLowerCase() },
      spec: {
        replicas: 0,
        selector: kind === 'ReplicationController' ? { app } : { matchLabels: { app } },
        template: { metadata: { labels: { app } }, spec: { containers: [container] } },
        ...(kind === 'StatefulSet' && { serviceName: 'none' }),
      },
    }))
    const spec = { selector: { app: this.app }, ports: [{ port: 80 }] }
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'service' }, spec }
    return this.chance(0.6) ? [...controllers, service] : controllers
  }

  private pod(name: string): World['pods'][number] {
    const { random, owners } = this
    const namespace = this.chance(0.12) ? namespaces[1] : namespaces[0]
    const owner = namespace === 'default' && this.chance(0.3) ? random.pick(Object.keys(owners)) : undefined
    const app = owner === undefined ? this.app : owners[owner]
    const labels = {
      app,
      ...this.maybe(0.4, () => ({ tier: random.pick(['front', 'back']) })),
      ...this.maybe(0.5, () => ({ team: random.pick(['a', 'b']) })),
    }
    // Who says how it is to be spread is not spread as its owner would have it.
    const spreads = this.chance(owner === undefined ? 0.4 : 0.1)
    const isWhole = this.chance(0.08)
    const spec = {
      schedulerName: random.pick(profiles),
      containers: this.some(() => this.container(isWhole)).map((one, i) => ({ ...one, name: `c${i}` })),
      ...(isWhole
        ? { resources: { requests: { cpu: random.pick(['100m', '1']), memory: random.pick(['128Mi', '3Gi']) } } }
        : this.maybe(0.15, () => ({ initContainers: [this.initContainer()] }))),
      ...this.maybe(0.15, () => ({ nodeSelector: random.pick([{ disk: 'ssd' }, { [zone]: 'z1' }, { [zone]: 'z2' }]) })),
      ...this.maybe(0.3, () => ({ tolerations: [this.toleration()] })),
      affinity: {
        ...this.maybe(0.3, () => this.nodeAffinity()),
        ...this.near('podAffinity'),
        ...this.near('podAntiAffinity'),
      },
      ...(spreads && { topologySpreadConstraints: this.spreading() }),
    }
    return { pod: { metadata: { name, namespace, labels }, spec } as unknown as Pick<Pod, 'metadata' | 'spec'>, owner }
  }

  private container(isSilent: boolean): Omit<Container, 'name'> {
    const { random } = this
    const requests = {
      ...this.maybe(0.8, () => ({ cpu: random.pick(['50m', '100m', '250m', '500m', '1', '1500m']) })),
      ...this.maybe(0.7, () => ({ memory: random.pick(['64Mi', '128Mi', '512Mi', '1Gi', '2Gi']) })),
      ...this.maybe(0.05, () => ({ 'ephemeral-storage': '10Gi' })),
    }
    const resources = { requests, ...this.maybe(0.06, () => ({ limits: { [gpu]: '1' } })) }
    const port = () => ({
      containerPort: 80,
      hostPort: random.pick([80, 8080]),
      hostIP: random.pick(['', '127.0.0.1']),
    })
    const ports = this.maybe(0.1, () => ({ ports: [{ ...port(), protocol: random.pick(['TCP', 'UDP'] as const) }] }))
    return { image: random.pick(images), ...(!isSilent && { resources }), ...ports }
  }

  private initContainer(): Container {
    const { random } = this
    const resources = { requests: { cpu: random.pick(['1', '3']) } }
    return {
      name: 'init',
      image: random.pick(images),
      resources,
      ...this.maybe(0.5, () => ({ restartPolicy: 'Always' })),
    }
  }

  private toleration(): object {
    return this.random.pick([
      { key: 'dedicated', operator: 'Exists' },
      { key: 'dedicated', value: 'a', effect: 'NoSchedule' },
      { operator: 'Exists' },
      { key: 'spot', effect: 'PreferNoSchedule', operator: 'Exists' },
      { key: 'node.kubernetes.io/unschedulable', operator: 'Exists' },
    ])
  }

  private nodeTerm(): object {
    const { random } = this
    const matchFields = [
      { key: 'metadata.name', operator: random.pick(['In', 'NotIn']), values: [`n${random.integer(0, 19)}`] },
    ]
    if (this.chance(0.3)) return { matchFields }
    const matchExpressions = this.some(() =>
      random.pick([
        { key: 'disk', operator: 'In', values: [random.pick(['ssd', 'hdd'])] },
        { key: 'disk', operator: 'NotIn', values: ['hdd'] },
        { key: 'disk', operator: random.pick(['Exists', 'DoesNotExist']) },
        { key: 'gen', operator: random.pick(['Gt', 'Lt']), values: [String(random.integer(3, 7))] },
        { key: zone, operator: 'In', values: [random.pick(zones), random.pick(zones)] },
      ]),
    )
    return { matchExpressions }
  }

  private nodeAffinity(): object {
    const { random } = this
    const required = { nodeSelectorTerms: this.some(() => this.nodeTerm()) }
    const preferred = this.some(() => ({ weight: random.integer(1, 100), preference: this.nodeTerm() }))
    const nodeAffinity = {
      ...(this.chance(0.6) && { requiredDuringSchedulingIgnoredDuringExecution: required }),
      ...(this.chance(0.6) && { preferredDuringSchedulingIgnoredDuringExecution: preferred }),
    }
    return { nodeAffinity }
  }

  private selector(): object {
    const { random } = this
    return random.pick([
      { matchLabels: { app: this.app } },
      { matchExpressions: [{ key: 'app', operator: 'In', values: [this.app, this.app] }] },
      { matchExpressions: [{ key: 'app', operator: 'NotIn', values: [this.app] }] },
      { matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
      {},
    ])
  }

  private near(field: 'podAffinity' | 'podAntiAffinity'): object {
    const { random } = this
    const term = (): object => ({
      labelSelector: this.selector(),
      topologyKey: random.pick(keys),
      ...this.maybe(0.1, () => ({ namespaceSelector: {} })),
      ...this.maybe(0.1, () => ({ namespaces: [random.pick(namespaces)] })),
      ...this.maybe(0.1, () => ({ matchLabelKeys: ['team'] })),
    })
    const preferred = [{ weight: random.integer(1, 100), podAffinityTerm: term() }]
    const of = {
      ...(this.chance(0.4) && { requiredDuringSchedulingIgnoredDuringExecution: [term()] }),
      ...(this.chance(0.6) && { preferredDuringSchedulingIgnoredDuringExecution: preferred }),
    }
    return this.maybe(0.25, () => ({ [field]: of }))
  }

  /** Two of one key that are of one sort would be refused. */
  private spreading(): readonly object[] {
    const { random } = this
    const all = this.some(() => ({
      maxSkew: random.integer(1, 3),
      topologyKey: random.pick(keys),
      whenUnsatisfiable: random.pick(['DoNotSchedule', 'ScheduleAnyway']),
      labelSelector: this.selector(),
      ...this.maybe(0.2, () => ({ nodeAffinityPolicy: 'Ignore' })),
      ...this.maybe(0.2, () => ({ nodeTaintsPolicy: 'Honor' })),
    }))
    const [first, second] = all
    const isTwice = first!.topologyKey === second?.topologyKey && first!.whenUnsatisfiable === second.whenUnsatisfiable
    const domains = (): object => ({ minDomains: random.integer(1, 4) })
    return (isTwice ? [first!] : all).map((one) =>
      one.whenUnsatisfiable === 'DoNotSchedule' ? { ...one, ...this.maybe(0.3, domains) } : one,
    )
  }
}
