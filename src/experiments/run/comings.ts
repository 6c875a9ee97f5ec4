import { badRequest, isStatusError, StatusError } from '../../api/errors.ts'
import { isObject } from '../../api/object.ts'
import { said } from '../../api/said.ts'
import type { Pod } from '../../api/types/core.ts'
import type { Cluster } from '../../cluster.ts'
import type { Arrival, Workload } from '../workload.ts'
import { type Need, needsOf } from './demand.ts'

/** Something that is done to the cluster at a time. */
export interface Step {
  /** Milliseconds since the run began. */
  readonly at: number
  readonly act: (cluster: Cluster) => void
}

/** The pods of a workload, checked, one after the other as they come. */
export class Comings {
  /** How many come in all, and when the last. */
  readonly count: number
  readonly lastAt: number
  private readonly arrivals: Iterator<Arrival>
  private waiting: Arrival | undefined
  private taken = 0
  private readonly namespaces = new Set(['default', 'kube-system'])

  constructor(
    private readonly workload: Workload,
    seed: number,
    { count, lastAt }: Pick<Survey, 'count' | 'lastAt'>,
  ) {
    this.count = count
    this.lastAt = lastAt
    this.arrivals = workload.arrivals(seed)[Symbol.iterator]()
    this.advance()
  }

  /** When the next one comes; Infinity when all have. */
  get nextAt(): number {
    return this.waiting?.at ?? Infinity
  }

  take(): Arrival {
    const { waiting } = this
    this.taken++
    this.advance()
    return waiting!
  }

  private advance(): void {
    const { done, value } = this.arrivals.next()
    this.waiting = done === true ? undefined : value
  }

  /** Creates the pod, and its namespace where it is the first there; returns its uid. Throws what the API server says. */
  create(cluster: Cluster, { pod }: Arrival): string {
    try {
      const namespace = pod.metadata?.namespace
      if (namespace !== undefined && !this.namespaces.has(namespace)) this.prepare(cluster, namespace)
      return cluster.pods.create(pod).metadata.uid
    } catch (error) {
      throw isStatusError(error) ? arrivalError(this.workload, this.taken - 1, error) : error
    }
  }

  private prepare(cluster: Cluster, namespace: string): void {
    this.namespaces.add(namespace)
    if (cluster.namespaces.find(namespace) === undefined) cluster.namespaces.create({ metadata: { name: namespace } })
    // Pods run as it; its controller may be left out.
    if (cluster.serviceAccounts.find('default', { namespace }) === undefined)
      cluster.serviceAccounts.create({ metadata: { name: 'default', namespace } })
  }
}

function arrivalError({ name }: Workload, index: number, { status, context }: StatusError): StatusError {
  return new StatusError({ ...status, message: `workload ${name}: arrivals[${index}]: ${status.message}` }, context)
}

/** What a workload is like as a whole. */
export interface Survey {
  readonly count: number
  /** How many of them come without a node. */
  readonly toPlace: number
  readonly lastAt: number
  readonly needs: readonly (readonly Need[])[]
}

/** Goes through a workload once. Throws BadRequest for one that is empty, out of order or negative. */
export function survey(workload: Workload, seed: number): Survey {
  const needs: (readonly Need[])[] = []
  let lastAt = 0
  let toPlace = 0
  const arrivals = workload.arrivals(seed) as Partial<Iterable<Arrival>> | undefined
  if (typeof arrivals?.[Symbol.iterator] !== 'function')
    throw badRequest(
      `workload ${workload.name}: arrivals: expected pods in the order in which they come, got ${said(arrivals)}`,
    )
  for (const arrival of arrivals as Iterable<Arrival>) {
    checkArrival(arrival, lastAt, `workload ${workload.name}: arrivals[${needs.length}]`)
    lastAt = arrival.at
    if (!arrival.pod.spec?.nodeName) toPlace++
    needs.push(askedBy(arrival, `workload ${workload.name}: arrivals[${needs.length}].pod`))
  }
  if (needs.length === 0) throw badRequest(`workload: ${workload.name} has no pods for seed ${seed}`)
  return { count: needs.length, toPlace, lastAt, needs }
}

function checkArrival(arrival: Arrival, earliest: number, path: string): void {
  if (!isObject(arrival)) throw badRequest(`${path}: expected { at, pod }, got ${said(arrival)}`)
  const { at, pod, lifetimeMs } = arrival
  if (!(typeof at === 'number' && at >= 0 && at < Infinity))
    throw badRequest(`${path}.at: expected milliseconds of at least 0, got ${said(at)}`)
  if (at < earliest) throw badRequest(`${path}.at: ${at} is before the arrival ahead of it, at ${earliest}`)
  if (!isObject(pod)) throw badRequest(`${path}.pod: expected a Pod manifest, got ${said(pod)}`)
  if (lifetimeMs !== undefined && !(typeof lifetimeMs === 'number' && lifetimeMs >= 0 && lifetimeMs < Infinity))
    throw badRequest(`${path}.lifetimeMs: expected milliseconds of at least 0, got ${said(lifetimeMs)}`)
}

/** What a manifest asks for, whatever else is wrong with it: that the API server will say. */
function askedBy({ pod }: Arrival, path: string): readonly Need[] {
  const spec = pod.spec ?? {}
  if (!Array.isArray(spec.containers)) throw badRequest(`${path}.spec.containers: Required value`)
  try {
    return needsOf({ spec } as Pod)
  } catch (error) {
    throw isStatusError(error) ? badRequest(`${path}.spec: ${error.status.message}`) : error
  }
}
