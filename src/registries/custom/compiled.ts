import type { Patterns } from '../../api/customSchema/patterns.ts'
import type { CustomResourceDefinition } from '../../api/types/apiextensions.ts'
import { type CustomVersion, customVersion } from './customResource.ts'

/**
 * What stored definitions say, worked out once for each that is kept. A cache: it holds functions of values that never
 * change, so forks share it.
 */
export class CompiledDefinitions {
  private readonly known = new WeakMap<object, Map<string, CustomVersion>>()
  private readonly patterns: Patterns = new Map()

  /** One version; undefined where the definition has none of that name. */
  version(crd: CustomResourceDefinition, name: string): CustomVersion | undefined {
    const versions = this.known.get(crd) ?? new Map<string, CustomVersion>()
    this.known.set(crd, versions)
    const known = versions.get(name)
    if (known !== undefined) return known
    const version = crd.spec.versions.find((each) => each.name === name)
    if (version === undefined) return undefined
    const made = customVersion(crd, version, this.patterns)
    versions.set(name, made)
    return made
  }
}

/** Whether a definition is served. */
export function isEstablished(crd: CustomResourceDefinition): boolean {
  return holds(crd, 'Established')
}

/** Whether the names of a definition have been given to it. */
export function hasNames(crd: CustomResourceDefinition): boolean {
  return holds(crd, 'NamesAccepted')
}

function holds({ status }: CustomResourceDefinition, condition: string): boolean {
  return (status?.conditions ?? []).some(({ type, status: isSo }) => type === condition && isSo === 'True')
}

/** The version in which objects are kept. */
export function storageVersion({ spec }: CustomResourceDefinition): string {
  return spec.versions.find(({ storage }) => storage)?.name ?? ''
}
