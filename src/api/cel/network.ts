/** Internet addresses and ranges of them. Mirrors ip.go and cidr.go of pkg/cel/library. */
import { isIPv4, isIPv6 } from '../addresses.ts'
import { fn, method, type Overload } from './functions.ts'
import { BOOL, INT, opaque, STRING } from './types.ts'
import { CelError, Opaque } from './values.ts'

const IP_NAME = 'net.IP'
const CIDR_NAME = 'net.CIDR'
const IP = opaque(IP_NAME)
const CIDR = opaque(CIDR_NAME)

interface Bits {
  readonly bits: 32 | 128
  readonly value: bigint
}
interface Range extends Bits {
  readonly prefix: number
}
type Address = Opaque<Bits>
type Cidr = Opaque<Range>

/** Neither zones nor IPv4 in the clothes of IPv6. */
function parseIP(text: string): Bits | undefined {
  if (isIPv4(text)) return /(?:^|\.)0\d/.test(text) ? undefined : { bits: 32, value: groups(text.split('.'), 10, 8) }
  if (!isIPv6(text)) return undefined
  const value = groups(expanded(text), 16, 16)
  return value >> 32n === 0xffffn ? undefined : { bits: 128, value }
}

function groups(parts: readonly string[], base: number, bits: number): bigint {
  return parts.reduce((sum, part) => (sum << BigInt(bits)) + BigInt(parseInt(part, base)), 0n)
}

/** The eight groups of an IPv6 address. */
function expanded(text: string): readonly string[] {
  const hex = text.replace(/\d+\.\d+\.\d+\.\d+$/, (inner) => {
    const value = groups(inner.split('.'), 10, 8)
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
  })
  const [head = '', tail] = hex.split('::')
  const [before, after] = [head, tail ?? ''].map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[]]
  return [...before, ...new Array<string>(8 - before.length - after.length).fill('0'), ...after]
}

/** As RFC 5952 writes it: the longest run of zeros is left out. */
function shownIP({ bits, value }: Bits): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.')
  const parts = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((value >> shift) & 0xffffn).toString(16))
  let best = { start: 0, length: 0 }
  for (const start of parts.keys()) {
    const end = parts.findIndex((part, i) => i >= start && part !== '0')
    const length = (end === -1 ? 8 : end) - start
    if (length > best.length) best = { start, length }
  }
  if (best.length < 2) return parts.join(':')
  return `${parts.slice(0, best.start).join(':')}::${parts.slice(best.start + best.length).join(':')}`
}

