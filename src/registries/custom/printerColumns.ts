/** The columns of a custom kind. Mirrors pkg/registry/customresource/tableconvertor of the apiextensions API server. */
import { formatDuration } from '../../api/duration.ts'
import { type JsonPath, parseJsonPath, valuesAt } from '../../api/jsonPath.ts'
import type { KubeObject } from '../../api/meta.ts'
import { parseTime } from '../../api/time.ts'
import type { CustomResourceColumnDefinition } from '../../api/types/apiextensions.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { Column } from '../definition.ts'

/** The name, and what the definition says; without a word of it, or with a path that leads nowhere, the age. */
export function printerColumns(
  columns: readonly CustomResourceColumnDefinition[] | undefined,
): readonly Column<KubeObject>[] {
  if (columns === undefined || columns.length === 0) return [nameColumn(), ageColumn()]
  const paths = columns.map(({ jsonPath }) => parseJsonPath(jsonPath))
  if (paths.some((path) => typeof path === 'string')) return [nameColumn(), ageColumn()]
  return [nameColumn(), ...columns.map((column, i) => columnOf(column, paths[i] as JsonPath))]
}

function columnOf({ name, type, priority = 0 }: CustomResourceColumnDefinition, path: JsonPath): Column<KubeObject> {
  return {
    name,
    ...(priority > 0 && { priority: 1 as const }),
    cell: (object, now) => cellOf(valuesAt(object, path)[0], type, now),
  }
}

/** What is of another type than the column shows nothing. */
function cellOf(value: unknown, type: string, now: number): string {
  if (value === undefined || value === null) return ''
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? String(Math.trunc(value)) : ''
    case 'number':
      return typeof value === 'number' ? String(value) : ''
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : ''
    case 'date': {
      if (typeof value !== 'string') return ''
      const at = parseTime(value)
      return at === undefined ? '<invalid>' : formatDuration(now - at)
    }
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
  }
}
