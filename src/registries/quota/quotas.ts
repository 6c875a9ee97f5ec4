/** What quotas have against objects. Mirrors k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go. */
import { forbidden, type StatusError } from '../../api/errors.ts'
import type { KubeObject } from '../../api/meta.ts'
import { sortedSet } from '../../api/order.ts'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  subtractQuantities,
} from '../../api/quantity.ts'
import { parseTime } from '../../api/time.ts'
import type { ResourceQuota, ResourceQuotaStatus } from '../../api/types/core.ts'
import type { Records, Resource } from '../records.ts'
import { type Evaluator, isInScopes, type Usage } from './evaluator.ts'
import { evaluatorOf } from './evaluators.ts'
import { type Amounts, countUsed } from './used.ts'

/**
 * See docs/decisions/0029-quotas-are-counted-in-one-turn.md. For so long after it was made a quota that nobody has counted yet is counted by whoever asks: the controller that does
 * so has its turn in this time. Upstream lets through what comes in the milliseconds until then; here a call takes no
 * time, and a quota can be made in one go with what it is to limit.
 */
const patienceMs = 2000
const NONE: readonly never[] = Object.freeze([])
const EMPTY: Amounts = Object.freeze({})

/** What a quota is to say once an object is let in. */
export interface Charge {
  readonly quota: ResourceQuota
  readonly status: ResourceQuotaStatus
}

/** A quota that counts the object in hand, and the names under which it does. */
interface Concerned {
  readonly quota: ResourceQuota
  readonly hard: Amounts
  readonly used: Amounts
}

/** The quotas of namespaces. Where there are none, asking costs a look for them. */
export class Quotas {
  private readonly resource: Resource

  constructor(private readonly records: Records) {
    this.resource = records.resource('resourcequotas')
  }

  /**
   * What quotas come to with a new object, or with one that is to be another; of an update `subresource` says by which way.
   * Throws Forbidden where it would be more than a quota allows, or says less than a quota asks for.
   */
  admit(
    resource: Resource,
    object: KubeObject,
    previous: KubeObject | undefined,
    subresource: string | undefined,
    now: number,
  ): readonly Charge[] {
    const { namespace } = object.metadata
    const directory = namespace === undefined ? undefined : this.records.findDirectory(this.resource, namespace)
    if (directory === undefined || this.records.store.keys.live(directory) === 0) return NONE
    const evaluator = evaluatorOf(resource.kept.key)
    if (evaluator === undefined) return NONE
    if (previous !== undefined && !evaluator.isAsked(object, previous, subresource)) return NONE
    const refuse = (why: string): StatusError =>
      forbidden(resource.definition.plural, object.metadata.name, why, resource.definition.group)
    const quotas = this.records.objects(this.resource, directory) as unknown as ResourceQuota[]
    const concerned = quotas.flatMap((quota) => this.concerned(quota, evaluator, object, now, refuse))
    if (concerned.length === 0) return NONE
    const usage = evaluator.usage(object, now)
    return concerned.flatMap((one) => {
      const isOld = previous !== undefined && isInScopes(evaluator, previous, one.quota.spec)
      return chargeOf(one, isOld ? increase(usage, evaluator.usage(previous, now)) : usage, refuse)
    })
  }

  /** Nothing, or the quota as it is known. */
  private concerned(
    quota: ResourceQuota,
    evaluator: Evaluator,
    object: KubeObject,
    now: number,
    refuse: (why: string) => StatusError,
  ): readonly Concerned[] {
    const { name } = quota.metadata
    const { hard = EMPTY } = this.isAwaited(quota, now) ? quota.spec : quota.status
    const names = Object.keys(hard).filter(evaluator.counts)
    if (names.length === 0 || !isInScopes(evaluator, object, quota.spec)) return NONE
    const missing = evaluator.missing?.(object, names)
    if (missing !== undefined) throw refuse(`failed quota: ${name}: ${missing}`)
    const used = this.isAwaited(quota, now) ? this.count(quota, now) : (quota.status.used ?? EMPTY)
    if (names.some((one) => used[one] === undefined))
      throw refuse(`status unknown for quota: ${name}, resources: ${sortedSet(names).join(',')}`)
    return [{ quota, hard, used }]
  }

  /** Whether a quota is so new that the controller cannot have counted it. */
  private isAwaited({ metadata, status }: ResourceQuota, now: number): boolean {
    return status.hard === undefined && now - parseTime(metadata.creationTimestamp)! < patienceMs
  }

  private count(quota: ResourceQuota, now: number): Amounts {
    const { records } = this
    return countUsed(quota, {
      isServed: (key) => records.findResource(key)?.definition.namespaced === true,
      visit: (key, namespace, visit) => records.visit(records.resource(key), visit, namespace),
      now,
    }).used
  }
}

/** What an object takes more than it took; what it takes less stays counted until somebody counts anew. */
function increase(usage: Usage, before: Usage): Usage {
  const more = [...usage].map(([name, amount]): [string, Quantity] => {
    const known = before.get(name)
    return [name, known === undefined ? amount : subtractQuantities(amount, known)]
  })
  return new Map(more.filter(([, { nano }]) => nano > 0n))
}

/** Nothing where a quota counts nothing of it. Throws Forbidden where it allows less. */
function chargeOf(
  { quota, hard, used }: Concerned,
  usage: Usage,
  refuse: (why: string) => StatusError,
): readonly Charge[] {
  const requested = [...usage].filter(([name, { nano }]) => nano !== 0n && hard[name] !== undefined)
  if (requested.length === 0) return NONE
  const next = { ...used }
  const exceeded: Record<string, string> = {}
  for (const [name, amount] of requested) {
    const sum = addQuantities(quantityOf(used[name]!), amount)
    next[name] = formatQuantity(sum)
    if (compareQuantities(sum, quantityOf(hard[name]!)) > 0) exceeded[name] = formatQuantity(amount)
  }
  if (Object.keys(exceeded).length === 0) return [{ quota, status: { hard, used: next } }]
  const names = sortedSet(Object.keys(exceeded))
  const printed = (list: Amounts): string => names.map((name) => `${name}=${canonicalQuantity(list[name]!)}`).join(',')
  const { name } = quota.metadata
  throw refuse(
    `exceeded quota: ${name}, requested: ${printed(exceeded)}, used: ${printed(used)}, limited: ${printed(hard)}`,
  )
}

function quantityOf(text: string): Quantity {
  return parseQuantity(text)!
}
