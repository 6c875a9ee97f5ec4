import type { Loose } from './loose.ts'
import type { Resource } from './records.ts'
import { SpecMemo } from './specMemo.ts'

/** What is known of specs, by resource. */
export class SpecMemos {
  private readonly memos = new Map<string, SpecMemo>()

  /** Only for a resource whose definition has rules for the spec. */
  of(resource: Resource): SpecMemo {
    const known = this.memos.get(resource.key)
    if (known !== undefined) return known
    const made = new SpecMemo(resource.definition.spec!)
    this.memos.set(resource.key, made)
    return made
  }

  /** The object with its spec defaulted. */
  defaulted(resource: Resource, object: Loose): Loose {
    if (resource.definition.spec === undefined || object.spec === undefined) return object
    const spec = this.of(resource).look(object.spec).defaulted
    return spec === object.spec ? object : { ...object, spec }
  }
}
