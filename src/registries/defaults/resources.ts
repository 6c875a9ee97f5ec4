/** Resource lists as the API server keeps them. Mirrors SetDefaults_ResourceList of pkg/apis/core/v1/defaults.go. */
import { canonicalQuantity, formatQuantity, parseQuantity } from '../../api/quantity.ts'
import type { ResourceFieldSelector, ResourceRequirements } from '../../api/types/core.ts'
import { EMPTY, copyOf } from './mutable.ts'

export type ResourceList = Readonly<Record<string, string>>

const MILLI = 1_000_000n

/** Every amount in canonical form and no finer than a thousandth; the same list when all are. */
export function defaultResourceList(list: ResourceList): ResourceList {
  let copy: Record<string, string> | undefined
  for (const name in list) {
    const text = list[name] ?? ''
    const next = roundedToMilli(text)
    if (next === text) continue
    copy ??= { ...list }
    copy[name] = next
  }
  return copy ?? list
}

/** With `requestFromLimit`, a resource that has a limit but no request requests its limit: so for pods, not templates. */
export function defaultRequirements(
  requirements: ResourceRequirements | undefined,
  requestFromLimit: boolean,
): ResourceRequirements {
  if (requirements === undefined) return EMPTY
  const limits = requirements.limits && defaultResourceList(requirements.limits)
  let requests = requirements.requests && defaultResourceList(requirements.requests)
  if (requestFromLimit && limits !== undefined) requests = withMissing(requests, limits)
  if (limits === requirements.limits && requests === requirements.requests) return requirements
  const copy = copyOf(requirements)
  if (limits !== undefined) copy.limits = limits
  if (requests !== undefined) copy.requests = requests
  return copy
}

function withMissing(requests: ResourceList | undefined, limits: ResourceList): ResourceList {
  let copy: Record<string, string> | undefined
  for (const name in limits) {
    if (requests?.[name] !== undefined) continue
    copy ??= copyOf<Record<string, string>>(requests ?? {})
    copy[name] = limits[name] ?? ''
  }
  return copy ?? requests ?? EMPTY
}

function roundedToMilli(text: string): string {
  const canonical = canonicalQuantity(text)
  // What has neither a fine suffix nor a fraction is not finer than a thousandth in canonical form.
  if (!/[unEe.]/.test(canonical)) return canonical
  const quantity = parseQuantity(canonical)
  if (quantity === undefined) return canonical
  const rest = quantity.nano % MILLI
  if (rest === 0n) return canonical
  const away = quantity.nano < 0n ? -MILLI : MILLI
  return formatQuantity({ nano: quantity.nano - rest + away, format: quantity.format })
}

export function withCanonicalDivisor(ref: ResourceFieldSelector): ResourceFieldSelector {
  if (ref.divisor === undefined) return ref
  const divisor = canonicalQuantity(ref.divisor)
  return divisor === ref.divisor ? ref : { ...ref, divisor }
}
