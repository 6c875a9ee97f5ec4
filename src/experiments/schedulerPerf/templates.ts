/** The templates that a workload's operations name: manifests in files of their own. */
import { badRequest, isStatusError } from '../../api/errors.ts'
import { isObject } from '../../api/object.ts'
import { said } from '../../api/said.ts'
import { readYaml } from '../../client/readYaml.ts'
import type { Json } from './plan.ts'

/** The text of a file, by the path by which a workload names it; undefined where there is none. */
export type ReadFile = (path: string) => string | undefined

/** Nothing stands at a path. */
export class NoSuchTemplate extends Error {
  override readonly name = 'NoSuchTemplate'

  constructor(path: string) {
    super(`${path}: no such file`)
  }
}

/** Reads each file once, so that all pods of a template share one object. */
export class Templates {
  private readonly known = new Map<string, Json>()

  constructor(private readonly readFile: ReadFile) {}

  /** Throws NoSuchTemplate, and BadRequest that names the file for what is no single object. */
  get(path: string): Json {
    const known = this.known.get(path)
    if (known !== undefined) return known
    const text = this.readFile(path)
    if (text === undefined) throw new NoSuchTemplate(path)
    const read = goCased(onlyObject(text, path))
    this.known.set(path, read)
    return read
  }
}

function onlyObject(text: string, path: string): Json {
  const documents = documentsOf(text, path)
  const [value] = documents
  if (documents.length !== 1 || !isObject(value))
    throw badRequest(`${path}: expected one object, got ${documents.length === 1 ? said(value) : documents.length}`)
  return value as Json
}

function documentsOf(text: string, path: string): readonly unknown[] {
  try {
    return readYaml(text)
  } catch (error) {
    throw isStatusError(error) ? badRequest(`${path}: ${error.status.message}`) : error
  }
}

/**
 * Upstream reads templates by encoding/json of Go, which takes a field's name in any case, and one template writes
 * NodeTaintsPolicy. The API server here is strict: such names get the case that they have in the API.
 */
function goCased(template: Json): Json {
  const spec = template['spec']
  const constraints: unknown = isObject(spec) ? (spec as Json)['topologySpreadConstraints'] : undefined
  if (!Array.isArray(constraints)) return template
  return { ...template, spec: { ...(spec as Json), topologySpreadConstraints: constraints.map(lowered) } }
}

function lowered(constraint: unknown): unknown {
  if (!isObject(constraint)) return constraint
  return Object.fromEntries(
    Object.entries(constraint).map(([name, value]: [string, unknown]) => [
      name[0]!.toLowerCase() + name.slice(1),
      value,
    ]),
  )
}
