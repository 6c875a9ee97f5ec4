import type { KubeObject } from '../api/meta.ts'
import type { Pod, PodSpec } from '../api/types/core.ts'
import { definitions } from '../registries/all.ts'

/** Fields of a pod, or of a template, that are kept and that nothing acts on yet. */
function ignoredFields(object: KubeObject): string[] {
  const { kind } = object
  const { resourceClaims = [] } = (kind === 'Pod' ? (object as Pod).spec : templateOf(object)) ?? {}
  if (resourceClaims.length === 0) return []
  return [`${kind === 'Pod' ? 'spec' : 'spec.template.spec'}.resourceClaims`]
}

/** The pods that an object of a kind that acts will make. */
function templateOf(object: KubeObject): PodSpec | undefined {
  if (isKeptOnly(object.apiVersion, object.kind)) return undefined
  return (object as { spec?: { template?: { spec?: PodSpec } } }).spec?.template?.spec
}

export function ignoredLines(objects: readonly KubeObject[]): string[] {
  return objects.flatMap((object) =>
    ignoredFields(object).map(
      (field) => `${object.kind.toLowerCase()}/${object.metadata.name}: ${field} is kept, but nothing acts on it yet`,
    ),
  )
}

const shownNames = 3

/** The kinds among the objects that nothing acts on, each once. */
export function keptLines(objects: readonly KubeObject[]): string[] {
  const names = new Map<string, string[]>()
  for (const { apiVersion, kind, metadata } of objects) {
    if (isKeptOnly(apiVersion, kind)) names.set(kind, [...(names.get(kind) ?? []), metadata.name])
  }
  return [...names].map(([kind, all]) => {
    const shown = all.slice(0, shownNames).join(', ')
    const more = all.length > shownNames ? ` and ${all.length - shownNames} more` : ''
    return `${kind} is kept, but nothing acts on it yet: ${shown}${more}`
  })
}

function isKeptOnly(apiVersion: string, kind: string): boolean {
  const found = definitions.find(
    ({ group, version, kind: name }) =>
      name === kind && (group === '' ? version : `${group}/${version}`) === apiVersion,
  )
  // A custom kind has a controller only where its user brings one along.
  return found === undefined || found.isKeptOnly === true
}