function parseCIDR(text: string): Range | undefined {
  const [address = '', prefix = '', ...more] = text.split('/')
  const ip = parseIP(address)
  if (ip === undefined || more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return undefined
  return Number(prefix) > ip.bits ? undefined : { ...ip, prefix: Number(prefix) }
}

const address = (value: Bits): Address => new Opaque(IP_NAME, value, shownIP(value), value.bits / 8)
const shownCIDR = (range: Range): string => `${shownIP(range)}/${range.prefix}`
const range = (value: Range): Cidr => new Opaque(CIDR_NAME, value, shownCIDR(value), Math.ceil(value.prefix / 8))

function ipOf(text: string): Bits {
  const value = parseIP(text)
  if (value === undefined)
    throw new CelError(
      `IP Address ${JSON.stringify(text)} parse error during conversion from string: ${addressFault(text)}`,
    )
  return value
}

function cidrOf(text: string): Range {
  const value = parseCIDR(text)
  if (value === undefined)
    throw new CelError(`${NO_CIDR}${NO_CIDR}netip.ParsePrefix(${JSON.stringify(text)}): ${cidrFault(text)}`)
  return value
}

const NO_CIDR = 'network address parse error during conversion from string: '

/** Mirrors ParseAddr of Go's net/netip, of what has one fault. */
function addressFault(text: string): string {
  const say = (why: string): string => `ParseAddr(${JSON.stringify(text)}): ${why}`
  const sign = /[.:%]/.exec(text)?.[0]
  if (sign === '%') return say('missing IPv6 address')
  if (sign !== '.') return say('unable to parse IP')
  const parts = text.split('.')
  if (!/^[\d.]*$/.test(text)) return say(`unexpected character (at ${JSON.stringify(text.replace(/^[\d.]*/, ''))})`)
  if (parts.some((part) => /^0\d/.test(part))) return say('IPv4 field has octet with leading zero')
  if (parts.some((part) => Number(part) > 255)) return say('IPv4 field has value >255')
  return say(parts.length > 4 ? 'IPv4 address too long' : 'IPv4 address too short')
}

function cidrFault(text: string): string {
  const [address = '', prefix] = text.split(/\/(?=[^/]*$)/)
  if (prefix === undefined) return "no '/'"
  if (parseIP(address) === undefined) return addressFault(address)
  return /^(?:0|[1-9]\d*)$/.test(prefix)
    ? 'prefix length out of range'
    : `bad bits after slash: ${JSON.stringify(prefix)}`
}

const networkOf = ({ bits, value, prefix }: Range): bigint => value >> BigInt(bits - prefix)

function containsIP(whole: Range, { bits, value }: Bits): boolean {
  return bits === whole.bits && value >> BigInt(bits - whole.prefix) === networkOf(whole)
}

const containsCIDR = (whole: Range, part: Range): boolean => part.prefix >= whole.prefix && containsIP(whole, part)

function masked(given: Range): Range {
  return { ...given, value: networkOf(given) << BigInt(given.bits - given.prefix) }
}

/** The first bits of an address. */
const first = ({ bits, value }: Bits, count: number): bigint => value >> BigInt(bits - count)

const isLoopback = (ip: Bits): boolean => (ip.bits === 32 ? first(ip, 8) === 127n : ip.value === 1n)
const isMulticast = (ip: Bits): boolean => (ip.bits === 32 ? first(ip, 4) === 0xen : first(ip, 8) === 0xffn)
const isLocalMulticast = (ip: Bits): boolean =>
  ip.bits === 32 ? first(ip, 24) === 0xe0_0000n : isMulticast(ip) && (first(ip, 16) & 0xfn) === 2n
const isLocalUnicast = (ip: Bits): boolean =>
  ip.bits === 32 ? first(ip, 16) === 0xa9fen : first(ip, 10) === 0xfe80n >> 6n
const isBroadcast = ({ bits, value }: Bits): boolean => bits === 32 && value === 0xffff_ffffn
const isGlobal = (ip: Bits): boolean =>
  ip.value !== 0n && !isBroadcast(ip) && !isLoopback(ip) && !isMulticast(ip) && !isLocalUnicast(ip)

function isCanonical(text: string): boolean {
  return shownIP(ipOf(text)) === text
}

const test = (name: string, holds: (ip: Bits) => boolean): Overload =>
  method(name, [IP], BOOL, ({ value }: Address) => holds(value))

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new CelError('no such overload')
  return value
}

export const network: readonly Overload[] = Object.freeze([
  fn('ip', [STRING], IP, (text: string) => address(ipOf(text))),
  fn('isIP', [STRING], BOOL, (text: string) => parseIP(text) !== undefined),
  fn('ip.isCanonical', [STRING], BOOL, isCanonical),
  fn('string', [IP], STRING, ({ identity }: Address) => identity),
  method('family', [IP], INT, ({ value }: Address) => (value.bits === 32 ? 4n : 6n)),
  test('isUnspecified', ({ value }) => value === 0n),
  test('isLoopback', isLoopback),
  test('isLinkLocalMulticast', isLocalMulticast),
  test('isLinkLocalUnicast', isLocalUnicast),
  test('isGlobalUnicast', isGlobal),
  fn('cidr', [STRING], CIDR, (text: string) => range(cidrOf(text))),
  fn('isCIDR', [STRING], BOOL, (text: string) => parseCIDR(text) !== undefined),
  fn('string', [CIDR], STRING, ({ identity }: Cidr) => identity),
  method('containsIP', [CIDR, IP], BOOL, (whole: Cidr, ip: Address) => containsIP(whole.value, ip.value)),
  method('containsIP', [CIDR, STRING], BOOL, (whole: Cidr, text: string) =>
    containsIP(whole.value, known(parseIP(text))),
  ),
  method('containsCIDR', [CIDR, CIDR], BOOL, (whole: Cidr, part: Cidr) => containsCIDR(whole.value, part.value)),
  method('containsCIDR', [CIDR, STRING], BOOL, (whole: Cidr, text: string) =>
    containsCIDR(whole.value, known(parseCIDR(text))),
  ),
  method('ip', [CIDR], IP, ({ value: { bits, value } }: Cidr) => address({ bits, value })),
  method('masked', [CIDR], CIDR, ({ value }: Cidr) => range(masked(value))),
  method('prefixLength', [CIDR], INT, ({ value }: Cidr) => BigInt(value.prefix)),
])
