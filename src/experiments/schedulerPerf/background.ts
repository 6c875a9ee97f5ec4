/** What goes on beside a workload's operations, in virtual time: objects that churn, pods that are deleted one by one. */
import type { Cluster } from '../../cluster.ts'
import type { ResourceClient } from '../../client/resourceClient.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Churn, DeletePods, Json } from './plan.ts'
import type { Makers } from './makers.ts'

export interface Background {
  /** When it acts next, in virtual milliseconds; Infinity when it is over. */
  readonly at: number
  act(): void
}

/** One kind of object that comes, or comes and goes. */
interface Churning {
  readonly client: ResourceClient<KubeObject>
  readonly template: Json
  /** What is there, by its place in the round; of `recreate` alone. */
  readonly names: (string | undefined)[]
}

/** Mirrors runChurnOp of test/integration/scheduler_perf/executor.go. */
export class Churner implements Background {
  at: number
  private round = 0
  private readonly kinds: readonly Churning[]

  constructor(
    private readonly cluster: Cluster,
    private readonly operation: Churn,
    private readonly makers: Makers,
  ) {
    this.at = cluster.now + operation.intervalMs
    this.kinds = operation.templates.map((template) => ({
      client: cluster.resource(`${String(template['apiVersion'])}/${String(template['kind'])}`),
      template,
      names: [],
    }))
  }

  act(): void {
    const { mode, number, intervalMs } = this.operation
    for (const kind of this.kinds) {
      if (mode === 'create') this.create(kind)
      else this.replace(kind, this.round % number)
    }
    this.round++
    this.at = mode === 'create' && this.round >= number ? Infinity : this.at + intervalMs
  }

  private replace(kind: Churning, place: number): void {
    const name = kind.names[place]
    if (name === undefined) kind.names[place] = this.create(kind)
    else {
      kind.client.delete(name, isNamespaced(kind.template) ? { namespace: this.operation.namespace } : {})
      kind.names[place] = undefined
    }
  }

  private create({ template, client }: Churning): string {
    return this.makers.make(client, template, isNamespaced(template) ? this.operation.namespace : undefined)
  }
}

function isNamespaced(template: Json): boolean {
  return template['kind'] !== 'Node' && template['kind'] !== 'Namespace' && template['kind'] !== 'PersistentVolume'
}

/** Deletes the pods that are there when it begins. Mirrors runDeletePodsOp. */
export class Deleter implements Background {
  at: number
  private next = 0
  private readonly names: readonly string[]
  private readonly namespace: string
  private readonly intervalMs: number

  constructor(
    private readonly cluster: Cluster,
    { namespace, labelSelector, perSecond }: DeletePods,
  ) {
    this.namespace = namespace
    this.intervalMs = perSecond === 0 ? 0 : 1000 / perSecond
    this.names = cluster.pods.list({ namespace, labelSelector }).items.map(({ metadata }) => metadata.name)
    this.at = this.names.length === 0 ? Infinity : cluster.now + this.intervalMs
  }

  act(): void {
    const { namespace, names } = this
    const last = this.intervalMs === 0 ? names.length : this.next + 1
    while (this.next < last) this.cluster.pods.delete(names[this.next++]!, { namespace })
    this.at = this.next === names.length ? Infinity : this.at + this.intervalMs
  }
}
