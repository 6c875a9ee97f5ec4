/** Any object, field by field. Mirrors genericDescriber and printUnstructuredContent of k8s.io/kubectl/pkg/describe/describe.go. */
import type { KubeObject } from '../../api/meta.ts'
import { sortedKeys } from '../../api/order.ts'
import { goValue } from '../../api/patches/goText.ts'
import { field, heading, indented, type Lines } from './lines.ts'
import { titleOf } from './titles.ts'

const SKIPPED: readonly string[] = Object.freeze([
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
])

export function describeAny(object: KubeObject): Lines {
  return [...heading(object), ...contentLines(object as unknown as Record<string, unknown>, '')]
}

function contentLines(content: Readonly<Record<string, unknown>>, path: string): Lines {
  return sortedKeys(content).flatMap((name) => {
    const value = content[name]
    const at = `${path}.${name}`
    if (value === undefined || SKIPPED.includes(at)) return []
    const title = titleOf(name)
    if (Array.isArray(value)) return [`${title}:`, ...indented(value.flatMap((item) => itemLines(item, at)))]
    if (isMap(value)) return [`${title}:`, ...indented(contentLines(value, at))]
    return [field(title, goValue(value))]
  })
}

function itemLines(item: unknown, at: string): Lines {
  return isMap(item) ? contentLines(item, at) : [goValue(item)]
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
