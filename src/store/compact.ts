/** Takes in what a compact value is made of, one part after the other; each sort has a way of its own, which saves asking. */
export interface PartSink {
  text(part: string): void
  number(part: number): void
  /** Plain data that many values share. */
  shared(part: object): void
  /** A text, or nothing. */
  optional(part: string | undefined): void
}

/** A value, or a field of one, in a smaller form than plain data. */
export abstract class Compact {
  /** Hands over all that it is made of, in a fixed order. */
  abstract parts(into: PartSink): void
}
