/** Namespaces with their quotas and limit ranges. Mirrors describeNamespace of k8s.io/kubectl/pkg/describe/describe.go. */
import { sortedKeys } from '../../api/order.ts'
import { formatQuantity, parseQuantity, quantityValue } from '../../api/quantity.ts'
import type { LimitRange, LimitRangeItem, Namespace, ResourceQuota } from '../../api/types/core.ts'
import type { Around } from './around.ts'
import { columns, field, indented, labelsAndAnnotations, type Lines, moment, quantity, section } from './lines.ts'

export function describeNamespace({ metadata, status }: Namespace, around: Around): Lines {
  const namespace = metadata.name
  const quotas = around.list<ResourceQuota>('v1/ResourceQuota', { namespace })
  const ranges = around.list<LimitRange>('v1/LimitRange', { namespace })
  return [
    field('Name', metadata.name),
    ...labelsAndAnnotations(metadata),
    field('Status', status?.phase),
    ...conditionLines(status),
    '',
    ...quotaSummary(quotas),
    '',
    ...rangeSummary(ranges),
  ]
}

function conditionLines(status: Namespace['status'] | undefined): Lines {
  const conditions = status?.conditions ?? []
  if (conditions.length === 0) return []
  const rows = conditions.map(({ type, status: value, lastTransitionTime, reason, message }) => [
    type,
    value,
    moment(lastTransitionTime),
    reason,
    message,
  ])
  return section('Conditions', columns(['Type', 'Status', 'LastTransitionTime', 'Reason', 'Message'], rows))
}

function quotaSummary(quotas: readonly ResourceQuota[]): Lines {
  if (quotas.length === 0) return ['No resource quota.']
  return [
    'Resource Quotas',
    ...quotas.flatMap((quota) =>
      indented([
        field('Name', quota.metadata.name),
        ...scopeLines(quota, '* '),
        'Resource\tUsed\tHard',
        '--------\t---\t---',
        ...usageLines(quota, quantity),
      ]),
    ),
  ]
}

/** Mirrors describeQuota. */
export function describeResourceQuota(quota: ResourceQuota): Lines {
  return [
    field('Name', quota.metadata.name),
    field('Namespace', quota.metadata.namespace),
    ...scopeLines(quota, ' * '),
    'Resource\tUsed\tHard',
    '--------\t----\t----',
    ...usageLines(quota, usedOf),
  ]
}

function usageLines({ status }: ResourceQuota, text: (used: string | undefined, hard: string) => string): Lines {
  const { hard = {}, used = {} } = status ?? {}
  return sortedKeys(hard).map((name) => `${name}\t${text(used[name], hard[name]!)}\t${quantity(hard[name])}`)
}

/** What is used, in whole units and as the limit is written, where the two are written in different ways. */
function usedOf(used = '0', hard: string): string {
  const format = parseQuantity(hard)?.format
  if (format === undefined || parseQuantity(used)?.format === format) return quantity(used)
  return formatQuantity({ nano: BigInt(quantityValue(used)) * 1_000_000_000n, format })
}

const SCOPES: Readonly<Record<string, string>> = Object.freeze({
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
})

function scopeLines({ spec }: ResourceQuota, bullet: string): Lines {
  const scopes = (spec?.scopes ?? []).toSorted()
  if (scopes.length === 0) return []
  const help = scopes.flatMap((scope) => (SCOPES[scope] === undefined ? [] : [`${bullet}${SCOPES[scope]}`]))
  return [field('Scopes', scopes.join(', ')), ...help]
}

const RANGE_HEADINGS = [
  'Type',
  'Resource',
  'Min',
  'Max',
  'Default Request',
  'Default Limit',
  'Max Limit/Request Ratio',
] as const

function rangeSummary(ranges: readonly LimitRange[]): Lines {
  if (ranges.length === 0) return ['No LimitRange resource.']
  const rows = ranges.flatMap(({ spec }) => (spec?.limits ?? []).flatMap(limitRows))
  return ['Resource Limits', ...columns(RANGE_HEADINGS, rows).map((line) => ` ${line}`)]
}

/** Mirrors describeLimitRange. */
export function describeLimitRange({ metadata, spec }: LimitRange): Lines {
  const rows = (spec?.limits ?? []).flatMap(limitRows)
  return [field('Name', metadata.name), field('Namespace', metadata.namespace), ...columns(RANGE_HEADINGS, rows)]
}

/** One row a resource; upstream has them in no order. */
function limitRows({
  type,
  min,
  max,
  defaultRequest,
  default: limit,
  maxLimitRequestRatio,
}: LimitRangeItem): string[][] {
  const lists = [min, max, defaultRequest, limit, maxLimitRequestRatio]
  const names = sortedKeys(Object.assign({}, ...lists) as Record<string, string>)
  const amount = (text: string | undefined): string => (text === undefined ? '-' : quantity(text))
  return names.map((name) => [type, name, ...lists.map((list) => amount(list?.[name]))])
}
