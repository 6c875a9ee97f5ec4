/** What quotas count of the objects of one kind. Mirrors k8s.io/apiserver/pkg/quota/v1 and its generic evaluator. */
import type { KubeObject } from '../../api/meta.ts'
import type { Quantity } from '../../api/quantity.ts'
import type { ScopedResourceSelectorRequirement } from '../../api/types/core.ts'

/** By the name under which a quota may count it. */
export type Usage = ReadonlyMap<string, Quantity>
export type Scope = ScopedResourceSelectorRequirement

/** All that quotas have to know of a kind. Every function is pure; statuses may be lean. */
export interface Evaluator<T extends KubeObject = KubeObject> {
  /** Whether what a quota has under this name is something of the kind. */
  readonly counts: (name: string) => boolean
  /** Whether an update is looked at; every create is. */
  readonly isAsked: (next: T, previous: T, subresource: string | undefined) => boolean
  readonly isIn: (object: T, scope: Scope) => boolean
  /** What an object takes at a moment, in virtual milliseconds. What depends on its spec alone is kept in `known`. */
  readonly usage: (object: T, now: number, known?: Map<object, Usage>) => Usage
  /** What a new object would have to say, of the names that count it; undefined where nothing is missing. */
  readonly missing?: (object: T, names: readonly string[]) => string | undefined
  /** The moment after which an object takes less though nobody writes it; undefined when there is none to come. */
  readonly until?: (object: T, now: number) => number | undefined
}

const UNIT = 1_000_000_000n

export function whole(count: number): Quantity {
  return { nano: BigInt(count) * UNIT, format: 'DecimalSI' }
}

/** Amounts of storage are counted in whole bytes. */
export function roundedUp({ nano, format }: Quantity): Quantity {
  const rest = nano % UNIT
  return rest === 0n ? { nano, format } : { nano: nano - rest + UNIT, format }
}

/** Whether an object is in every scope of a quota. */
export function isInScopes<T extends KubeObject>(
  { isIn }: Evaluator<T>,
  object: T,
  {
    scopes = [],
    scopeSelector,
  }: { readonly scopes?: readonly string[]; readonly scopeSelector?: { readonly matchExpressions?: readonly Scope[] } },
): boolean {
  return (
    scopes.every((scopeName) => isIn(object, { scopeName, operator: 'Exists' })) &&
    (scopeSelector?.matchExpressions ?? []).every((scope) => isIn(object, scope))
  )
}

export function sameUsage(a: Usage, b: Usage): boolean {
  if (a.size !== b.size) return false
  for (const [name, { nano }] of a) if (b.get(name)?.nano !== nano) return false
  return true
}
