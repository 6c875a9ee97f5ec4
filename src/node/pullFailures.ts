/** Images that cannot be pulled for a while, beside those of which a behaviour says so. */
import type { CowCell } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import { globMatcher, type ResolvedBehaviour } from './behaviour.ts'

export interface PullFailure {
  /** Names the failure when it is to end. */
  readonly id: number
  /** As in a behaviour: `*` stands for any characters. */
  readonly image: string
  /** In the registry's words; `{image}` in them stands for the image's full reference. */
  readonly error: string
  /** Where; undefined: on every node. */
  readonly node: number | undefined
}

export class PullFailures {
  private readonly failures: CowCell<readonly PullFailure[]>
  /** Matchers by pattern. A cache. */
  private readonly matchers = new Map<string, (text: string) => boolean>()

  constructor(
    memory: Memory,
    private readonly behaviours: (image: string) => ResolvedBehaviour,
  ) {
    this.failures = memory.cell('node.pullFailures', [])
  }

  begin(failure: PullFailure): void {
    this.failures.value = [...this.failures.value, failure]
  }

  end(id: number): void {
    this.failures.value = this.failures.value.filter((failure) => failure.id !== id)
  }

  /** Why an image cannot be pulled on a node; undefined when it can. Of several reasons the oldest counts. */
  errorOf(node: number, image: string, reference: string): string | undefined {
    for (const failure of this.failures.value) {
      if (failure.node !== undefined && failure.node !== node) continue
      if (this.matcher(failure.image)(image)) return failure.error.replaceAll('{image}', reference)
    }
    return this.behaviours(image).pullError
  }

  private matcher(pattern: string): (text: string) => boolean {
    let found = this.matchers.get(pattern)
    if (found === undefined) this.matchers.set(pattern, (found = globMatcher(pattern)))
    return found
  }
}
