/**
 * Paths into objects as printer columns and subresources write them: `.spec.replicas`, `.spec.hosts[0]`,
 * `.metadata.labels.app\.kubernetes\.io/name`, `.status.conditions[?(@.type=="Ready")].status`. The part of
 * client-go's util/jsonpath that a CustomResourceDefinition may use.
 */

type Test = '==' | '!=' | '<' | '<=' | '>' | '>='

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly from: number }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' }
  | { readonly kind: 'deep'; readonly name: string }
  | { readonly kind: 'filter'; readonly path: JsonPath; readonly test?: Test; readonly value?: unknown }

export type JsonPath = readonly Step[]

const FIELD = /^\.((?:\\.|[^.[\]\\])+)/
const DEEP = /^\.\.((?:\\.|[^.[\]\\])+)/
const QUOTED = /^\[(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")\]/
const INDEX = /^\[(-?\d+)\]/
const SLICE = /^\[(-?\d*):(-?\d*)\]/
const ALL = /^(?:\[\*\]|\.\*)/
const FILTER =
  /^\[\?\(\s*@((?:\.(?:\\.|[^.[\]\\\s=!<>)])+|\[(?:'[^']*'|"[^"]*"|-?\d+)\])+)\s*(?:(==|!=|<=|>=|<|>)\s*(.*?))?\s*\)\]/

/** The path, or what is wrong with it. Braces around it are left out. */
export function parseJsonPath(text: string): JsonPath | string {
  const steps: Step[] = []
  let rest = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text
  while (rest !== '' && rest !== '.') {
    const read = nextStep(rest)
    if (read === undefined) return `unrecognized character at ${JSON.stringify(rest)}`
    steps.push(read.step)
    rest = rest.slice(read.length)
  }
  return steps
}

function nextStep(text: string): { step: Step; length: number } | undefined {
  const took = (match: RegExpExecArray, step: Step): { step: Step; length: number } => ({
    step,
    length: match[0].length,
  })
  const deep = DEEP.exec(text)
  if (deep !== null) return took(deep, { kind: 'deep', name: unescaped(deep[1]!) })
  const all = ALL.exec(text)
  if (all !== null) return took(all, { kind: 'all' })
  const field = FIELD.exec(text)
  if (field !== null) return took(field, { kind: 'field', name: unescaped(field[1]!) })
  const quoted = QUOTED.exec(text)
  if (quoted !== null) return took(quoted, { kind: 'field', name: unescaped(quoted[1] ?? quoted[2] ?? '') })
  const index = INDEX.exec(text)
  if (index !== null) return took(index, { kind: 'index', from: Number(index[1]) })
  const slice = SLICE.exec(text)
  if (slice !== null) return took(slice, { kind: 'slice', from: bound(slice[1]), to: bound(slice[2]) })
  const filter = FILTER.exec(text)
  if (filter === null) return undefined
  const path = parseJsonPath(filter[1]!)
  if (typeof path === 'string') return undefined
  if (filter[2] === undefined) return took(filter, { kind: 'filter', path })
  const value = literal(filter[3] ?? '')
  return value === undefined ? undefined : took(filter, { kind: 'filter', path, test: filter[2] as Test, value })
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1')
}

function bound(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text)
}

function literal(text: string): unknown {
  const quoted = /^(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")$/.exec(text)
  if (quoted !== null) return unescaped(quoted[1] ?? quoted[2] ?? '')
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined
}

/** Every value at a path, in order; none where nothing is there. */
export function valuesAt(root: unknown, path: JsonPath): readonly unknown[] {
  let values: unknown[] = [root]
  for (const step of path) values = values.flatMap((value) => stepInto(value, step))
  return values
}

function stepInto(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  switch (step.kind) {
    case 'field':
      return fieldOf(value, step.name)
    case 'index':
      return Array.isArray(value) ? (value as unknown[]).slice(step.from).slice(0, 1) : []
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from ?? 0, step.to) : []
    case 'all':
      return Array.isArray(value) ? value : byKey(value)
    case 'deep':
      return [...fieldOf(value, step.name), ...children(value).flatMap((child) => stepInto(child, step))]
    case 'filter':
      return (Array.isArray(value) ? (value as unknown[]) : []).filter((item) => passes(item, step))
  }
}

function fieldOf(value: object, name: string): unknown[] {
  if (Array.isArray(value) || !Object.hasOwn(value, name)) return []
  const found = (value as Readonly<Record<string, unknown>>)[name]
  return found === undefined || found === null ? [] : [found]
}

function children(value: object): unknown[] {
  return Array.isArray(value) ? value : byKey(value)
}

function byKey(value: object): unknown[] {
  return Object.keys(value)
    .sort()
    .map((key) => (value as Readonly<Record<string, unknown>>)[key])
}

function passes(item: unknown, { path, test, value }: Extract<Step, { kind: 'filter' }>): boolean {
  const [found] = valuesAt(item, path)
  if (test === undefined) return found !== undefined
  if (typeof found !== typeof value) return test === '!=' && found !== undefined
  const [a, b] = [found as string | number, value as string | number]
  switch (test) {
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
  }
}
