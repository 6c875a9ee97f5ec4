import type { Pod } from '../api/types/core.ts'
import type { Accounts } from './accounts.ts'
import type { NodeTable } from './nodeTable.ts'

interface Move {
  readonly pod: Pod
  readonly node: string
  readonly isThere: boolean
}

const FIRST_STAMP = 0xffff_ffff

/** What would be if pods were put on a node or taken off it. All is as before when a trial is over. */
export class Trials {
  private readonly moves: Move[] = []
  /** Versions of rows that no row ever has but in a trial. */
  private stamp = FIRST_STAMP

  constructor(
    private readonly nodes: NodeTable,
    private readonly accounts: Pick<Accounts, 'place' | 'take'>,
  ) {}

  /** A trial on the row of a node that exists; trials may stand within each other. The columns must be the table's own. */
  run<T>(row: number, act: () => T): T {
    const from = this.moves.length
    const version = this.nodes.columns.versions[row]!
    try {
      return act()
    } finally {
      while (this.moves.length > from) {
        const { pod, node, isThere } = this.moves.pop()!
        if (isThere) this.accounts.take(pod, node)
        else this.accounts.place(pod, node)
      }
      // The row is what it was, and so is whatever is remembered of it.
      this.nodes.columns.versions[row] = version
    }
  }

  place(pod: Pod, node: string): void {
    this.accounts.place(pod, node)
    this.note({ pod, node, isThere: true })
  }

  take(pod: Pod, node: string): void {
    this.accounts.take(pod, node)
    this.note({ pod, node, isThere: false })
  }

  /** The pods on a node with what is tried. */
  seen(node: string, pods: readonly Pod[]): readonly Pod[] {
    let seen = pods
    for (const move of this.moves) {
      if (move.node !== node) continue
      const { uid } = move.pod.metadata
      seen = move.isThere ? [...seen, move.pod] : seen.filter(({ metadata }) => metadata.uid !== uid)
    }
    return seen
  }

  /** What is remembered of a row as it is tried must not be taken for what it comes to be. */
  private note(move: Move): void {
    this.moves.push(move)
    this.nodes.columns.versions[this.nodes.row(move.node)!] = this.stamp--
  }

  /** Every pod on a node with what is tried. */
  *all(placed: Iterable<readonly [pod: Pod, node: string]>): Iterable<readonly [pod: Pod, node: string]> {
    if (this.moves.length === 0) return yield* placed
    const moved = new Map(this.moves.map((move) => [move.pod.metadata.uid, move]))
    for (const one of placed) if (!moved.has(one[0].metadata.uid)) yield one
    for (const { pod, node, isThere } of moved.values()) if (isThere) yield [pod, node]
  }
}
