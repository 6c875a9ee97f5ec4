/** What limit ranges make of pods and ask of them and of claims. Mirrors plugin/pkg/admission/limitranger/admission.go. */
import { forbidden } from '../../api/errors.ts'
import { mapKept } from '../../api/mapKept.ts'
import type { KubeObject } from '../../api/meta.ts'
import { sortedKeys } from '../../api/order.ts'
import { type AmountsOf, type Arithmetic, podTotal } from '../../api/podTotal.ts'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../../api/quantity.ts'
import type {
  Container,
  LimitRange,
  LimitRangeItem,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
} from '../../api/types/core.ts'
import type { Surroundings } from '../definition.ts'
import type { Loose } from '../loose.ts'
import type { SpecMemo } from '../specMemo.ts'

type Amounts = Readonly<Record<string, string>>
type Resources = NonNullable<Container['resources']>

/** What a container gets that does not say it. */
interface Given {
  readonly limits: Amounts
  readonly requests: Amounts
}

/** What is counted against a limit range's bounds; of a claim there is nothing but requests. */
interface Asked {
  readonly requests: Amounts
  readonly limits: Amounts | undefined
}

const LIMIT_RANGES = 'limitranges'
/** Where a pod says which of its amounts were not its own. */
const ANNOTATION = 'kubernetes.io/limit-ranger'
const NOTHING: Amounts = Object.freeze({})
const LISTS = [
  ['containers', 'container'],
  ['initContainers', 'init container'],
] as const

const exact: Arithmetic<Quantity> = Object.freeze({
  sum: addQuantities,
  isLess: (a: Quantity, b: Quantity) => compareQuantities(a, b) < 0,
})

/** A new pod with the amounts that its namespace's limit ranges give to containers which say none. */
export function withDefaultAmounts(pod: Loose, namespace: string, memo: SpecMemo, around: Surroundings): Loose {
  let filled = pod
  for (const range of around.list<LimitRange>(LIMIT_RANGES, namespace)) {
    if (filled.spec === undefined) break
    const given = givenBy(range)
    const before = filled.spec as PodSpec
    const words = LISTS.flatMap(([list, what]) => (before[list] ?? []).flatMap((one) => wordsFor(one, what, given)))
    if (words.length === 0) continue
    // The amounts together may be wrong where neither's are: a request of the one above a limit of the other.
    const spec = memo.variant(before, range, (plain) => withAmounts(plain as PodSpec, given), false)
    const annotations = {
      ...filled.metadata.annotations,
      [ANNOTATION]: `LimitRanger plugin set: ${words.join('; ')}`,
    }
    // Its quality of service is another by now.
    filled = { ...filled, metadata: { ...filled.metadata, annotations }, spec, status: { phase: 'Pending' } }
  }
  return filled
}

function givenBy({ spec }: LimitRange): Given {
  const limits: Record<string, string> = {}
  const requests: Record<string, string> = {}
  for (const item of spec?.limits ?? []) {
    if (item.type !== 'Container') continue
    Object.assign(limits, item.default)
    Object.assign(requests, item.defaultRequest)
  }
  return { limits, requests }
}

/** `cpu, memory request for container web`, and the same of limits; nothing where nothing is missing. */
function wordsFor({ name, resources }: Container, what: string, { requests, limits }: Given): string[] {
  return [
    [missing(requests, resources?.requests), 'request'] as const,
    [missing(limits, resources?.limits), 'limit'] as const,
  ].flatMap(([names, kind]) => (names.length === 0 ? [] : [`${names.join(', ')} ${kind} for ${what} ${name}`]))
}

function missing(given: Amounts, said: Amounts = NOTHING): readonly string[] {
  return sortedKeys(given).filter((name) => !Object.hasOwn(said, name))
}

function withAmounts(spec: PodSpec, given: Given): PodSpec {
  const fill = (containers: readonly Container[]): readonly Container[] =>
    mapKept(containers, (container) => {
      const { limits = NOTHING, requests = NOTHING, ...rest } = container.resources ?? ({} as Resources)
      const isWhole = missing(given.limits, limits).length === 0 && missing(given.requests, requests).length === 0
      if (isWhole) return container
      return {
        ...container,
        resources: { ...rest, limits: { ...given.limits, ...limits }, requests: { ...given.requests, ...requests } },
      }
    })
  const containers = spec.containers && fill(spec.containers)
  return { ...spec, containers, ...(spec.initContainers && { initContainers: fill(spec.initContainers) }) }
}

/** Refuses a pod that is beyond what a limit range of its namespace allows. */
export function checkPodLimits(pod: Pod, around: Surroundings): void {
  checkEach('pods', pod, around, (item) => {
    if (item.type === 'Container')
      return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap(({ resources }) =>
        violations(item, { requests: resources?.requests ?? NOTHING, limits: resources?.limits ?? NOTHING }),
      )
    return item.type === 'Pod' ? violations(item, totalsOf(pod.spec)) : []
  })
}

