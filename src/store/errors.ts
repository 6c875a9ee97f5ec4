/** The revision asked for lies before the last compaction (etcd's ErrCompacted). */
export class Compacted extends Error {
  override readonly name = 'Compacted'
  constructor(
    readonly revision: number,
    readonly compacted: number,
  ) {
    super(`required revision ${revision} has been compacted; the oldest that can be read is ${compacted}`)
  }
}

/** The revision asked for has not happened yet (etcd's ErrFutureRev). */
export class FutureRevision extends Error {
  override readonly name = 'FutureRevision'
  constructor(
    readonly revision: number,
    readonly current: number,
  ) {
    super(`required revision ${revision} is a future revision; the current one is ${current}`)
  }
}

/** A precondition did not hold; nothing was changed. */
export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed'
  constructor(readonly index: number) {
    super(`precondition ${index} does not hold`)
  }
}
