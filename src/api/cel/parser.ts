/** Reads expressions. Mirrors parser/gen/CEL.g4 of cel-go. */
import { type Entry, ExpressionError, ExpressionErrors, type Item, type Node } from './ast.ts'
import { type Token, tokensOf } from './tokens.ts'

const DEEPEST = 250
const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)
/** So many of the levels are of operators whose order does not matter. */
const BALANCED = 2
const LEVELS: readonly (readonly string[])[] = Object.freeze([
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
])

/** Throws ExpressionErrors for what is no expression. */
export function parseExpression(text: string): Node {
  const errors: ExpressionError[] = []
  try {
    const node = new Parser(tokensOf(text, errors)).whole()
    if (errors.length === 0) return node
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    errors.push(error)
  }
  throw new ExpressionErrors(errors.sort((a, b) => a.at - b.at))
}

class Parser {
  private place = 0
  private depth = 0
  private others: { readonly place: number; readonly signs: readonly string[] } = { place: -1, signs: [] }

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Node {
    const node = this.expression()
    const { here } = this
    if (here.kind === 'end') return node
    throw this.instead(this.after.kind === 'end', '<EOF>')
  }

  private get here(): Token {
    return this.tokens[this.place]!
  }

  private syntax(message: string): ExpressionError {
    return new ExpressionError(`Syntax error: ${message}`, this.here.at)
  }

  /** Where an expression should begin, or what else may stand there. */
  private noExpression(): ExpressionError {
    const others = this.others.place === this.place ? this.others.signs : []
    const expected = SIGNS.filter((sign) => STARTS.has(sign) || others.includes(sign)).map((sign) => `'${sign}'`)
    const isSurplus = isStart(this.after) || (this.after.kind === 'sign' && others.includes(this.after.text))
    return this.instead(isSurplus, `{${[...expected, ...WORDS].join(', ')}}`)
  }

  /** A word too many is told as such, if the one after it would do. */
  private instead(isSurplus: boolean, expected: string): ExpressionError {
    const { kind, text } = this.here
    const what = isSurplus && kind !== 'end' ? 'extraneous' : 'mismatched'
    return this.syntax(`${what} input '${text}' expecting ${expected}`)
  }

  private get after(): Token {
    return this.tokens[this.place + 1] ?? this.here
  }

  /** Beside an expression, one of these may stand here. */
  private orElse(...signs: readonly string[]): void {
    this.others = { place: this.place, signs }
  }

  private isAt(text: string): boolean {
    return this.here.text === text && (this.here.kind === 'sign' || this.here.kind === 'name')
  }

  private skip(text: string): boolean {
    const isThere = this.isAt(text)
    if (isThere) this.place++
    return isThere
  }

  private take(text: string): Token {
    const token = this.here
    if (this.skip(text)) return token
    const isSurplus = this.after.text === text
    const mayFollow = text === ':' ? isStart(token) : !isStart(token) || CONTINUING.has(token.text)
    throw !isSurplus && mayFollow
      ? this.syntax(`missing '${text}' at '${token.text}'`)
      : this.instead(isSurplus, `'${text}'`)
  }

  /** Where an element of a list or a map should begin, if that has not ended. */
  private another(before: readonly unknown[], end: string): void {
    if (before.length === 0) this.orElse(end, ',', '?')
    else if (!isStart(this.here) && !this.isAt('?')) throw this.instead(this.after.text === end, `'${end}'`)
  }

  /** Between the elements of a list or a map. */
  private separate(end: string): void {
    if (this.isAt(end) || this.skip(',')) return
    throw this.instead([end, ','].includes(this.after.text), `{'${end}', ','}`)
  }

  private expression(): Node {
    this.deeper()
    const condition = this.binary(0)
    const { at } = this.here
    let node = condition
    if (this.skip('?')) {
      const yes = this.binary(0)
      this.take(':')
      node = call('_?_:_', at, [condition, yes, this.expression()])
    }
    this.depth--
    return node
  }

  /** What is made of a chain is as deep as that is long. */
  private deeper(): void {
    if (++this.depth <= DEEPEST) return
    throw new ExpressionError(`expression recursion limit exceeded: ${DEEPEST}`, this.here.at)
  }

  private binary(level: number): Node {
    if (level === LEVELS.length) return this.unary()
    if (level < BALANCED) return this.balanced(level)
    const { depth } = this
    let left = this.binary(level + 1)
    for (;;) {
      const operator = LEVELS[level]!.find((text) => this.isAt(text))
      if (operator === undefined) break
      this.deeper()
      const { at } = this.here
      this.place++
      left = call(operator === 'in' ? '@in' : `_${operator}_`, at, [left, this.binary(level + 1)])
    }
    this.depth = depth
    return left
  }

  /** Of many conditions that are all to hold, or one of which is, a tree of little depth, as cel-go's balancer makes it. */
  private balanced(level: number): Node {
    const [operator] = LEVELS[level]!
    const nodes = [this.binary(level + 1)]
    const places: number[] = []
    while (this.isAt(operator!)) {
      places.push(this.here.at)
      this.place++
      nodes.push(this.binary(level + 1))
    }
    const tree = (first: number, last: number): Node => {
      if (first === last) return nodes[first]!
      const middle = Math.floor((first + last) / 2)
      return call(`_${operator!}_`, places[middle]!, [tree(first, middle), tree(middle + 1, last)])
    }
    return tree(0, nodes.length - 1)
  }

