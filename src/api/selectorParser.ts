/** The text form of label selectors. Grammar and words mirror staging/src/k8s.io/apimachinery/pkg/labels/selector.go. */
import { badRequest } from './errors.ts'
import { labelValueErrors, qualifiedNameErrors } from './names.ts'
import { byCodeUnit, sortedSet } from './order.ts'

export type SelectorOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'

/** One condition on labels. `a=b` is `a In [b]`, `a!=b` is `a NotIn [b]`. */
export interface Requirement {
  readonly key: string
  readonly operator: SelectorOperator
  /** Sorted by code unit, without duplicates. */
  readonly values: readonly string[]
}

/** All of these must hold; an empty list matches everything. */
export type Selector = readonly Requirement[]

/** What is still to be read; a token is a symbol or a word, '' the end. */
interface Tokens {
  readonly list: readonly string[]
  next: number
}

const TOKEN = /[=!]=|[=!(),<>]|[^\s=!(),<>]+/g
const WORD = /^[^\s=!(),<>]/
const OPERATORS = 'in, notin, =, ==, !=, gt, lt'
const BINARY: Readonly<Record<string, SelectorOperator>> = {
  '=': 'In',
  '==': 'In',
  '!=': 'NotIn',
  in: 'In',
  notin: 'NotIn',
  '>': 'Gt',
  '<': 'Lt',
}

/** Reads `app=web,tier!=db,zone in (a,b),!legacy`; throws BadRequest where it cannot. Sorted by key. */
export function parseLabelSelector(text: string): Selector {
  const tokens: Tokens = { list: text.match(TOKEN) ?? [], next: 0 }
  const requirements: Requirement[] = []
  if (peek(tokens) !== '' && !startsRequirement(peek(tokens))) {
    throw badRequest(found(peek(tokens), "!, identifier, or 'end of string'"))
  }
  while (peek(tokens) !== '') {
    requirements.push(parseRequirement(tokens))
    const after = take(tokens)
    if (after === '') break
    if (after !== ',') throw badRequest(found(after, "',' or 'end of string'"))
    if (!startsRequirement(peek(tokens))) throw badRequest(found(peek(tokens), "identifier after ','"))
  }
  return requirements.sort((a, b) => byCodeUnit(a.key, b.key))
}

/** The requirement itself when it is well formed; throws BadRequest otherwise. */
export function checkRequirement(requirement: Requirement): Requirement {
  const { key, operator, values } = requirement
  const said = qualifiedNameErrors(key)
  // Upstream the parser looks at keys, and knows of no path.
  if (said.length > 0) throw refused(`<nil>: Invalid value: ${JSON.stringify(key)}: ${said.join('; ')}`)
  const wrong = valuesProblem(operator, values)
  if (wrong !== undefined) throw refused(`values: Invalid value: ${JSON.stringify(values)}: ${wrong}`)
  if ((operator === 'Gt' || operator === 'Lt') && !/^[+-]?\d+$/.test(values[0] ?? '')) {
    const value = JSON.stringify(values[0])
    throw refused(`values[0]: Invalid value: ${value}: for 'Gt', 'Lt' operators, the value must be an integer`)
  }
  for (let i = 0; i < values.length; i++) {
    const errors = labelValueErrors(values[i] ?? '')
    if (errors.length > 0)
      throw refused(`values[${i}][${key}]: Invalid value: ${JSON.stringify(values[i])}: ${errors.join('; ')}`)
  }
  return requirement
}

function valuesProblem(operator: SelectorOperator, values: readonly string[]): string | undefined {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length === 0 ? "for 'in', 'notin' operators, values set can't be empty" : undefined
    case 'Exists':
    case 'DoesNotExist':
      return values.length > 0 ? 'values set must be empty for exists and does not exist' : undefined
    case 'Gt':
    case 'Lt':
      return values.length === 1 ? undefined : "for 'Gt', 'Lt' operators, exactly one value is required"
    default:
      throw badRequest(`${JSON.stringify(operator)} is not a valid label selector operator`)
  }
}

function parseRequirement(tokens: Tokens): Requirement {
  const absent = peek(tokens) === '!'
  if (absent) take(tokens)
  const key = take(tokens)
  if (!WORD.test(key)) throw unreadable(key, 'identifier')
  if (absent) return checkRequirement({ key, operator: 'DoesNotExist', values: [] })
  if (peek(tokens) === '' || peek(tokens) === ',') return checkRequirement({ key, operator: 'Exists', values: [] })
  const symbol = take(tokens)
  const operator = Object.hasOwn(BINARY, symbol) ? BINARY[symbol] : undefined
  if (operator === undefined) throw unreadable(symbol, OPERATORS)
  const values = symbol === 'in' || symbol === 'notin' ? parseValues(tokens) : [parseValue(tokens)]
  return checkRequirement({ key, operator, values: sortedSet(values) })
}

function parseValue(tokens: Tokens): string {
  if (peek(tokens) === '' || peek(tokens) === ',') return ''
  const value = take(tokens)
  if (!WORD.test(value)) throw unreadable(value, 'identifier')
  return value
}

/** `(a,b)`; nothing between two commas is the empty value. */
function parseValues(tokens: Tokens): readonly string[] {
  const open = take(tokens)
  if (open !== '(') throw refused(`found '${open}' expected: '('`)
  const values: string[] = []
  for (;;) {
    values.push(WORD.test(peek(tokens)) ? take(tokens) : '')
    const after = take(tokens)
    if (after === ')') return values
    if (after !== ',') throw unreadable(after, "',' or ')'")
  }
}

function startsRequirement(token: string): boolean {
  return token === '!' || WORD.test(token)
}

function peek(tokens: Tokens): string {
  return tokens.list[tokens.next] ?? ''
}

function take(tokens: Tokens): string {
  return tokens.list[tokens.next++] ?? ''
}

function found(token: string, expected: string): string {
  return `found '${token}', expected: ${expected}`
}

function unreadable(token: string, expected: string): Error {
  return refused(found(token, expected))
}

function refused(problem: string): Error {
  return badRequest(`unable to parse requirement: ${problem}`)
}
