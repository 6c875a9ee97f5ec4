/** What of a regular expression RE2 does not read, in its words. Mirrors parse of Go's regexp/syntax. */

const MOST_TIMES = 1000
const FLAGS = /^\(\?(?:[imsU]+|[imsU]*-[imsU]+)?[:)]/
const NAMED = /^\(\?P?<(\w+)>/
const TIMES = /^\{(\d+)(?:(,)(\d*))?\}/
const ESCAPE = /^\\(?:[AbBzdDsSwWafnrtv]|0[0-7]{0,2}|[1-7][0-7]{1,2}|x[\da-fA-F]{2}|x\{[\da-fA-F]+\}|[^\w])/u
const CLASS_ESCAPE = /^\\(?:[dDsSwWafnrtv]|0[0-7]{0,2}|[1-7][0-7]{1,2}|x[\da-fA-F]{2}|x\{[\da-fA-F]+\}|[^\w])/u
const PROPERTY = /^\\[pP](?:\{(\^?)([^}]*)\}|(\w))/
const POSIX = /^\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/

/** Why an expression is none: `error parsing regexp: missing closing ): …`; undefined where it is one. */
export function regexFault(source: string): string | undefined {
  try {
    new Reader(source).read()
    return undefined
  } catch (error) {
    if (!(error instanceof RegexError)) throw error
    return `error parsing regexp: ${error.message}`
  }
}

class RegexError extends Error {
  constructor(what: string, where: string) {
    super(`${what}: \`${where}\``)
  }
}

class Reader {
  private at = 0
  private depth = 0
  /** Whether there is something to repeat. */
  private hasItem = false
  /** Where the last repetition began, if it has just ended; or −1. */
  private repeated = -1

  constructor(private readonly source: string) {}

  private get rest(): string {
    return this.source.slice(this.at)
  }

  read(): void {
    while (this.at < this.source.length) this.next()
    if (this.depth > 0) throw new RegexError('missing closing )', this.source)
  }

  private next(): void {
    const { rest } = this
    switch (rest.charAt(0)) {
      case '(':
        return this.open(rest)
      case ')':
        if (this.depth-- === 0) throw new RegexError('unexpected )', this.source)
        return this.item(1)
      case '|':
        this.item(1)
        this.hasItem = false
        return
      case '[':
        return this.item(this.charClass(rest))
      case '*':
      case '+':
      case '?':
        return this.repeat(rest.charAt(0))
      case '{': {
        const [whole, least, comma, most] = TIMES.exec(rest) ?? []
        if (whole === undefined) return this.item(1)
        const end = comma === undefined ? least : most
        const isWrong = Number(least) > MOST_TIMES || (end !== '' && !isUpTo(Number(least), Number(end)))
        if (isWrong) throw new RegexError('invalid repeat count', whole)
        return this.repeat(whole)
      }
      case '\\':
        return this.escape(rest)
      default:
        return this.item(String.fromCodePoint(rest.codePointAt(0)!).length)
    }
  }

  private item(length: number): void {
    this.at += length
    this.hasItem = true
    this.repeated = -1
  }

  private repeat(operator: string): void {
    if (!this.hasItem) throw new RegexError('missing argument to repetition operator', operator)
    const start = this.at
    this.at += operator.length
    if (this.rest.startsWith('?')) this.at++
    if (this.repeated !== -1)
      throw new RegexError('invalid nested repetition operator', this.source.slice(this.repeated, this.at))
    this.repeated = start
  }

  private open(rest: string): void {
    this.depth++
    if (!rest.startsWith('(?')) {
      this.at++
    } else if (/^\(\?P?</.test(rest)) {
      const [whole] = NAMED.exec(rest) ?? []
      if (whole === undefined) throw new RegexError('invalid named capture', /^[^>]*>/.exec(rest)?.[0] ?? rest)
      this.at += whole.length
    } else {
      const [whole] = FLAGS.exec(rest) ?? []
      if (whole === undefined)
        throw new RegexError('invalid or unsupported Perl syntax', /^\(\?[imsU-]*./su.exec(rest)?.[0] ?? rest)
      if (whole.endsWith(')')) this.depth--
      this.at += whole.length
    }
    this.hasItem = false
    this.repeated = -1
  }

  private escape(rest: string): void {
    if (rest.startsWith('\\Q')) {
      const end = rest.indexOf('\\E')
      return this.item(end === -1 ? rest.length : end + 2)
    }
    return this.item(escapeLength(rest, ESCAPE))
  }

  /** How long a class is. */
  private charClass(rest: string): number {
    let at = rest.startsWith('[^') ? 2 : 1
    for (let isFirst = true; isFirst || !rest.startsWith(']', at); isFirst = false) {
      const inside = rest.slice(at)
      if (inside === '') throw new RegexError('missing closing ]', rest)
      if (inside.startsWith('[:') && inside.includes(':]')) {
        const [known] = POSIX.exec(inside) ?? []
        if (known === undefined) throw badRange(inside.slice(0, inside.indexOf(':]') + 2))
        at += known.length
        continue
      }
      const low = single(inside, rest)
      at += low.length
      const isRange = /^-[^\]]/su.test(rest.slice(at)) && low.code !== undefined
      if (!isRange) continue
      const high = single(rest.slice(at + 1), rest)
      const whole = rest.slice(at - low.length, at + 1 + high.length)
      if (high.code === undefined || high.code < low.code!) throw badRange(whole)
      at += 1 + high.length
    }
    return at + 1
  }
}

function isUpTo(least: number, most: number): boolean {
  return most <= MOST_TIMES && least <= most
}

function badRange(where: string): RegexError {
  return new RegexError('invalid character class range', where)
}

/** One character of a class, or a class of its own. */
function single(text: string, whole: string): { readonly length: number; readonly code: number | undefined } {
  if (text === '') throw new RegexError('missing closing ]', whole)
  if (!text.startsWith('\\')) {
    const code = text.codePointAt(0)!
    return { length: String.fromCodePoint(code).length, code }
  }
  const length = escapeLength(text, CLASS_ESCAPE)
  const hex = /^\\x\{?([\da-fA-F]+)/.exec(text)?.[1]
  if (hex !== undefined) return { length, code: parseInt(hex, 16) }
  return { length, code: length === 2 && /\W/.test(text.charAt(1)) ? text.charCodeAt(1) : undefined }
}

function escapeLength(text: string, known: RegExp): number {
  if (text === '\\') throw new RegexError('trailing backslash at end of expression', '')
  const [property, , long, short] = PROPERTY.exec(text) ?? []
  if (property !== undefined) {
    if (propertyOf(long ?? short ?? '') === undefined) throw badRange(property)
    return property.length
  }
  const [whole] = known.exec(text) ?? []
  if (whole === undefined) throw new RegexError('invalid escape sequence', [...text].slice(0, 2).join(''))
  return whole.length
}

/** A property of characters as JavaScript names it: a category or a script. */
export function propertyOf(name: string): string | undefined {
  if (name === 'Any') return 'Any'
  return [name, `Script=${name}`].find((each) => {
    try {
      return /^(?:[A-Z][a-z]?|Script=\w+)$/.test(each) && new RegExp(`\\p{${each}}`, 'u')
    } catch {
      return false
    }
  })
}
