/** Finds what looking at every node would find, sooner; chooses how. */
import type { ClassMemory } from '../candidates.ts'
import type { Cycle } from '../cycle.ts'
import type { Inquiries } from '../inquiries.ts'
import type { NodeTable } from '../nodeTable.ts'
import type { PodInfo } from '../podInfo.ts'
import { ROOM } from '../plugins/nodeResourcesFit.ts'
import { Questions } from '../questions.ts'
import type { Rules } from '../rules.ts'
import type { Found } from '../search.ts'
import { BoundSearch } from './bound.ts'
import { ClassTree } from './tree.ts'

/** Where there is no room for another tree, one is given up for it no more often than once in so many decisions. */
const PATIENCE = 256

export class Indexer {
  private readonly bound: BoundSearch
  private readonly canBound: boolean
  private readonly trees = new WeakMap<ClassMemory, ClassTree>()
  private last: ClassTree | undefined
  /** How many score plugins had something to say of the pod that was searched for last. */
  scorers = 0
  private decisions = 0
  private madeRoomAt = -PATIENCE

  constructor(
    nodes: NodeTable,
    private readonly rules: Rules,
    private readonly inquiries: Inquiries,
    wantsTies: boolean,
  ) {
    this.bound = new BoundSearch(nodes, wantsTies)
    this.canBound = rules.filters.some(({ name }) => name === ROOM)
  }

  /** Whether the best node of all was found, or that there is none. */
  search(cycle: Cycle, found: Found): boolean {
    this.decisions++
    return this.isRemembered(cycle.info) ? this.throughTree(cycle, found) : this.throughBlocks(cycle, found)
  }

  /** After a search that found equals: the position of one of them, counted from 0 in order of name. */
  tiedAt({ method }: Found, which: number): number {
    return method === 'tree' ? this.last!.tied(which) : this.bound.tiedAt(which)
  }

  private throughTree(cycle: Cycle, found: Found): boolean {
    const memory = this.inquiries.classOf(cycle)
    if (memory.hasRaw) return false
    this.scorers = memory.questions.scorers
    let tree = this.trees.get(memory)
    if (tree === undefined) this.trees.set(memory, (tree = new ClassTree(memory)))
    this.last = tree
    tree.search(found)
    return !memory.hasRaw
  }

  private throughBlocks({ info, snapshot }: Cycle, found: Found): boolean {
    // Pods that are to come to a node count there, and blocks do not know of them.
    if (!this.canBound || !snapshot.nominees.isEmpty) return false
    const questions = new Questions(info, snapshot, this.rules)
    if (!questions.isPlain) return false
    this.scorers = questions.scorers
    this.bound.search(questions, found)
    return true
  }

  /** Whether what is known of a class is worth keeping: it came before, and there is room. */
  private isRemembered(info: PodInfo): boolean {
    const { inquiries } = this
    if (inquiries.knows(info)) return true
    // A tree is made for a class that comes again.
    if (!inquiries.cameBefore(info)) return false
    if (inquiries.room > 0) return true
    if (this.decisions - this.madeRoomAt < PATIENCE) return false
    this.madeRoomAt = this.decisions
    return true
  }
}
