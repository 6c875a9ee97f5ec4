/** What is there, as a quota counts it. Mirrors CalculateUsage of k8s.io/apiserver/pkg/quota/v1/resources.go. */
import type { KubeObject } from '../../api/meta.ts'
import { addQuantities, formatQuantity, type Quantity } from '../../api/quantity.ts'
import type { ResourceQuota } from '../../api/types/core.ts'
import { isInScopes, type Usage, whole } from './evaluator.ts'
import { countedKeys, evaluatorOf } from './evaluators.ts'

export type Amounts = Readonly<Record<string, string>>

/** What can be counted, and when. */
export interface Countable {
  /** Whether there is such a resource, by its key, whose objects stand in namespaces. */
  readonly isServed: (key: string) => boolean
  readonly visit: (key: string, namespace: string, visit: (object: KubeObject) => void) => void
  /** Virtual milliseconds since the Unix epoch. */
  readonly now: number
}

export interface Counted {
  readonly used: Amounts
  /** The moment after which it will be less though nobody writes anything; Infinity when there is none. */
  readonly until: number
}

/** All that a quota counts, of everything that is there. What nobody can count stays as the quota has it. */
export function countUsed({ metadata, spec, status }: ResourceQuota, countable: Countable): Counted {
  const names = Object.keys(spec.hard ?? {})
  const { namespace = '' } = metadata
  const { now } = countable
  const sums = new Map<string, Quantity>()
  let until = Infinity
  for (const key of countedKeys(names)) {
    if (!countable.isServed(key)) continue
    const evaluator = evaluatorOf(key)!
    const own = names.filter(evaluator.counts)
    for (const name of own) if (!sums.has(name)) sums.set(name, whole(0))
    const known = new Map<object, Usage>()
    countable.visit(key, namespace, (object) => {
      if (!isInScopes(evaluator, object, spec)) return
      addTo(sums, own, evaluator.usage(object, now, known))
      until = Math.min(until, evaluator.until?.(object, now) ?? Infinity)
    })
  }
  const entries = names.map((name) => [name, sums.get(name)] as const)
  const used = entries.map(([name, sum]) => [name, sum === undefined ? status.used?.[name] : formatQuantity(sum)])
  return { used: Object.fromEntries(used.filter(([, text]) => text !== undefined)) as Amounts, until }
}

function addTo(sums: Map<string, Quantity>, names: readonly string[], usage: Usage): void {
  for (const name of names) {
    const more = usage.get(name)
    if (more !== undefined) sums.set(name, addQuantities(sums.get(name)!, more))
  }
}
