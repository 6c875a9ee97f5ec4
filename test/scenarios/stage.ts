import { loadAll } from 'js-yaml'
import { createTimeline, type Timeline } from '../../src/history/timeline.ts'
import { resourceNamed } from '../../src/client/resourceArgument.ts'
import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  isStatusError,
  type KubeObject,
  type Moment,
  type Pod,
  type ResourceClient,
} from '../../src/index.ts'
import type { Resource } from '../../src/registries/records.ts'

/** One object, as commands name it. */
export interface Target {
  readonly resource: Resource
  readonly client: ResourceClient<KubeObject>
  readonly name: string
  /** What its client's calls take; nothing for kinds without namespaces. */
  readonly place: { readonly namespace?: string }
  /** `deployment.apps/web` */
  readonly printed: string
}

/** Where a transcript plays: a cluster, what has happened in it since it was asked last, and revisions with names. */
export class Stage {
  cluster: Cluster
  readonly marks: Map<string, number> = new Map()
  private readonly left: Cluster[] = []
  private timeline: Timeline
  private stop: () => void
  private readonly epoch: number
  private lines: string[] = []

  constructor(options: string) {
    this.cluster = createCluster((loadAll(options)[0] ?? {}) as ClusterOptions)
    this.epoch = this.cluster.now
    this.timeline = this.newTimeline()
    this.stop = this.listen()
  }

  private newTimeline(): Timeline {
    return createTimeline({ epoch: this.epoch, line: (line) => void this.lines.push(line) })
  }

  /** What the transcript does itself, it tells itself. */
  private listen(): () => void {
    return this.cluster.on('change', (change) => {
      if (change.actor !== 'kubernetes-admin') this.timeline.change(change)
    })
  }

  /** What has happened since the last time. */
  happened(): string {
    this.timeline.flush()
    const { lines } = this
    this.lines = []
    return lines.join('\n')
  }

  /** Goes on in a fork, until `leave`. */
  fork(): void {
    this.stop()
    this.left.push(this.cluster)
    this.cluster = this.cluster.fork()
    this.stop = this.listen()
  }

  leave(): void {
    this.stop()
    this.cluster = this.left.pop()!
    this.stop = this.listen()
  }

  /** A revision by number or mark, `now`, or a moment: `+90s` after the beginning. */
  moment(word: string): Moment {
    if (word === 'now') return this.cluster.revision
    const [, minutes, seconds] = /^\+(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/u.exec(word) ?? []
    if (minutes !== undefined || seconds !== undefined)
      return { time: this.epoch + Number(minutes ?? 0) * 60_000 + Number(seconds ?? 0) * 1000 }
    const known = this.marks.get(word) ?? Number(word)
    if (Number.isNaN(known)) throw new Error(`there is no mark ${word}`)
    return known
  }

  /** The resource that a word means. */
  resource(word: string): Resource {
    return resourceNamed(this.cluster.replayer().parts.records.all(), word)
  }

  client({ apiVersion, definition }: Resource): ResourceClient<KubeObject> {
    return this.cluster.resource<KubeObject>(`${apiVersion}/${definition.kind}`)
  }

  /** `pod/web-1`; `pod/web-*` is the newest whose name begins so, `pod/web-*@node-1` the newest there. */
  target(ref: string, namespace: string | undefined): Target {
    const [type = '', pattern = ''] = ref.split('/')
    const resource = this.resource(type)
    const { definition } = resource
    const client = this.client(resource)
    const place = definition.namespaced && namespace !== undefined ? { namespace } : {}
    const name = pattern.includes('*') ? this.newest(client, pattern, place) : pattern
    const group = definition.group === '' ? '' : `.${definition.group}`
    return { resource, client, name, place, printed: `${definition.kind.toLowerCase()}${group}/${name}` }
  }

  private newest(client: ResourceClient<KubeObject>, pattern: string, place: { readonly namespace?: string }): string {
    const [begin = '', node] = pattern.split(/\*@?/u)
    const found = client
      .list(place)
      .items.filter(({ metadata }) => metadata.name.startsWith(begin))
      .filter((object) => !node || (object as Pod).spec.nodeName === node)
      .sort((a, b) => this.createdAt(a) - this.createdAt(b))
    if (found.length === 0) throw new Error(`there is no ${pattern}`)
    return found.at(-1)!.metadata.name
  }

  private createdAt({ metadata }: KubeObject): number {
    return this.cluster.history(0).find(({ type, object }) => type === 'ADDED' && object.metadata.uid === metadata.uid)!
      .revision
  }

  /** A refusal as kubectl prints it. */
  attempt(act: () => string): string {
    try {
      return act()
    } catch (error) {
      if (!isStatusError(error)) throw error
      const { reason, message } = error.status
      return `Error from server (${reason}): ${message}`
    }
  }
}
