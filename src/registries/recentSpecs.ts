/** How many specs are remembered by content. */
const limit = 16

/** After so many questions in a row about specs that were like none before, only the last one is looked at. */
const patience = 128

/** The last few specs, to be found by content. */
export class RecentSpecs {
  private readonly specs: object[] = []
  private next = 0
  private misses = 0

  constructor(private readonly alike: (a: unknown, b: unknown) => boolean) {}

  /** The one that was added last. */
  get last(): object | undefined {
    return this.specs[(this.next - 1 + limit) % limit]
  }

  add(spec: object): void {
    this.specs[this.next] = spec
    this.next = (this.next + 1) % limit
  }

  find(spec: unknown): object | undefined {
    const { specs } = this
    const depth = this.misses > patience ? Math.min(1, specs.length) : specs.length
    for (let back = 1; back <= depth; back++) {
      const candidate = specs[(this.next - back + limit) % limit]
      if (candidate === undefined || !this.alike(candidate, spec)) continue
      this.misses = 0
      return candidate
    }
    this.misses++
    return undefined
  }
}
