/** What kubectl does to a node that is to be emptied. Mirrors kubectl/pkg/drain/drain.go and filters.go. */
import { hasEnded } from './api/podPhase.ts'
import { controllerOf } from './api/controllerRef.ts'
import { callOptions } from './api/callOptions.ts'
import type { WriteOptions } from './api/dryRun.ts'
import type { Duration } from './api/duration.ts'
import { badRequest, isStatusError, type StatusError } from './api/errors.ts'
import type { DaemonSet } from './api/types/apps.ts'
import type { Node, Pod } from './api/types/core.ts'
import type { Outside } from './client/outside.ts'
import type { PodCommands } from './client/podCommands.ts'
import { dryRunOptions } from './client/reader.ts'
import type { ResourceClient } from './client/resourceClient.ts'

export interface DrainOptions {
  /** How much virtual time it may take; one hour unless given. */
  readonly timeout?: Duration | undefined
  /** Leaves the pods of DaemonSets where they are, which otherwise are a reason to refuse. */
  readonly ignoreDaemonSets?: boolean | undefined
  /** Takes pods along that no controller replaces, which otherwise are a reason to refuse. */
  readonly force?: boolean | undefined
  /** Takes pods along whose emptyDir volumes are lost, which otherwise are a reason to refuse. */
  readonly deleteEmptyDirData?: boolean | undefined
  /** In seconds; each pod's own unless given. */
  readonly gracePeriodSeconds?: number | undefined
  /** Only the pods that it chooses. */
  readonly podSelector?: string | undefined
}

/** A pod that is still on the node. */
export interface Blocked {
  /** `namespace/name` */
  readonly pod: string
  /** What refused its eviction last, or that it is still on its way out. */
  readonly reason: string
  /** The disruption budgets that it is under. */
  readonly budgets: readonly string[]
}

export interface DrainResult {
  /** The pods that were evicted and are gone, as `namespace/name`, in the order in which they went. */
  readonly evicted: readonly string[]
  readonly blocked: readonly Blocked[]
}

const known: readonly string[] = Object.freeze([
  'timeout',
  'ignoreDaemonSets',
  'force',
  'deleteEmptyDirData',
  'gracePeriodSeconds',
  'podSelector',
])
/** An eviction that a budget refuses is asked for again after this; whether a pod is gone, every second. */
const retryMs = 5000
const lookMs = 1000

/** What a cluster does to its nodes as kubectl does. */
export interface NodeCommands {
  /** What `kubectl cordon` does: no more pods are put on the node. Throws NotFound. */
  cordon(node: string, options?: WriteOptions): Node
  /** What `kubectl uncordon` does. Throws NotFound. */
  uncordon(node: string, options?: WriteOptions): Node
  /**
   * What `kubectl drain` does: cordons the node and evicts its pods, as their disruption budgets allow it, until they are
   * gone or time is up; virtual time passes meanwhile. Throws NotFound, and BadRequest, with nothing changed, where pods
   * stand in the way that the options do not name.
   */
  drain(node: string, options?: DrainOptions): DrainResult
}

/** What of a cluster it takes. */
interface Drained {
  readonly nodes: ResourceClient<Node>
  readonly pods: ResourceClient<Pod> & PodCommands
  readonly daemonSets: ResourceClient<DaemonSet>
  readonly now: number
  advance(duration: Duration): void
}

interface DrainTools {
  readonly cluster: Drained
  readonly outside: Outside
  /** When a timeout ends. Throws where time may not pass. */
  readonly endOf: (timeout: Duration) => number
}

export function createNodeCommands(
  cluster: Drained,
  outside: Outside,
  endOf: (timeout: Duration) => number,
): NodeCommands {
  const asked = (call: string, options: WriteOptions | undefined): WriteOptions =>
    outside.attempt(() => dryRunOptions(call, options))
  return {
    cordon: (node, options) => setCordoned(cluster.nodes, node, true, asked('cordon', options)),
    uncordon: (node, options) => setCordoned(cluster.nodes, node, false, asked('uncordon', options)),
    drain: (node, options) =>
      outside.handOut(outside.attempt(() => drainNode(node, options, { cluster, outside, endOf }))),
  }
}

/** Nobody is put on the node any more, or again. What is so already is not written. */
function setCordoned(nodes: ResourceClient<Node>, name: string, isCordoned: boolean, options?: WriteOptions): Node {
  const node = nodes.get(name)
  if ((node.spec.unschedulable === true) === isCordoned) return node
  return nodes.patch(name, { spec: { unschedulable: isCordoned ? true : null } }, options)
}

/** Throws BadRequest, with nothing changed, where kubectl would want to be told more. */
function drainNode(name: string, given: DrainOptions | undefined, tools: DrainTools): DrainResult {
  const options = callOptions('drain', given, known)
  const { timeout = '1h', gracePeriodSeconds: grace, podSelector: labelSelector } = options
  const end = tools.endOf(timeout)
  tools.cluster.nodes.get(name)
  const chosen = { allNamespaces: true, fieldSelector: `spec.nodeName=${name}` }
  const { items } = tools.cluster.pods.list(labelSelector === undefined ? chosen : { ...chosen, labelSelector })
  const pods = podsToEvict(name, items, options, tools)
  setCordoned(tools.cluster.nodes, name, true)
  return new Drain(pods, end, String(timeout), grace, tools).run()
}

