/**
 * Branch and bound: of the blocks that may hold the best node the most promising one is looked at first, and the search
 * ends when no other can hold a better one. Remembers nothing but what blocks have.
 */
import { type BlockFilter, MAX_NODE_SCORE, type RowsFilter, type RowsScore } from '../plugin.ts'
import type { Questions } from '../questions.ts'
import type { Found } from '../search.ts'
import { BLOCK_NODES, Blocks, GROUP_BLOCKS } from './blocks.ts'

type Weighing = (block: number) => number

interface Sieve {
  readonly keep: RowsFilter
  readonly block: BlockFilter
  /** Its number among all filters, from 1. */
  readonly number: number
}

interface Rater {
  readonly score: RowsScore
  readonly weight: number
  /** At least what it adds to the score of any row of a block: a whole number, so that adding up is exact. */
  readonly most: Weighing
}

/** What is asked about one pod. */
interface Errand {
  readonly filters: readonly Sieve[]
  readonly raters: readonly Rater[]
}

export class BoundSearch {
  private readonly blocks: Blocks
  private readonly rows = new Int32Array(BLOCK_NODES)
  private readonly sums = new Float64Array(BLOCK_NODES)
  /** What every block of a group, and every group, may offer at most. */
  private readonly inGroup = new Float64Array(GROUP_BLOCKS)
  private offers = new Float64Array(0)
  private tied: number[] = []

  constructor(
    private readonly nodes: Questions['nodes'],
    /** Whether all nodes that share the best score must be found. */
    private readonly wantsTies: boolean,
  ) {
    this.blocks = new Blocks(nodes)
  }

  /** The best node now. At worst every block is looked at, which is a scan that remembers nothing. */
  search(questions: Questions, found: Found): void {
    const { blocks } = this
    blocks.refresh()
    begin(found)
    this.tied.length = 0
    const errand = errandOf(questions, blocks)
    if (this.offers.length !== blocks.groups) this.offers = new Float64Array(blocks.groups)
    const { offers } = this
    for (let group = 0; group < offers.length; group++) offers[group] = offerOf(errand, blocks.count + group)
    this.inTurn(offers, offers.length, blocks.count, found, (group) => this.searchGroup(errand, group, found))
    blocks.looked(found.examined)
    found.feasible = found.scored
    found.filterCalls += found.scored * questions.filters.length
  }

  /** The position of one of those that share the best score, counted from 0 in order of name. */
  tiedAt(which: number): number {
    return this.tied.sort((a, b) => a - b)[which]!
  }

  private searchGroup(errand: Errand, group: number, found: Found): void {
    const first = group * GROUP_BLOCKS
    const count = Math.min(GROUP_BLOCKS, this.blocks.count - first)
    const { inGroup } = this
    for (let i = 0; i < count; i++) inGroup[i] = offerOf(errand, first + i)
    this.inTurn(inGroup, count, first, found, (i, offer) => this.searchBlock(errand, first + i, offer, found))
  }

  /**
   * Searches what may improve on what was found: the most promising first, and of equals the one that begins first. They
   * are numbered on from one block or group. Uses the offers up.
   */
  private inTurn(
    offers: Float64Array,
    count: number,
    numberedFrom: number,
    found: Found,
    search: (i: number, offer: number) => void,
  ): void {
    const { first } = this.blocks
    for (let left = count; left > 0; left--) {
      let next = 0
      for (let i = 1; i < count; i++)
        if (
          offers[i]! > offers[next]! ||
          (offers[i] === offers[next] && first[numberedFrom + i]! < first[numberedFrom + next]!)
        )
          next = i
      const offer = offers[next]!
      if (!this.mayImprove(offer, first[numberedFrom + next]!, found)) return
      offers[next] = -Infinity
      search(next, offer)
    }
  }

  /** Whether something that offers so much, and begins at that position, may hold what is better than what was found. */
  private mayImprove(offer: number, position: number, { best, bestScore }: Found): boolean {
    if (offer === -Infinity) return false
    return best < 0 || offer > bestScore || (offer === bestScore && (this.wantsTies || position < best))
  }

