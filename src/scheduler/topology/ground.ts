import type { KubeObject } from '../../api/meta.ts'
import type { Labels } from '../../api/selectors.ts'
import type { Pod } from '../../api/types/core.ts'
import type { Column } from './column.ts'
import type { Counter, Times } from './counter.ts'
import type { Carrier } from './party.ts'
import type { Subject } from './terms.ts'

/** What there is besides nodes and pods, as the scheduler was told of it. */
export interface Others {
  readonly list: (kind: string, namespace?: string) => readonly KubeObject[]
  readonly find: (kind: string, namespace: string, name: string) => KubeObject | undefined
}

/** What views of rules between pods are made of. */
export interface Ground extends Times {
  /** Grows when `carried` says something else. */
  readonly carriage: number
  /** Affinities that pods which are placed have. */
  carried(): readonly Carrier[]
  carrierOf(pod: Pod): Carrier | undefined
  readonly labelsOf: (namespace: string) => Labels
  column(key: string): Column
  /** Every node for itself. */
  readonly nodeColumn: Column
  /** Takes a counter into account that counts what the caller attaches. */
  admit<C extends Counter>(counter: C): C
  /** Lets a counter count pods by what they are; those that are being deleted too, if `countsEnding`. */
  follow<C extends Counter>(counter: C, weigh: (pod: Subject) => number, options: { readonly countsEnding: boolean }): C
}
