/** YAML and JSON as kubectl reads them. */
import { constructFromEvents, type Event, EVENT_ID, parseEvents, YAMLException } from 'js-yaml'
import { badRequest } from '../api/errors.ts'
import { kubectlSchema, WIDE_KEY } from './yamlSchema.ts'

/** How deep lists and maps may be in each other. */
const deepest = 1000

/**
 * What the documents of a text say; several JSON objects may follow each other without a word between them. Throws
 * BadRequest with line and column.
 */
export function readYaml(given: string): unknown[] {
  // Files that were put together each began with this mark.
  const text = given.replace(/^\ufeff/gmu, '')
  try {
    return read(text)
  } catch (error) {
    const values = jsonValues(text)
    if (values.length < 2) throw error
    return values.flatMap(read)
  }
}

function read(text: string): unknown[] {
  let events: readonly Event[] = []
  try {
    const parsed = parseEvents(text, { maxDepth: deepest })
    events = parsed
    const documents = constructFromEvents(parsed, { source: text, schema: kubectlSchema, maxTotalMergeKeys: -1 })
    if (parsed.some(({ type }) => type === EVENT_ID.ALIAS)) for (const document of documents) checkAliases(document)
    return documents
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const { reason, mark } = error
    throw unreadable(text, (reason.startsWith(WIDE_KEY) ? wideKeyOf(events) : undefined) ?? mark?.position ?? 0, reason)
  }
}

/** Where the first key stands that is a list or a map. */
function wideKeyOf(events: readonly Event[]): number | undefined {
  const isKeyNext: (boolean | undefined)[] = []
  for (const event of events) {
    const isKey = isKeyNext.at(-1)
    if (event.type === EVENT_ID.POP) isKeyNext.pop()
    else {
      const isCollection = event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE
      if (isCollection && isKey === true) return event.start
      if (isKey !== undefined) isKeyNext[isKeyNext.length - 1] = !isKey
      if (isCollection) isKeyNext.push(event.type === EVENT_ID.MAPPING ? true : undefined)
      else if (event.type === EVENT_ID.DOCUMENT) isKeyNext.push(undefined)
    }
  }
  return undefined
}

/** The objects of a text that is nothing but JSON objects, each on the line where it stands; none of any other text. */
function jsonValues(text: string): string[] {
  if (!/^\s*\{/u.test(text)) return []
  const values: string[] = []
  let [depth, start] = [0, 0]
  for (const { 0: sign, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]|[^\s{}"]+|"/gu)) {
    if (sign === '{') {
      if (depth++ === 0) start = index
    } else if (depth === 0) return []
    else if (sign === '}' && --depth === 0) {
      values.push('\n'.repeat(text.slice(0, start).split('\n').length - 1) + text.slice(start, index + 1))
    }
  }
  return depth === 0 ? values : []
}

/**
 * Refuses what would multiply without end, or go on in itself, once every alias is replaced by what it stands for. Mirrors
 * allowedAliasRatio of go.yaml.in/yaml/v2/decode.go.
 */
function checkAliases(document: unknown): void {
  const sizes = new Map<object, number>()
  let written = 0
  const sizeOf = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) {
      written++
      return 1
    }
    const known = sizes.get(value)
    if (known === 0) throw badRequest(`${UNREADABLE}: an anchor's value contains itself`)
    if (known !== undefined) return known
    sizes.set(value, 0)
    written++
    const size = Object.values(value).reduce<number>((sum, inner) => sum + sizeOf(inner), 1)
    sizes.set(value, size)
    return size
  }
  const all = sizeOf(document)
  if (all > 1000 && all - written > 100 && (all - written) / all > allowedAliasRatio(all))
    throw badRequest(`${UNREADABLE}: document contains excessive aliasing`)
}

/** How much of a document of so many values may come of aliases: 99 % of 400,000, and less of larger ones. */
function allowedAliasRatio(values: number): number {
  const [low, high] = [400_000, 4_000_000]
  return 0.99 - 0.89 * Math.min(1, Math.max(0, (values - low) / (high - low)))
}

const UNREADABLE = 'error converting YAML to JSON: yaml'

function unreadable(text: string, position: number, reason: string): Error {
  const lines = text.slice(0, position).split('\n')
  return badRequest(`${UNREADABLE}: line ${lines.length}, column ${lines.at(-1)!.length + 1}: ${reason}`)
}
