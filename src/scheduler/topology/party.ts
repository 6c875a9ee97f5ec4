import type { Affinity, Pod } from '../../api/types/core.ts'
import type { Labels } from '../../api/selectors.ts'
import { Source } from './counter.ts'
import { type Subject, type Terms, termsOf } from './terms.ts'

const NO_LABELS: Labels = Object.freeze({})

/** The pods of a namespace that have the same labels: terms match all of them or none. */
export class Party implements Subject {
  /** Those that take room on some node. */
  readonly placed: Source = new Source()
  /** Those among them that are being deleted. */
  readonly ending: Source = new Source()

  constructor(
    readonly namespace: string,
    readonly labels: Labels,
  ) {}
}

/** The pods of a namespace that have the same affinity. */
export class Carrier {
  readonly placed: Source = new Source()
  readonly terms: Terms

  constructor(
    readonly number: number,
    readonly affinity: Affinity,
    namespace: string,
  ) {
    this.terms = termsOf(affinity, namespace)
  }
}

/** Of pods with the same labels in another order it may differ: then they are two parties, which count alike. */
export function partyKey(namespace: string, labels: Labels | undefined): string {
  let key = namespace

  for (const name in labels) key += `\n${name}=${labels[name]}`
  return key
}

export function subjectOf({ metadata }: Pod): Subject {
  return { namespace: metadata.namespace ?? '', labels: metadata.labels ?? NO_LABELS }
}
