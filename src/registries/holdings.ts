import type { CowMap } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import type { Pool } from './definition.ts'
import type { Identity } from './identity.ts'
import type { Loose } from './loose.ts'
import type { Resource } from './records.ts'

/** Who has what no two may have, such as addresses: always what the stored objects say, kept to be found at once. */
export class Holdings {
  /** `services:ip/10.96.0.1` → `default/kubernetes`. */
  private readonly holders: CowMap<string>

  constructor(
    memory: Memory,
    private readonly identity: Identity,
    private readonly isDryRun: boolean,
  ) {
    this.holders = memory.map('registries.holdings')
  }

  /** The object with what it needs; `scope` is what its draws are keyed by: its path, unless its name was drawn too. */
  allocated(resource: Resource, object: Loose, previous: Loose | undefined, scope?: string): Loose {
    const { allocation } = resource.definition
    if (allocation === undefined) return object
    const { namespace = '', name } = object.metadata
    const pool = this.pool(resource, scope ?? `${resource.kept.key}/${namespace}/${name}`)
    return allocation.allocate(object, previous, pool) as Loose
  }

  /** What of all that an object says it has somebody else has already, and who. */
  taken({ definition, key }: Resource, object: Loose): readonly [item: string, holder: string] | undefined {
    for (const item of definition.allocation?.held(object) ?? none) {
      const holder = this.holders.get(`${key}:${item}`)
      if (holder !== undefined) return [item, holder]
    }
    return undefined
  }

  private pool({ key }: Resource, scope: string): Pool {
    return {
      isDryRun: this.isDryRun,
      isFree: (item) => !this.holders.has(`${key}:${item}`),
      draw: (purpose, count) => this.identity.number(scope, purpose, count),
    }
  }

  /** Follows a write: `next` is undefined when the object went. */
  follow({ definition, key }: Resource, previous: Loose | undefined, next: Loose | undefined): void {
    const { allocation } = definition
    if (allocation === undefined) return
    const before = previous === undefined ? none : allocation.held(previous)
    const after = next === undefined ? none : allocation.held(next)
    for (const item of before) if (!after.includes(item)) this.holders.delete(`${key}:${item}`)
    const { namespace = '', name } = (next ?? previous)!.metadata
    for (const item of after) if (!before.includes(item)) this.holders.set(`${key}:${item}`, `${namespace}/${name}`)
  }
}

const none: readonly string[] = Object.freeze([])
