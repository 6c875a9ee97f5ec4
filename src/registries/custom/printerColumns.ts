/** The columns of a custom kind. Mirrors pkg/registry/customresource/tableconvertor of the apiextensions API server. */
import { formatDuration } from '../../api/duration.ts'
import { type JsonPath, parseJsonPath, valuesAt } from '../../api/jsonPath.ts'
import type { KubeObject } from '../../api/meta.ts'
import { goJson, goValue } from '../../api/patches/goText.ts'
import { parseTime } from '../../api/time.ts'
import type { CustomResourceColumnDefinition } from '../../api/types/apiextensions.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { Column } from '../definition.ts'

/** The name, and what the definition says, up to the first path that is none; the age where it says nothing. */
export function printerColumns(
  columns: readonly CustomResourceColumnDefinition[] | undefined,
): readonly Column<KubeObject>[] {
  if (columns === undefined || columns.length === 0) return [nameColumn(), ageColumn()]
  const shown: Column<KubeObject>[] = [nameColumn()]
  for (const column of columns) {
    const path = parseJsonPath(column.jsonPath)
    if (typeof path === 'string') break
    shown.push(columnOf(column, path))
  }
  return shown
}

function columnOf({ name, type, priority = 0 }: CustomResourceColumnDefinition, path: JsonPath): Column<KubeObject> {
  return {
    name,
    ...(priority > 0 && { priority: 1 as const }),
    cell: (object, now) => cellOf(valuesAt(object, path)[0], type, now),
  }
}

/** What is of another type than the column shows nothing; every value has a text. */
function cellOf(value: unknown, type: string, now: number): string {
  if (value === undefined) return ''
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? String(Math.trunc(value)) : ''
    case 'number':
      return typeof value === 'number' ? goValue(value) : ''
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : ''
    case 'date': {
      if (typeof value !== 'string') return ''
      const at = parseTime(value)
      if (value === '') return '<unknown>'
      return at === undefined ? '<invalid>' : formatDuration(now - at)
    }
    default:
      if (value === null) return '<no value>'
      return typeof value === 'object' ? goJson(value) : goValue(value)
  }
}