class Drain {
  /** Those that are yet to be evicted, then those that are yet to go. */
  private asking: readonly Pod[]
  private leaving: readonly Pod[] = []
  private readonly evicted: string[] = []
  private readonly refused = new Map<string, string>()

  constructor(
    pods: readonly Pod[],
    private readonly end: number,
    private readonly timeout: string,
    private readonly grace: number | undefined,
    private readonly tools: DrainTools,
  ) {
    this.asking = pods
  }

  run(): DrainResult {
    const { cluster } = this.tools
    let nextTry = cluster.now
    for (;;) {
      if (cluster.now >= nextTry) {
        this.ask()
        nextTry = cluster.now + retryMs
      }
      this.look()
      const left = this.end - cluster.now
      if (this.asking.length + this.leaving.length === 0 || left <= 0) break
      cluster.advance(Math.min(left, this.leaving.length > 0 ? lookMs : nextTry - cluster.now))
    }
    const all = [...this.asking, ...this.leaving]
    const finals = [...this.refused].filter(([pod]) => !all.some((one) => keyOf(one) === pod))
    return { evicted: this.evicted, blocked: [...all.map((pod) => this.blocked(pod)), ...finals.map(asBlocked)] }
  }

  private blocked(pod: Pod): Blocked {
    const { name, namespace = '' } = pod.metadata
    const waited = `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: global timeout reached: ${this.timeout}`
    return {
      pod: keyOf(pod),
      reason: this.refused.get(keyOf(pod)) ?? waited,
      budgets: this.tools.outside.server.budgetsOf(pod),
    }
  }

  /** Asks for every eviction that has not been granted; what is refused for good is not asked for again. */
  private ask(): void {
    const again: Pod[] = []
    for (const pod of this.asking) {
      const refusal = this.evict(pod)
      if (refusal === undefined) {
        this.refused.delete(keyOf(pod))
        this.leaving = [...this.leaving, pod]
      } else {
        this.refused.set(keyOf(pod), said(refusal))
        if (refusal.reason === 'TooManyRequests') again.push(pod)
      }
    }
    this.asking = again
  }

  private evict({ metadata: { name, namespace, uid } }: Pod): StatusError | undefined {
    const { pods } = this.tools.cluster
    if (pods.find(name, { namespace })?.metadata.uid !== uid) return undefined
    try {
      pods.evict(name, { namespace, ...(this.grace === undefined ? {} : { gracePeriodSeconds: this.grace }) })
      return undefined
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return undefined
      if (isStatusError(error)) return error
      throw error
    }
  }

  private look(): void {
    const there: Pod[] = []
    for (const pod of this.leaving) {
      const { name, namespace, uid } = pod.metadata
      if (this.tools.cluster.pods.find(name, { namespace })?.metadata.uid === uid) there.push(pod)
      else this.evicted.push(keyOf(pod))
    }
    this.leaving = there
  }
}

function asBlocked([pod, reason]: readonly [string, string]): Blocked {
  return { pod, reason, budgets: [] }
}

/** The sentence of a refusal, with that of the budget. */
function said({ status: { message, details } }: StatusError): string {
  return [message, ...(details?.causes ?? []).map((cause) => cause.message ?? '')].join(' ')
}

function keyOf({ metadata: { name, namespace } }: Pod): string {
  return `${namespace}/${name}`
}

/** The pods to evict, without those that stay. Throws BadRequest, naming every pod that stands in the way. */
function podsToEvict(node: string, pods: readonly Pod[], options: DrainOptions, tools: DrainTools): readonly Pod[] {
  const found: Pod[] = []
  const errors = new Map<string, string[]>()
  for (const pod of pods) {
    const verdict = verdictOn(pod, options, tools)
    if (verdict === 'evict') found.push(pod)
    else if (verdict !== 'stay') errors.set(verdict, [...(errors.get(verdict) ?? []), keyOf(pod)])
  }
  if (errors.size === 0) return found
  const texts = [...errors].map(([what, names]) => `cannot delete ${what}: ${names.join(', ')}`)
  const text = texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`
  throw badRequest(`unable to drain node ${JSON.stringify(node)} due to error: ${text}`)
}

/** 'evict', 'stay', or what stands in the way: the first filter that says no, or the last that complains. */
function verdictOn(pod: Pod, options: DrainOptions, { cluster: { daemonSets } }: DrainTools): string {
  const { metadata, spec } = pod
  const isOver = hasEnded(pod)
  const owner = controllerOf(pod)
  if (owner?.kind === 'DaemonSet' && !isOver) {
    const isThere = daemonSets.find(owner.name, { namespace: metadata.namespace }) !== undefined
    if (!isThere && options.force !== true) return `daemonsets.apps "${owner.name}" not found`
    if (isThere)
      return options.ignoreDaemonSets === true ? 'stay' : 'DaemonSet-managed Pods (use ignoreDaemonSets to ignore)'
  }
  if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return 'stay'
  if (isOver) return 'evict'
  if (options.deleteEmptyDirData !== true && spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined) === true)
    return 'Pods with local storage (use deleteEmptyDirData to override)'
  if (owner === undefined && options.force !== true) return 'Pods that declare no controller (use force to override)'
  return 'evict'
}