  private searchBlock({ filters, raters }: Errand, block: number, offer: number, found: Found): void {
    const { rows, sums } = this
    let count = this.takeRows(block, offer, found)
    found.examined += count
    for (let f = 0; f < filters.length; f++) {
      const { keep, block: ofBlock, number } = filters[f]!
      if (ofBlock(block) === 'all') continue
      const kept = keep(rows, count)
      found.filterCalls += (count - kept) * number
      count = kept
    }
    if (count === 0) return
    found.scored += count
    for (let i = 0; i < count; i++) sums[i] = 0
    let rest = offer
    for (let r = 0; r < raters.length; r++) {
      const { score, weight, most } = raters[r]!
      score(rows, count, weight, sums)
      rest -= most(block)
      // Whoever cannot come up to the best any more need not be asked about further.
      if (r + 1 < raters.length) count = this.keepAbove(found.bestScore - rest, count)
    }
    this.compare(count, found)
  }

  /** The rows of a block, which are in order of name: of one that can only do as well, those before the best. */
  private takeRows(block: number, offer: number, { best, bestScore }: Found): number {
    const { rows } = this
    const of = this.blocks.rows
    const positions = this.nodes.positions()
    const first = block * BLOCK_NODES
    const count = Math.min(BLOCK_NODES, of.length - first)
    const before = offer > bestScore || this.wantsTies ? Infinity : best
    for (let i = 0; i < count; i++) {
      const row = of[first + i]!
      if (positions[row]! >= before) return i
      rows[i] = row
    }
    return count
  }

  private keepAbove(least: number, count: number): number {
    const { rows, sums } = this
    let kept = 0
    for (let i = 0; i < count; i++) {
      if (sums[i]! < least) continue
      rows[kept] = rows[i]!
      sums[kept++] = sums[i]!
    }
    return kept
  }

  private compare(count: number, found: Found): void {
    const { rows, sums, tied, wantsTies } = this
    const positions = this.nodes.positions()
    for (let i = 0; i < count; i++) {
      const score = sums[i]!
      if (score < found.bestScore) continue
      const position = positions[rows[i]!]!
      if (score > found.bestScore) {
        found.bestScore = score
        found.best = position
        found.ties = 1
        if (wantsTies) tied.length = 0
      } else {
        found.ties++
        if (position < found.best) found.best = position
      }
      if (wantsTies) tied.push(position)
    }
  }
}

function begin(found: Found): void {
  found.from = found.examined = found.feasible = found.scored = found.filterCalls = found.ties = 0
  found.best = -1
  found.bestScore = -Infinity
  found.method = 'bound'
}

function errandOf(questions: Questions, blocks: Blocks): Errand {
  const { info, filters, pending, plain, rows } = questions
  return {
    filters: pending.map((i, at) => ({
      number: i + 1,
      block: filters[i]!.filterBlock?.(info, blocks) ?? maybeSome,
      keep: rows.filters[at]!,
    })),
    raters: plain.map(({ plugin, weight }, i) => ({
      weight,
      score: rows.scores[i]!,
      most: weighed(plugin.bound === undefined ? MAX_NODE_SCORE : plugin.bound(info, blocks), weight),
    })),
  }
}

const maybeSome: BlockFilter = () => 'some'

function weighed(bound: number | Weighing, weight: number): Weighing {
  if (typeof bound === 'number') return () => weight * bound
  return weight === 1 ? bound : (block) => weight * bound(block)
}

/** At least the best score in a block; −∞ if no node there suits. */
function offerOf({ filters, raters }: Errand, block: number): number {
  for (let i = 0; i < filters.length; i++) if (filters[i]!.block(block) === 'none') return -Infinity
  let sum = 0
  for (let i = 0; i < raters.length; i++) sum += raters[i]!.most(block)
  return sum
}
