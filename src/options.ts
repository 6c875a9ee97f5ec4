import { type Duration, parseDuration } from './api/duration.ts'
import { badRequest } from './api/errors.ts'
import { isObject } from './api/object.ts'
import { asJson } from './api/said.ts'
import { parseTime } from './api/time.ts'
import type { Controller } from './client/defineController.ts'
import type { LatencyOptions } from './client/latency.ts'
import { checkReplicas, namesOf, takeControllers } from './client/takeControllers.ts'
import type { Behaviour } from './node/behaviour.ts'
import type { NodeTemplate } from './node/nodeTemplate.ts'
import { checkSchedulers } from './scheduler/checkOptions.ts'
import type { ProfileOptions, SchedulerOptions } from './scheduler/schedulerOptions.ts'

export interface ClusterOptions {
  /** A whole number; 0 unless given, never from the OS. */
  readonly seed?: number | undefined
  /**
   * How many nodes, at most 100,000, or what they are like; 3 unless given: node-0 … node-2 with 4 cpu, 16Gi and 110 pods
   * each.
   */
  readonly nodes?: number | readonly NodeTemplate[] | undefined
  /** RFC 3339; 2020-01-01T00:00:00Z unless given. */
  readonly epoch?: string | undefined
  /** One scheduler, `default-scheduler`, searching for the best fit, unless given. */
  readonly schedulers?: readonly SchedulerOptions[] | undefined
  /**
   * The process that runs the built-in controllers. Of several replicas one leads, by the lease kube-system/kube-controller-manager,
   * and its controllers act; `cluster.controllers` then knows the processes, `kube-controller-manager-0`, ….
   */
  readonly controllerManager?: { readonly replicas?: number | undefined } | undefined
  /** The user's control loops, beside the built-in ones. */
  readonly controllers?: readonly Controller[] | undefined
  /** Names of built-in components to leave out. */
  readonly disable?: readonly string[] | undefined
  /** How containers behave, by image; the first match counts. */
  readonly behaviours?: readonly Behaviour[] | undefined
  readonly latency?: LatencyOptions | undefined
  /** How much of the past can be read; the last 100,000 changes unless given. A run of heartbeats counts once. */
  readonly history?: 'all' | { readonly revisions: number } | undefined
  /** How long an Event is kept after it was last written, at least 1s, or 0 for ever; 1h unless given: kube-apiserver's --event-ttl. */
  readonly eventTtl?: Duration | undefined
  /** false leaves what is read unfrozen, for speed; nothing else differs. */
  readonly freeze?: boolean | undefined
}

/** In place of nodes, in the options of a cluster that was imported. */
export const imported = 'imported'

/** The names of everything built in that acts. */
export const builtIn: readonly string[] = Object.freeze([
  'replication-controller',
  'replicaset-controller',
  'daemonset-controller',
  'deployment-controller',
  'statefulset-controller',
  'job-controller',
  'cronjob-controller',
  'ttl-after-finished-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'endpointslice-mirroring-controller',
  'service-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'pod-garbage-collector-controller',
  'node-lifecycle-controller',
  'taint-eviction-controller',
  'disruption-controller',
  'crd-finalizer-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'persistentvolume-binder-controller',
  'persistentvolumeclaim-protection-controller',
  'persistentvolume-protection-controller',
  'persistentvolume-expander-controller',
  'ephemeral-volume-controller',
  'resourcequota-controller',
  'external-provisioner',
  'external-resizer',
  'persistentvolume-attach-detach-controller',
  'external-attacher',
  'scheduler',
  'kubelet',
])
/** Names under which others than components write. */
const reserved: readonly string[] = Object.freeze(['etcd', 'kube-apiserver', 'kubernetes-admin', 'faults'])
const known: readonly string[] = Object.freeze([
  'seed',
  'nodes',
  'epoch',
  'schedulers',
  'controllers',
  'controllerManager',
  'disable',
  'behaviours',
  'latency',
  'history',
  'eventTtl',
  'freeze',
])

/** Lists of one kind of definition or template. */
const lists: readonly (keyof ClusterOptions)[] = Object.freeze(['schedulers', 'controllers', 'behaviours', 'disable'])
/** The options with every default filled in, and a copy of them that nobody else holds. Throws BadRequest. */
export function checkOptions(options: ClusterOptions): {
  readonly seed: number
  readonly epoch: number
  readonly revisions: number
  readonly disable: readonly string[]
  readonly eventTtlMs: number
  readonly kept: ClusterOptions
} {
  checkShape(options)
  const { seed = 0, epoch = '2020-01-01T00:00:00Z', disable = [], history = { revisions: 100_000 } } = options
  if (!Number.isSafeInteger(seed)) throw badRequest(`options.seed: expected a whole number, got ${asJson(seed)}`)
  const start = typeof epoch === 'string' ? parseTime(epoch) : undefined
  if (start === undefined)
    throw badRequest(`options.epoch: expected an RFC 3339 time such as 2020-01-01T00:00:00Z, got ${asJson(epoch)}`)
  for (const name of disable) {
    if (!builtIn.includes(name))
      throw badRequest(`options.disable: no component ${JSON.stringify(name)}; there are ${builtIn.join(', ')}`)
  }
  const revisions = history === 'all' ? Infinity : history?.revisions
  if (revisions !== Infinity && !(Number.isInteger(revisions) && revisions > 0)) {
    throw badRequest(
      `options.history: expected 'all' or { revisions } with a whole number above 0, got ${asJson(history)}`,
    )
  }
  const eventTtlMs = ttlOf(options.eventTtl)
  return { seed, epoch: start, revisions, disable: [...disable], eventTtlMs, kept: keptOf(options) }
}