  /** Signs in a row are one or none. */
  private unary(): Node {
    const { at, text } = this.here
    let count = 0
    if (this.here.kind === 'sign' && (text === '!' || text === '-')) while (this.skip(text)) count++
    if (text === '-' && count % 2 === 1 && this.here.kind === 'value') {
      const negative = this.negative()
      if (negative !== undefined) return this.members(negative)
    }
    const inner = this.members(this.primary())
    return count % 2 === 0 ? inner : call(`${text}_`, at, [inner])
  }

  /** A number with its sign is one literal. */
  private negative(): Node | undefined {
    const { value, at } = this.here
    if (typeof value !== 'bigint' && typeof value !== 'number') return undefined
    this.place++
    return { op: 'literal', at: at - 1, value: -value }
  }

  private primary(): Node {
    const token = this.here
    this.place++
    if (token.kind === 'value') {
      if (typeof token.value === 'bigint' && token.value === 1n << 63n) {
        throw new ExpressionError('invalid int literal', token.at)
      }
      return { op: 'literal', at: token.at, value: token.value! }
    }
    if (token.kind === 'name') return this.named(token)
    if (token.text === '(') {
      const inner = this.expression()
      this.take(')')
      return inner
    }
    if (token.text === '[') return this.list(token)
    if (token.text === '{') return this.map(token)
    // A leading dot asks for the outermost name, and there is no other.
    if (token.text === '.' && this.here.kind === 'name') return this.primary()
    this.place--
    throw this.noExpression()
  }

  private named({ text, at }: Token): Node {
    if (text === 'true' || text === 'false') return { op: 'literal', at, value: text === 'true' }
    if (text === 'null') return { op: 'literal', at, value: null }
    if (text === 'in') {
      this.place--
      throw this.noExpression()
    }
    if (RESERVED.has(text)) throw new ExpressionError(`reserved identifier: ${text}`, at)
    const place = this.here.at
    if (!this.skip('(')) return { op: 'ident', at, name: text }
    return call(text, place, this.args())
  }

  private members(start: Node): Node {
    const { depth } = this
    let node = start
    for (;;) {
      const { at } = this.here
      if (this.isAt('.') || this.isAt('[')) this.deeper()
      if (this.skip('.')) node = this.member(node, at)
      else if (this.skip('[')) {
        this.orElse('?')
        const isOptional = this.skip('?')
        const key = this.expression()
        this.take(']')
        node = { op: 'index', at, of: node, key, isOptional }
      } else if (this.isAt('{') && (node.op === 'ident' || node.op === 'select')) {
        throw new ExpressionError('messages cannot be made here', at)
      } else break
    }
    this.depth = depth
    return node
  }

  private member(of: Node, at: number): Node {
    const isOptional = this.skip('?')
    const token = this.here
    if (token.kind !== 'name' || NO_FIELDS.has(token.text)) {
      throw isOptional
        ? this.instead(false, '{IDENTIFIER, ESC_IDENTIFIER}')
        : this.syntax(`no viable alternative at input '.${token.kind === 'end' ? '' : token.text}'`)
    }
    this.place++
    const place = this.here.at
    if (isOptional || !this.skip('(')) return { op: 'select', at, of, field: token.text, isOptional }
    return { op: 'call', at: place, name: token.text, target: of, args: this.args() }
  }

  /** What stands between commas, up to the end of a call. */
  private args(): readonly Node[] {
    const nodes: Node[] = []
    if (this.skip(')')) return nodes
    this.orElse(')')
    do nodes.push(this.expression())
    while (this.skip(','))
    this.take(')')
    return nodes
  }

  private list({ at }: Token): Node {
    const items: Item[] = []
    while (!this.skip(']')) {
      this.another(items, ']')
      const isOptional = this.skip('?')
      items.push({ value: this.expression(), isOptional })
      this.separate(']')
    }
    return { op: 'list', at, items }
  }

  private map({ at }: Token): Node {
    const entries: Entry[] = []
    while (!this.skip('}')) {
      this.another(entries, '}')
      const isOptional = this.skip('?')
      const key = this.expression()
      this.take(':')
      entries.push({ key, value: this.expression(), isOptional })
      this.separate('}')
    }
    return { op: 'map', at, entries }
  }
}

/** In the order in which ANTLR names what it expects. */
const SIGNS = ['[', ']', '{', '}', '(', ')', '.', ',', '-', '!', '?']
const STARTS: ReadonlySet<string> = new Set(['[', '{', '(', '.', '-', '!'])
const WORDS = ["'true'", "'false'", "'null'", 'NUM_FLOAT', 'NUM_INT', 'NUM_UINT', 'STRING', 'BYTES', 'IDENTIFIER']
/** Signs with which an expression may begin and go on. */
const CONTINUING: ReadonlySet<string> = new Set(['[', '.', '-'])

function isStart({ kind, text }: Token): boolean {
  return kind === 'value' || (kind === 'name' ? text !== 'in' : STARTS.has(text))
}

const NO_FIELDS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null'])

function call(name: string, at: number, args: readonly Node[]): Node {
  return { op: 'call', at, name, target: undefined, args }
}
