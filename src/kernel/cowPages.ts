/**
 * What tables in pages have in common: a list, of pages or of bundles of them, that a fork shares until one side puts
 * something of its own into it. A fork copies nothing; whoever writes copies the page, and once the list.
 */
export abstract class CowPages<P> {
  /** What to take of the number of a row to have its place in its page. */
  readonly mask: number
  /** Number of rows handed out so far, dropped ones included. */
  length = 0
  /** Stands in every page that this side of a fork may write to. */
  protected owner: object = {}
  protected list: P[] = []
  private ownsList = true

  /** 2 to the power `bits` rows share a page. */
  constructor(readonly bits: number) {
    this.mask = (1 << bits) - 1
  }

  /** Empties the table. */
  clear(): void {
    this.list = []
    this.ownsList = true
    this.length = 0
  }

  /** Makes `copy`, which is new, a fork of this table. */
  protected shareWith<T extends CowPages<P>>(copy: T): T {
    copy.length = this.length
    copy.list = this.list
    copy.ownsList = false
    this.ownsList = false
    this.owner = {}
    return copy
  }

  /** The list of pages, for writing. */
  protected own(): P[] {
    if (!this.ownsList) {
      this.list = this.list.slice()
      this.ownsList = true
    }
    return this.list
  }
}
