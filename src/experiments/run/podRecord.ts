import type { Need } from './demand.ts'

/** What became of one pod. Times are milliseconds since the run began. */
export interface PodRecord {
  /** `default/web-1` */
  readonly name: string
  readonly uid: string
  readonly arrivedMs: number
  /** What it takes of a node: cpu in thousandths of a core, everything else in whole units. */
  readonly needs: readonly Need[]
  /** Undefined: it never was on a node. */
  readonly boundMs: number | undefined
  readonly node: string | undefined
  /** Who put it there: a scheduler's name, or the user's where it came with a node. */
  readonly boundBy: string | undefined
  /** When it gave back what it took: deleted, or ended. Undefined: it was still there. */
  readonly goneMs: number | undefined
  readonly isPreempted: boolean
}

/** The same while it is written. */
export type OpenRecord = { -readonly [K in keyof PodRecord]: PodRecord[K] } & {
  /** Row of its node in the ledger while it takes something there. */
  row: number
  /** Whether its containers end by themselves. */
  readonly isFinite: boolean
}
