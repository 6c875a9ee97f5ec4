/**
 * Plugins may name the only nodes that are looked at for a pod. Mirrors PreFilterResult of
 * staging/src/k8s.io/kube-scheduler/framework/interface.go and RunPreFilterPlugins of pkg/scheduler/framework/runtime.
 */
import { byCodeUnit } from '../api/order.ts'
import type { NodeTable } from './nodeTable.ts'
import type { NodeNames, PreFiltered, Refusal } from './plugin.ts'

/** What was named, and by whom. */
interface Named {
  readonly names: readonly string[]
  readonly plugins: readonly string[]
}

/** The nodes that are looked at, where plugins have named some. */
export interface Narrowing {
  /** Those of them that there are, in order of name. */
  readonly rows: Int32Array
  /** Who named them, by name. */
  readonly plugins: readonly string[]
}

/** What is said of every other node. */
export function leftOutBy({ plugins }: Narrowing): Refusal {
  const reasons = [`node(s) didn't satisfy plugin(s) ${listed(plugins)}`]
  return { plugin: plugins.join(', '), reasons, resolvable: false }
}

export function isNames(answer: PreFiltered): answer is NodeNames {
  return typeof answer === 'object' && 'nodeNames' in answer
}

/** Hears what the plugins say before any node is looked at. */
export class PreFilter {
  private named: Named | undefined
  /** Why no node will do, and who says so. */
  refusal: Refusal | undefined
  refusedBy: readonly string[] = []

  /** Whether the plugins after this one are to be heard as well. */
  hear(plugin: string, answer: PreFiltered): boolean {
    if (answer === undefined || answer === 'skip') return true
    if (!isNames(answer)) {
      // Of several that others may help with the last one counts, and nothing else is as bad as one that they cannot.
      this.refusal = answer
      this.refusedBy = [plugin]
      return answer.resolvable
    }
    const { names, plugins } = (this.named = merge(this.named, plugin, answer.nodeNames))
    if (names.length > 0) return true
    const reason = `node(s) didn't satisfy ${plugins.length === 1 ? `plugin ${plugins[0]!}` : `plugin(s) ${listed(plugins)} simultaneously`}`
    // No plugin that is built in names none.
    this.refusal = { plugin: plugins.join(', '), reasons: [reason], resolvable: false, isLate: true }
    this.refusedBy = plugins
    return false
  }

  /** Undefined: any node will do. */
  narrowing(nodes: NodeTable): Narrowing | undefined {
    if (this.named === undefined) return undefined
    const { names, plugins } = this.named
    return { rows: rowsOf(nodes, names), plugins }
  }
}

function merge(before: Named | undefined, plugin: string, names: readonly string[]): Named {
  if (before === undefined) return { names, plugins: [plugin] }
  const wanted = new Set(names)
  return {
    names: before.names.filter((name) => wanted.has(name)),
    plugins: [...before.plugins, plugin].sort(byCodeUnit),
  }
}

function listed(plugins: readonly string[]): string {
  return `[${plugins.join(' ')}]`
}

function rowsOf(nodes: NodeTable, names: readonly string[]): Int32Array {
  const rows: number[] = []
  for (const name of names.length > 1 ? [...new Set(names)].sort(byCodeUnit) : names) {
    const row = nodes.row(name)
    if (row !== undefined && nodes.rows[row]!.node !== undefined) rows.push(row)
  }
  const found = new Int32Array(rows.length)
  for (let i = 0; i < rows.length; i++) found[i] = rows[i]!
  return found
}
