import type { Store } from '../store/store.ts'
import type { Resource } from './resource.ts'

interface Known {
  /** By namespace. */
  readonly directories: Map<string, number>
  /** The namespace last found to have no directory, and how many directories there were then. */
  missing: string
  missingCount: number
}

/** Where the records of resources stand in the store: what was looked up already is not looked up again. A cache. */
export class Directories {
  private readonly known: (Known | undefined)[] = []

  constructor(private readonly store: Store) {}

  /** The directory of a resource that keeps records, in a namespace ('' for resources without), made when it is new. */
  of(kept: Resource, namespace: string): number {
    const { directories } = this.knownOf(kept)
    const known = directories.get(namespace)
    if (known !== undefined) return known
    const directory = this.store.directory(pathOf(kept, namespace))
    directories.set(namespace, directory)
    return directory
  }

  /** The same, or undefined if nothing was ever kept there. */
  find(kept: Resource, namespace: string): number | undefined {
    const known = this.knownOf(kept)
    const found = known.directories.get(namespace)
    if (found !== undefined) return found
    const count = this.store.keys.directoryCount
    if (known.missing === namespace && known.missingCount === count) return undefined
    const directory = this.store.findDirectory(pathOf(kept, namespace))
    if (directory !== undefined) {
      known.directories.set(namespace, directory)
      return directory
    }
    known.missing = namespace
    known.missingCount = count
    return undefined
  }

  private knownOf({ number }: Resource): Known {
    const known = this.known[number]
    if (known !== undefined) return known
    while (this.known.length < number) this.known.push(undefined)
    return (this.known[number] = { directories: new Map(), missing: '', missingCount: -1 })
  }
}

function pathOf({ key }: Resource, namespace: string): string {
  return namespace === '' ? `${key}/` : `${key}/${namespace}/`
}