/** Refuses a claim that asks for more or less than a limit range of its namespace allows. */
export function checkClaimLimits(claim: PersistentVolumeClaim, around: Surroundings): void {
  checkEach('persistentvolumeclaims', claim, around, (item) => {
    if (item.type !== 'PersistentVolumeClaim') return []
    return violations(item, { requests: claim.spec.resources?.requests ?? NOTHING, limits: undefined })
  })
}

function checkEach(
  plural: string,
  { metadata }: KubeObject,
  around: Surroundings,
  look: (item: LimitRangeItem) => readonly string[],
): void {
  for (const { spec } of around.list<LimitRange>(LIMIT_RANGES, metadata.namespace)) {
    const said = [...new Set((spec?.limits ?? []).flatMap(look))]
    if (said.length > 0) throw forbidden(plural, metadata.name, said.length === 1 ? said[0]! : `[${said.join(', ')}]`)
  }
}

/** What the containers come to together, as LimitRanger counts them: without overhead. */
function totalsOf(spec: PodSpec): Asked {
  const total = (list: 'requests' | 'limits'): Amounts => {
    const sums = podTotal(spec, ({ resources }) => quantities(resources?.[list]), exact)
    for (const name of ['cpu', 'memory']) {
      const own = spec.resources?.[list]?.[name]
      if (own !== undefined) sums.set(name, quantityOf(own))
    }
    return Object.fromEntries([...sums].map(([name, sum]) => [name, formatQuantity(sum)]))
  }
  return { requests: total('requests'), limits: total('limits') }
}

function quantities(list: Amounts = NOTHING): AmountsOf<Quantity> {
  return new Map(Object.entries(list).map(([name, text]) => [name, quantityOf(text)]))
}

function quantityOf(text: string): Quantity {
  return parseQuantity(text)!
}

function violations({ type, min, max, maxLimitRequestRatio: ratio }: LimitRangeItem, asked: Asked): readonly string[] {
  const each = (bounds: Amounts | undefined, look: (name: string, bound: string) => string | undefined): string[] =>
    sortedKeys(bounds).flatMap((name) => look(name, bounds![name]!) ?? [])
  return [
    ...each(min, (name, bound) => belowMinimum(name, type, bound, asked)),
    ...each(max, (name, bound) => aboveMaximum(name, type, bound, asked)),
    ...each(ratio, (name, bound) => aboveRatio(name, type, bound, asked)),
  ]
}

function belowMinimum(name: string, type: string, bound: string, { requests, limits }: Asked): string | undefined {
  const words = `minimum ${name} usage per ${type} is ${canonicalQuantity(bound)}`
  const [request, limit] = [requests[name], limits?.[name]]
  if (request === undefined) return `${words}.  No request is specified`
  if (isLess(request, bound)) return `${words}, but request is ${canonicalQuantity(request)}`
  if (limit !== undefined && isLess(limit, bound)) return `${words}, but limit is ${canonicalQuantity(limit)}`
  return undefined
}

function aboveMaximum(name: string, type: string, bound: string, { requests, limits }: Asked): string | undefined {
  const words = `maximum ${name} usage per ${type} is ${canonicalQuantity(bound)}`
  const [request, limit] = [requests[name], limits?.[name]]
  if (limits === undefined && request === undefined) return `${words}.  No request is specified`
  if (limits !== undefined && limit === undefined) return `${words}.  No limit is specified`
  if (limit !== undefined && isLess(bound, limit)) return `${words}, but limit is ${canonicalQuantity(limit)}`
  if (request !== undefined && isLess(bound, request)) return `${words}, but request is ${canonicalQuantity(request)}`
  return undefined
}

function aboveRatio(name: string, type: string, bound: string, { requests, limits }: Asked): string | undefined {
  const words = `${name} max limit to request ratio per ${type} is ${canonicalQuantity(bound)}`
  const [request, limit] = [amountOf(requests[name]), amountOf(limits?.[name])]
  if (request === 0) return `${words}, but no request is specified or request is 0`
  if (limit === 0) return `${words}, but no limit is specified or limit is 0`
  const ratio = limit / request
  return ratio > amountOf(bound) ? `${words}, but provided ratio is ${ratio.toFixed(6)}` : undefined
}

function isLess(a: string, b: string): boolean {
  return compareQuantities(quantityOf(a), quantityOf(b)) < 0
}

function amountOf(text: string | undefined): number {
  return text === undefined ? 0 : Number(quantityOf(text).nano) / 1e9
}
