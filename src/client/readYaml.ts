/** YAML and JSON as kubectl reads them. */
import { type Document, isCollection, LineCounter, parseAllDocuments, type ScalarTag, type Tags, visit } from 'yaml'
import { canonicalBase64, fromBase64 } from '../api/base64.ts'
import { badRequest } from '../api/errors.ts'
import { fromUtf8 } from '../api/utf8.ts'

/**
 * YAML 1.1 as kubectl's reader has it: neither times nor numbers of base 60, such as `22:22`, and octal numbers of YAML
 * 1.2 too. Mirrors resolve of sigs.k8s.io/yaml/goyaml.v2/resolve.go.
 */
function customTags(tags: Tags): Tags {
  const kept = tags.filter((tag) => typeof tag === 'string' || (!OTHERS.has(tag.tag) && formatOf(tag) !== 'TIME'))
  return [octal, binary, ...kept]
}

/** What JSON has no form for. */
const OTHERS: ReadonlySet<string> = new Set(
  ['timestamp', 'binary', 'set', 'omap', 'pairs'].map((name) => `tag:yaml.org,2002:${name}`),
)

function formatOf(tag: object): unknown {
  return (tag as { readonly format?: unknown }).format
}

const octal: ScalarTag = Object.freeze({
  identify: () => false,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  test: /^[-+]?0o[0-7_]+$/u,
  resolve: (text: string) => Number(text.replace(/[-+_]/gu, '')) * (text.startsWith('-') ? -1 : 1),
})

/** Bytes are the text that they say. */
const binary: ScalarTag = Object.freeze({
  identify: () => false,
  default: false,
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text: string, onError: (message: string) => void) => {
    const said = canonicalBase64(text.replace(/\s/gu, ''))
    if ('text' in said) return fromUtf8(fromBase64(said.text)) ?? ''
    onError('!!binary value contains invalid base64 data')
    return text
  },
})

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
  const lines = new LineCounter()
  const options = { lineCounter: lines, merge: true, version: '1.1', customTags, logLevel: 'error' } as const
  const documents = parseAllDocuments(text, options)
  if (!Array.isArray(documents)) return []
  // Of the whole text at once: a document for each of thousands of pods would read it as often.
  const mayBeWide = MAYBE_WIDE.test(text)
  return (documents as Document.Parsed[]).map((document) => {
    const error = document.errors[0]
    if (error === undefined) return plain(document, lines, mayBeWide ? text : undefined)
    throw unreadable(lines, error.pos[0], error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/u, ''))
  })
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

/** Where a key could be a list or a map, as in `{{ .Values.name }}`. */
const MAYBE_WIDE = /[{,]\s*[{[]|\?\s/u

/** JSON has no such keys. */
function checkKeys(document: Document.Parsed, lines: LineCounter, text: string): void {
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return
      const [start, end] = key.range ?? [0, 0]
      const said = `invalid map key: ${text.slice(start, end)}; is this a template that is still to be filled in?`
      throw unreadable(lines, start, said)
    },
  })
}

/**
 * Anchors are followed here: one that is missing, or that multiplies without end, is found only now. `wide`: the text,
 * where keys have to be looked at.
 */
function plain(document: Document.Parsed, lines: LineCounter, wide: string | undefined): unknown {
  if (wide !== undefined) checkKeys(document, lines, wide)
  try {
    return document.toJS({ maxAliasCount: 1000 }) as unknown
  } catch (error) {
    let at = document.range[0]
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document) !== undefined) return undefined
        at = alias.range?.[0] ?? at
        return visit.BREAK
      },
    })
    throw unreadable(lines, at, (error as Error).message)
  }
}

function unreadable(lines: LineCounter, at: number, said: string): Error {
  const { line, col } = lines.linePos(at)
  return badRequest(`error converting YAML to JSON: yaml: line ${line}, column ${col}: ${said}`)
}
