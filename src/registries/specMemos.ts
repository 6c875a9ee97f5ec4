import { forbidden } from '../api/errors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import type { Surroundings } from './definition.ts'
import type { Loose } from './loose.ts'
import type { Resource } from './records.ts'
import { SpecMemo } from './specMemo.ts'

/** What is known of specs, by resource. */
export class SpecMemos {
  private readonly memos = new Map<string, SpecMemo>()

  /** What specs may depend on, listed once until it changes. */
  private readonly lists = new Map<string, readonly KubeObject[]>()
  private readonly around: Surroundings

  constructor(around: Surroundings) {
    this.around = {
      find: around.find,
      list: <T extends KubeObject>(key: string, namespace?: string) => {
        if (namespace !== undefined) return around.list<T>(key, namespace)
        const known = this.lists.get(key) ?? around.list<T>(key)
        this.lists.set(key, known)
        return known as readonly T[]
      },
    }
  }

  /** Only for a resource whose definition has rules for the spec. */
  of(resource: Resource): SpecMemo {
    const known = this.memos.get(resource.key)
    if (known !== undefined) return known
    const made = new SpecMemo(resource.definition.spec!, this.around)
    this.memos.set(resource.key, made)
    return made
  }

  /** Takes note that an object of a resource changed: what was said of specs because of it is forgotten. */
  changed({ definition }: Resource): void {
    if (definition.shapesSpecs !== true) return
    this.lists.clear()
    for (const memo of this.memos.values()) memo.forget()
  }

  /** Throws Forbidden where no new object may have this spec. */
  refuse(resource: Resource, object: Loose): void {
    const { definition } = resource
    if (definition.spec === undefined || object.spec === undefined) return
    const { refusal } = this.of(resource).ask(object.spec)
    if (refusal === undefined) return
    const { name, generateName } = object.metadata as Partial<ObjectMeta>
    throw forbidden(definition.plural, name || generateName || 'Unknown', refusal, definition.group)
  }

  /** The object with its spec defaulted. */
  defaulted(resource: Resource, object: Loose): Loose {
    if (resource.definition.spec === undefined || object.spec === undefined) return object
    const spec = this.of(resource).look(object.spec).defaulted
    return spec === object.spec ? object : { ...object, spec }
  }
}
