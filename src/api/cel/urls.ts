/** Addresses of the web. Mirrors urls.go of pkg/cel/library, which reads them as Go's url.ParseRequestURI does. */
import type { Frame } from './frame.ts'
import { fn, metered, method, type Overload } from './functions.ts'
import { fromUtf8, utf8 } from '../utf8.ts'
import { BOOL, list, map, opaque, STRING } from './types.ts'
import { CelError, ListValue, LiteralMap, Opaque } from './values.ts'

const NAME = 'kubernetes.URL'
const URL_TYPE = opaque(NAME)

interface Parts {
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string
}
type Address = Opaque<Parts>

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/
const HOST = /^(?:\[[0-9A-Fa-f:.%a-zA-Z0-9]+\]|[^\s[\]<>"\\^`{|}/?#@:]*)(?::\d*)?$/

const WRONG = /[\u0000-\u0020\u007f]|%(?![0-9A-Fa-f]{2})/

/** Either whole, with a scheme, or a path that starts with `/`. */
function parse(text: string): Parts | undefined {
  const [start = '', scheme = ''] = SCHEME.exec(text) ?? []
  const rest = text.slice(start.length)
  if (WRONG.test(text) || (scheme === '' && !text.startsWith('/'))) return undefined
  const [before = '', ...after] = rest.split('?')
  const query = after.join('?')
  // What does not begin with a slash is said of no host: mailto:a@b.
  if (!before.startsWith('/')) return { scheme: scheme.toLowerCase(), host: '', path: '', query }
  if (scheme === '' || !before.startsWith('//')) return { scheme: scheme.toLowerCase(), host: '', path: before, query }
  const slash = before.indexOf('/', 2)
  const authority = slash === -1 ? before.slice(2) : before.slice(2, slash)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (!HOST.test(host)) return undefined
  return { scheme: scheme.toLowerCase(), host, path: slash === -1 ? '' : before.slice(slash), query }
}

/** Mirrors ParseRequestURI of Go's net/url, of the faults that are likely. */
function faultOf(text: string): string {
  if (text === '') return 'empty url'
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'net/url: invalid control character in URL'
  if (text.startsWith(':')) return 'missing protocol scheme'
  const [escape] = /%(?:$|.$|(?![\da-fA-F]{2})..)/s.exec(text) ?? []
  if (escape !== undefined) return `invalid URL escape ${JSON.stringify(escape)}`
  return 'invalid URI for request'
}

function address(text: string): Address {
  const parts = parse(text)
  if (parts === undefined)
    throw new CelError(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: ${faultOf(text)}`)
  return new Opaque(NAME, parts, JSON.stringify(parts))
}

const PORT = /:(\d*)$/

function hostname({ value: { host } }: Address): string {
  const name = host.replace(PORT, '')
  return name.startsWith('[') ? name.slice(1, -1) : name
}

function decoded(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined
  const bytes: number[] = []
  for (const [part] of text.replaceAll('+', ' ').matchAll(/%..|[^%]+/gs)) {
    if (part.startsWith('%')) bytes.push(parseInt(part.slice(1), 16))
    else for (const byte of utf8(part)) bytes.push(byte)
  }
  return fromUtf8(bytes)
}

/** How much longer it takes to read a query than to go through it. */
const TO_READ = 64

/** Every value of a name, in the order in which they stand. */
function query({ value }: Address, frame: Frame): LiteralMap {
  frame.stepThrough(value.query, TO_READ)
  const found = new Map<string, string[]>()
  for (const pair of value.query.split('&')) {
    if (pair === '' || pair.includes(';')) continue
    const [name = '', ...rest] = pair.split('=')
    const [key, said] = [decoded(name), decoded(rest.join('='))]
    if (key === undefined || said === undefined) continue
    const known = found.get(key)
    if (known === undefined) found.set(key, [said])
    else known.push(said)
  }
  return new LiteralMap([...found].map(([key, values]) => [key, new ListValue(values)] as const))
}

export const urls: readonly Overload[] = Object.freeze([
  fn('url', [STRING], URL_TYPE, address),
  fn('isURL', [STRING], BOOL, (text: string) => parse(text) !== undefined),
  method('getScheme', [URL_TYPE], STRING, ({ value }: Address) => value.scheme),
  method('getHost', [URL_TYPE], STRING, ({ value }: Address) => value.host),
  method('getHostname', [URL_TYPE], STRING, hostname),
  method('getPort', [URL_TYPE], STRING, ({ value }: Address) => PORT.exec(value.host)?.[1] ?? ''),
  method('getEscapedPath', [URL_TYPE], STRING, ({ value }: Address) => value.path),
  metered(method('getQuery', [URL_TYPE], map(STRING, list(STRING)), query)),
])