/** Leases of etcd last whole seconds. */
function ttlOf(eventTtl: Duration = '1h'): number {
  const isDuration = typeof eventTtl === 'string' || typeof eventTtl === 'number'
  const milliseconds = isDuration ? parseDuration(eventTtl, 'options.eventTtl') : Number.NaN
  if (milliseconds === 0 || milliseconds >= 1000) return Math.floor(milliseconds / 1000) * 1000
  throw badRequest(`options.eventTtl: expected a duration of 1s or more, or 0, got ${asJson(eventTtl)}`)
}

function checkShape(options: ClusterOptions): void {
  if (!isObject(options)) throw badRequest(`options: expected an object, got ${asJson(options)}`)
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw badRequest(`options.${name}: unknown; expected one of ${known.join(', ')}`)
  }
  for (const name of lists) {
    const list = options[name]
    if (list !== undefined && !Array.isArray(list))
      throw badRequest(`options.${name}: expected a list, got ${asJson(list)}`)
  }
  const { freeze, latency, nodes } = options
  if (nodes !== undefined && typeof nodes !== 'number' && !Array.isArray(nodes) && (nodes as unknown) !== imported) {
    throw badRequest(`options.nodes: expected a number or a list of templates, got ${asJson(nodes)}`)
  }
  if (latency !== undefined && !isObject(latency))
    throw badRequest(`options.latency: expected an object, got ${asJson(latency)}`)
  if (freeze !== undefined && typeof freeze !== 'boolean')
    throw badRequest(`options.freeze: expected true or false, got ${asJson(freeze)}`)
  const { controllerManager } = options
  if (controllerManager !== undefined) {
    if (!isObject(controllerManager))
      throw badRequest(`options.controllerManager: expected { replicas }, got ${asJson(controllerManager)}`)
    const unknown = Object.keys(controllerManager).find((field) => field !== 'replicas')
    if (unknown !== undefined) throw badRequest(`options.controllerManager.${unknown}: unknown; expected replicas`)
    checkReplicas(controllerManager.replicas, 'options.controllerManager.replicas')
  }
  checkSchedulers(options.schedulers ?? [])
}

/** What is data is copied, because its owner may change it later; definitions are code and taken as they are. */
function keptOf({ schedulers, controllers, ...data }: ClusterOptions): ClusterOptions {
  const enabled = builtIn.filter((name) => data.disable?.includes(name) !== true)
  const names = (schedulers ?? [{}]).flatMap(({ name = 'default-scheduler', replicas }) => namesOf(name, replicas))
  const managers = namesOf('kube-controller-manager', data.controllerManager?.replicas)
  const taken = [...reserved, ...enabled, ...names, ...managers]
  const copy = copied(data) as ClusterOptions
  const withSchedulers = schedulers === undefined ? copy : { ...copy, schedulers: schedulers.map(keptScheduler) }
  return controllers === undefined
    ? withSchedulers
    : { ...withSchedulers, controllers: takeControllers(controllers, 'options.controllers', taken) }
}

function keptScheduler({ profiles, ...own }: SchedulerOptions): SchedulerOptions {
  return profiles === undefined ? keptProfile(own) : { ...keptProfile(own), profiles: profiles.map(keptProfile) }
}

function keptProfile<P extends ProfileOptions>({ strategy, policy, plugins, ...data }: P): P {
  const code = Object.entries({ strategy, policy, plugins: plugins && [...plugins] })
  return { ...(copied(data) as P), ...Object.fromEntries(code.filter(([, value]) => value !== undefined)) }
}

/** Options as a journal keeps them: data; of what has code in it the name, and of strategies their numbers. */
export function journalOptions({ schedulers, controllers, ...data }: ClusterOptions): Record<string, unknown> {
  const copy = copied(data) as Record<string, unknown>
  if (schedulers !== undefined) copy['schedulers'] = schedulers.map(journalScheduler)
  if (controllers !== undefined) copy['controllers'] = controllers.map(({ name }) => name)
  return copy
}

function journalScheduler({ profiles, ...own }: SchedulerOptions): Record<string, unknown> {
  return { ...journalProfile(own), ...(profiles === undefined ? {} : { profiles: profiles.map(journalProfile) }) }
}

function journalProfile({ strategy, policy, plugins, ...data }: ProfileOptions): Record<string, unknown> {
  return {
    ...(copied(data) as object),
    ...(strategy === undefined ? {} : { strategy: withoutCode(strategy) }),
    ...(policy === undefined ? {} : { policy: { name: policy.name } }),
    ...(plugins === undefined ? {} : { plugins: plugins.map(({ name }) => name) }),
  }
}

/** JSON has no Infinity. */
function withoutCode(definition: object): object {
  const data = Object.entries(definition).filter(([, value]) => typeof value !== 'function')
  return Object.fromEntries(data.map(([key, value]) => [key, value === Infinity ? 'Infinity' : (value as unknown)]))
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)]))
}
