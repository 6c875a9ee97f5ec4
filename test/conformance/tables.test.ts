import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseTime } from '../../src/api/time.ts'
import { definitions } from '../../src/registries/all.ts'
import type { ResourceDefinition } from '../../src/registries/definition.ts'
import { corpus, hasCorpus } from '../support/system.ts'
import { headerOf, printTable } from '../../src/api/table.ts'
import { bare } from '../cluster/support.ts'
import { type Collection, collections, listsOf, type Table, tablesOf, widgetDefinition } from './captures.ts'

const present = hasCorpus()
const all = present ? collections() : []
const columnsFolder = join(corpus, 'openapi/v1.36.1/table-columns')

/** Nothing of a kind that keeps no objects of its own is ever listed. */
const listed = definitions.filter(({ viewOf, isAction }) => viewOf === undefined && isAction !== true)

const fileOf = ({ group, version, plural }: ResourceDefinition): string =>
  join(columnsFolder, `${group === '' ? 'api' : `apis__${group}`}__${version}__${plural}.json`)

describe.skipIf(!present)('columns are those of the recorded API server: names, order and priorities', () => {
  test.each(listed.map((definition) => [definition.plural, definition] as const))('%s', (_, definition) => {
    expect(existsSync(fileOf(definition)), `${fileOf(definition)} is missing`).toBe(true)
    const { columnDefinitions } = JSON.parse(readFileSync(fileOf(definition), 'utf8')) as Table
    const ours = definition.columns.map(({ name, priority = 0 }) => ({ name, priority }))
    expect(ours).toEqual(columnDefinitions.map(({ name, priority }) => ({ name, priority })))
  })
})

/** Times pass between a list and a table of it. */
const ages = new Set(['Age', 'Last Seen', 'First Seen'])

const withoutAge = (cell: unknown, column: string): string =>
  ages.has(column) ? '(age)' : String(cell).replace(/\(\S+ ago\)/u, '(age ago)')

function cellsOf(definition: ResourceDefinition, collection: Collection, index: number): unknown[] {
  const { at, items } = listsOf(collection)[index]!
  const now = parseTime(at)!
  return items.map((object) => definition.columns.map(({ name, cell }) => withoutAge(cell(object, now), name)))
}

describe.skipIf(!present)('cells are those of the recorded tables, but for ages', () => {
  test('tables were recorded', () => {
    expect(all.length).toBeGreaterThan(30)
  })

  for (const collection of all) {
    const { capture, file, key, version } = collection
    const tables = tablesOf(collection)
    const rows = tables.reduce((sum, { table }) => sum + (table.rows?.length ?? 0), 0)
    if (rows === 0 || key === 'widgets.demo.k8shark.io') continue
    const definition = listed.find(
      ({ plural, group, version: served }) =>
        key === (group === '' ? plural : `${plural}.${group}`) && version === served,
    )
    test.skipIf(definition === undefined)(
      `${capture}: ${file}${definition === undefined ? ' (a kind that is not registered)' : ''}`,
      () => {
        for (const [index, { table }] of tables.entries()) {
          const recorded = (table.rows ?? []).map(({ cells }) =>
            cells.map((cell, column) => withoutAge(cell, table.columnDefinitions[column]!.name)),
          )
          expect(cellsOf(definition!, collection, index)).toEqual(recorded)
        }
      },
    )
  }
})

test.skipIf(!present)('the table of a custom kind is the recorded one', () => {
  const collection = all.find(({ key }) => key === 'widgets.demo.k8shark.io')!
  const cluster = bare()
  cluster.namespaces.create({ metadata: { name: 'auto-demo' } })
  cluster.apply(widgetDefinition())
  for (const { metadata, ...widget } of listsOf(collection)[0]!.items) {
    const { name, namespace } = metadata
    cluster.apply({ ...widget, metadata: { name, namespace } })
  }
  const { columnDefinitions, rows = [] } = tablesOf(collection)[0]!.table
  const headers = columnDefinitions.map(({ name }) => headerOf(name))
  const recorded = printTable(
    headers,
    rows.map(({ cells }) => cells.map(String)),
  )
  expect(cluster.table('widgets', { namespace: 'auto-demo' })).toBe(recorded)
})
