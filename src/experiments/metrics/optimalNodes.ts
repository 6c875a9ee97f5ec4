import { callOptions } from '../../api/callOptions.ts'
import { badRequest } from '../../api/errors.ts'
import { isObject } from '../../api/object.ts'
import { byCodeUnit } from '../../api/order.ts'
import type { Need } from '../run/demand.ts'
import type { Run } from '../run/run.ts'
import type { Metric } from './metric.ts'
import { presentNeeds } from './nodesUsed.ts'

/** A solver of mixed-integer programs in CPLEX' LP format: what `await load()` of the package `highs` gives. */
export interface MilpSolver {
  solve(problem: string): { readonly Status: string; readonly ObjectiveValue: number }
}

export interface OptimalNodesOptions {
  /** Of how many whole-number unknowns a run may be at most, kinds of pods times nodes; 2,000 unless given. Larger runs are not solved. */
  readonly most?: number | undefined
}

/**
 * The exact fewest nodes on which what is on nodes in the end would fit, by requests alone: a lower bound where pods have
 * other rules too. Of runs that are too large it says nothing. Throws BadRequest for what is no solver.
 */
export function optimalNodes(solver: MilpSolver, options?: OptimalNodesOptions): Metric {
  const { most = 2000 } = callOptions('optimalNodes', options, ['most'])
  if (!isObject(solver) || typeof solver.solve !== 'function')
    throw badRequest('optimalNodes: expected a solver, such as await load() of the package highs')
  return {
    name: 'optimalNodes',
    about: `The exact fewest nodes that could hold what is on nodes in the end, by requests; of runs with at most ${most} unknowns.`,
    unit: 'nodes',
    measure(run) {
      const kinds = kindsOf(presentNeeds(run))
      if (kinds.length === 0) return 0
      if (kinds.length * run.nodes.size > most) return undefined
      const { Status, ObjectiveValue } = solver.solve(programOf(kinds, nodesOf(run)))
      return Status === 'Optimal' ? Math.round(ObjectiveValue) : undefined
    },
  }
}

interface Kind {
  readonly needs: readonly Need[]
  count: number
}

/** Pods that need the same are one kind. */
function kindsOf(pods: readonly (readonly Need[])[]): readonly Kind[] {
  const kinds = new Map<string, Kind>()
  for (const needs of pods) {
    const key = keyOf(needs.map(({ resource, amount }) => [resource, amount]))
    const kind = kinds.get(key)
    if (kind === undefined) kinds.set(key, { needs, count: 1 })
    else kind.count++
  }
  return [...kinds.values()]
}

function keyOf(amounts: readonly (readonly [string, number])[]): string {
  return amounts
    .map(([resource, amount]) => `${resource}=${amount}`)
    .sort(byCodeUnit)
    .join()
}

type Offer = ReadonlyMap<string, number>

/** Equal nodes one after the other. */
function nodesOf({ nodes }: Run): readonly { readonly offer: Offer; readonly isLikeNext: boolean }[] {
  const keyed = [...nodes.values()].map((offer) => ({ offer, key: keyOf([...offer]) }))
  keyed.sort((a, b) => byCodeUnit(a.key, b.key))
  return keyed.map(({ offer, key }, index) => ({ offer, isLikeNext: keyed[index + 1]?.key === key }))
}

/** `y`: whether a node is used; `x`: how many pods of a kind are on it. Of equal nodes the first are used first. */
function programOf(kinds: readonly Kind[], nodes: ReturnType<typeof nodesOf>): string {
  const all = nodes.map((_, node) => node)
  const wholes = all.flatMap((node) => kinds.map((_, kind) => `x${kind}_${node}`))
  const lines = [
    'Minimize',
    ` fewest: ${all.map((node) => `y${node}`).join(' + ')}`,
    'Subject To',
    ...kinds.map(({ count }, kind) => ` all${kind}: ${all.map((node) => `x${kind}_${node}`).join(' + ')} = ${count}`),
    ...roomLines(kinds, nodes),
    ...nodes.flatMap(({ isLikeNext }, node) => (isLikeNext ? [` first${node}: y${node} - y${node + 1} >= 0`] : [])),
    'Bounds',
    ...all.flatMap((node) => kinds.map(({ count }, kind) => ` 0 <= x${kind}_${node} <= ${count}`)),
    'General',
    ` ${wholes.join(' ')}`,
    'Binary',
    ` ${all.map((node) => `y${node}`).join(' ')}`,
    'End',
  ]
  return lines.join('\n')
}

/** On no node more than it offers, in units of what all amounts of a resource are multiples of. */
function roomLines(kinds: readonly Kind[], nodes: ReturnType<typeof nodesOf>): readonly string[] {
  const resources = [...new Set(kinds.flatMap(({ needs }) => needs.map(({ resource }) => resource)))]
  return resources.flatMap((resource, index) => {
    const asks = kinds.map(({ needs }) => needs.find((need) => need.resource === resource)?.amount ?? 0)
    const room = nodes.map(({ offer }) => offer.get(resource) ?? 0)
    const unit = [...asks, ...room].reduce(commonDivisor, 0)
    return room.map((amount, node) => {
      const terms = asks.flatMap((ask, kind) => (ask > 0 ? [`${ask / unit} x${kind}_${node}`] : []))
      return ` room${index}_${node}: ${terms.join(' + ')} - ${amount / unit} y${node} <= 0`
    })
  })
}

function commonDivisor(a: number, b: number): number {
  let [large, small] = [a, b]
  while (small > 0) [large, small] = [small, large % small]
  return large
}
