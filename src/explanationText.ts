import { byCodeUnit } from './api/order.ts'
import { printTable } from './api/table.ts'
import type { NodeVerdict, Placing } from './scheduler/placing.ts'

/** So many feasible nodes are told, best first, and so many names of those with one refusal. */
const MOST_NODES = 10
const MOST_NAMES = 3

/** A search as aligned text: a sentence, the scores of the nodes that suit, the reasons of those that do not. */
export function placingText(placing: Placing): string {
  const { nodes, message } = placing
  const head = message === undefined ? headOf(placing) : `${headOf(placing)}\n${message}`
  const tables = [scoreTable(nodes), refusalTable(nodes)].filter((table) => table !== '')
  return [`${head}\n`, ...tables].join('\n').trimEnd()
}

function headOf({ strategy, policy, isPast, total, feasible, examined }: Placing): string {
  const many = feasible === 0 ? 'none' : String(feasible)
  if (isPast) return `strategy ${strategy}, policy ${policy}; of ${counted(total, 'node')} ${many} suited then`
  const suit = feasible === 1 ? '1 suits' : `${many} suit`
  return `strategy ${strategy} looks at ${examined} of ${counted(total, 'node')}, policy ${policy}; ${suit}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** `node-0, node-1, node-2 and 4 more` */
export function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ')
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown
}

function scoreTable(nodes: readonly NodeVerdict[]): string {
  const feasible = nodes
    .flatMap(({ node, score, shares }) => (score === undefined ? [] : [{ node, score, shares }]))
    .sort((a, b) => b.score - a.score || byCodeUnit(a.node, b.node))
  if (feasible.length === 0) return ''
  const plugins = feasible[0]!.shares.map(({ plugin }) => plugin)
  const rows = feasible
    .slice(0, MOST_NODES)
    .map(({ node, score, shares }) => [
      node,
      String(score),
      ...shares.map((share) => (share.weight === 1 ? String(share.score) : `${share.weight} × ${share.score}`)),
    ])
  const more = feasible.length > MOST_NODES ? `… and ${feasible.length - MOST_NODES} more\n` : ''
  return `${printTable(['NODE', 'SCORE', ...plugins], rows)}${more}`
}

/** One row for each reason of each filter. */
function refusalTable(nodes: readonly NodeVerdict[]): string {
  const byReason = new Map<string, { filter: string; reason: string; names: string[] }>()
  for (const { node, refusals } of nodes) {
    for (const { plugin: filter, reasons } of refusals) {
      for (const reason of reasons) {
        const key = `${filter}\n${reason}`
        const known = byReason.get(key)
        if (known === undefined) byReason.set(key, { filter, reason, names: [node] })
        else known.names.push(node)
      }
    }
  }
  if (byReason.size === 0) return ''
  const rows = [...byReason.values()].map(({ filter, reason, names }) => [
    filter,
    reason,
    String(names.length),
    namesOf(names),
  ])
  return printTable(['REFUSED BY', 'BECAUSE', 'TIMES', 'NODES'], rows)
}
