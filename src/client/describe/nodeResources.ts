/** What the pods of a node take. Mirrors describeNodeResource of k8s.io/kubectl/pkg/describe/describe.go. */
import { add, type Amounts } from '../../api/containerAmounts.ts'
import { sortedKeys } from '../../api/order.ts'
import { formatQuantity, parseQuantity, type Quantity } from '../../api/quantity.ts'
import type { Node, Pod } from '../../api/types/core.ts'
import { ago, columns, indented, type Lines } from './lines.ts'
import { podAmounts } from './podAmounts.ts'

const ZERO: Quantity = Object.freeze({ nano: 0n, format: 'DecimalSI' })

export function nodeResourceLines({ status }: Node, pods: readonly Pod[], now: number): Lines {
  const { capacity = {}, allocatable = {} } = status
  const most = Object.keys(allocatable).length > 0 ? allocatable : capacity
  return [
    `Non-terminated Pods:\t(${pods.length} in total)`,
    ...indented(podLines(pods, most, now)),
    'Allocated resources:',
    '  (Total limits may be over 100 percent, i.e., overcommitted.)',
    ...indented(columns(['Resource', 'Requests', 'Limits'], totalRows(pods, most))),
  ]
}

type List = Readonly<Record<string, string>>

function podLines(pods: readonly Pod[], most: List, now: number): Lines {
  const rows = pods.map((pod) => {
    const requests = podAmounts(pod, 'requests', true)
    const limits = podAmounts(pod, 'limits', true)
    const { namespace, name, creationTimestamp } = pod.metadata
    const shares = ['cpu', 'memory'].flatMap((resource) => [
      share(requests, resource, most),
      share(limits, resource, most),
    ])
    return [namespace, name, '', ...shares, ago(creationTimestamp, now)]
  })
  return columns(
    ['Namespace', 'Name', '', 'CPU Requests', 'CPU Limits', 'Memory Requests', 'Memory Limits', 'Age'],
    rows,
  )
}

function totalRows(pods: readonly Pod[], most: List): string[][] {
  const requests: Amounts = new Map()
  const limits: Amounts = new Map()
  for (const pod of pods) {
    add(requests, podAmounts(pod, 'requests', false))
    add(limits, podAmounts(pod, 'limits', false))
  }
  const names = sortedKeys(most)
  const pages = names.filter((name) => name.startsWith('hugepages-'))
  const extended = names.filter((name) => !pages.includes(name) && !STANDARD.includes(name))
  return [
    ...['cpu', 'memory', 'ephemeral-storage', ...pages].map((name) => [
      name,
      share(requests, name, most),
      share(limits, name, most),
    ]),
    ...extended.map((name) => [name, text(requests.get(name)), text(limits.get(name))]),
  ]
}

const STANDARD: readonly string[] = Object.freeze(['cpu', 'memory', 'ephemeral-storage', 'pods'])

/** `250m (6%)`: of what the node has; cpu in thousandths, all else in whole units, rounded up. */
function share(amounts: Amounts, name: string, most: List): string {
  const amount = amounts.get(name) ?? ZERO
  const unit = name === 'cpu' ? 1_000_000n : 1_000_000_000n
  const all = units(parseQuantity(most[name] ?? '0') ?? ZERO, unit)
  const percent = all === 0 ? 0 : Math.trunc((units(amount, unit) / all) * 100)
  return `${formatQuantity(amount)} (${percent}%)`
}

function units({ nano }: Quantity, unit: bigint): number {
  return Number((nano + unit - 1n) / unit)
}

function text(amount: Quantity | undefined): string {
  return formatQuantity(amount ?? ZERO)
}
