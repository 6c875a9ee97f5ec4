/** The recorded traffic of a real API server: what it answered, at which path, when. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject } from '../../src/api/meta.ts'
import { corpus } from '../support/system.ts'

const folder = join(corpus, 'api-captures')

interface Answer<T> {
  readonly captured_at: string
  readonly api_path: string
  readonly response_code: number
  readonly response_body: T
}

/** The collections that were listed: the folder of the capture, and the file's beginning. */
export interface Collection {
  readonly capture: string
  readonly file: string
  /** `pods`, or `deployments.apps`. */
  readonly key: string
  readonly version: string
}

export interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[]
  readonly rows?: readonly {
    readonly cells: readonly unknown[]
    readonly object: { readonly metadata: KubeObject['metadata'] }
  }[]
}

export function collections(): readonly Collection[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: capture }) =>
      readdirSync(join(folder, capture))
        .filter((file) => file.endsWith('.table.jsonl'))
        .map((file) => collectionOf(capture, file.slice(0, -'.table.jsonl'.length))),
    )
}

/** `apis__apps__v1__namespaces__crash-demo__deployments` */
function collectionOf(capture: string, file: string): Collection {
  const parts = file.split('__')
  const plural = parts.at(-1)!
  return parts[0] === 'api'
    ? { capture, file, key: plural, version: parts[1]! }
    : { capture, file, key: `${plural}.${parts[1]!}`, version: parts[2]! }
}

/** Every answer to a list of the collection, oldest first, with the objects as they were sent. */
export function listsOf({
  capture,
  file,
}: Collection): readonly { readonly at: string; readonly items: KubeObject[] }[] {
  const body = readLines<{ apiVersion: string; kind: string; items?: KubeObject[] }>(capture, `${file}.jsonl`)
  return body.map(({ captured_at: at, response_body: { apiVersion, kind, items = [] } }) => ({
    at,
    // A list leaves out what all its items have in common.
    items: items.map((item) => Object.assign({ apiVersion, kind: kind.replace(/List$/u, '') }, item)),
  }))
}

export function tablesOf({ capture, file }: Collection): readonly { readonly at: string; readonly table: Table }[] {
  return readLines<Table>(capture, `${file}.table.jsonl`).map(({ captured_at: at, response_body: table }) => ({
    at,
    table,
  }))
}

function readLines<T>(capture: string, file: string): readonly Answer<T>[] {
  return readFileSync(join(folder, capture, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer<T>)
    .filter(({ response_code: code }) => code === 200)
}

const WIDGETS = 'apis__demo.k8shark.io__v1__namespaces__auto-demo__widgets'

/** The definition of the custom kind that was recorded: its schema as the server published it, its columns as in its tables. */
export function widgetDefinition(): object {
  const path = join(corpus, 'openapi/v1.36.1/openapi_v3__apis__demo.k8shark.io__v1.json')
  const published = JSON.parse(readFileSync(path, 'utf8')) as {
    components: { schemas: Record<string, { properties: Record<string, object> }> }
  }
  const { spec, status } = published.components.schemas['io.k8shark.demo.v1.Widget']!.properties
  const collection = collections().find(({ file }) => file === WIDGETS)!
  const [, ...columns] = tablesOf(collection)[0]!.table.columnDefinitions
  const [group, names] = ['demo.k8shark.io', { plural: 'widgets', singular: 'widget', kind: 'Widget' }]
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
    additionalPrinterColumns: columns.map(({ name }) => ({
      name,
      type: 'string',
      jsonPath: `.spec.${name.toLowerCase()}`,
    })),
  }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: { group, scope: 'Namespaced', names, versions: [version] },
  }
}
