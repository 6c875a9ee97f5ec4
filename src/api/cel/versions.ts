/** Versions as semver.org has them. Mirrors semverlib.go of pkg/cel/library. */
import { fn, method, type Overload } from './functions.ts'
import { BOOL, INT, opaque, STRING } from './types.ts'
import { CelError, Opaque } from './values.ts'

const NAME = 'kubernetes.Semver'
const SEMVER = opaque(NAME)
const WORDS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const NUMBER = '(0|[1-9]\\d*)'
const STRICT = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${WORDS}))?(?:\\+(${WORDS}))?$`)

interface Version {
  readonly numbers: readonly bigint[]
  readonly prerelease: readonly string[]
}
type Semver = Opaque<Version>

/** Lenient: without a leading `v`, with the numbers it lacks, and without zeros that say nothing. */
function normalized(text: string): string {
  const [core = '', ...rest] = text.replace(/^v/, '').split(/(?=[-+])/)
  const numbers = core.split('.').map((part) => part.replace(/^0+(?=\d)/, ''))
  while (numbers.length < 3) numbers.push('0')
  return numbers.join('.') + rest.join('')
}

function parse(text: string, isLenient: boolean): Version | undefined {
  const match = STRICT.exec(isLenient ? normalized(text) : text)
  if (match === null) return undefined
  const prerelease = match[4]?.split('.') ?? []
  if (prerelease.some((part) => /^0\d+$/.test(part))) return undefined
  return { numbers: match.slice(1, 4).map(BigInt), prerelease }
}

/** Mirrors Parse of github.com/blang/semver/v4. */
function faultOf(text: string): string {
  if (text === '') return 'Version string empty'
  const parts = text.split('.')
  if (parts.length < 3) return 'No Major.Minor.Patch elements found'
  const numbers = [
    parts[0]!,
    parts[1]!,
    parts
      .slice(2)
      .join('.')
      .replace(/[-+].*$/s, ''),
  ]
  for (const [i, name] of ['Major', 'Minor', 'Patch'].entries()) {
    const said = JSON.stringify(numbers[i])
    if (!/^\d+$/.test(numbers[i]!)) return `Invalid character(s) found in ${name.toLowerCase()} number ${said}`
    if (/^0\d/.test(numbers[i]!)) return `${name} number must not contain leading zeroes ${said}`
  }
  return `Invalid character(s) found in ${text.includes('-') ? 'prerelease' : 'build meta data'} ${JSON.stringify(text.replace(/^[^-+]*[-+]/, ''))}`
}

function version(text: string, isLenient: boolean): Semver {
  const value = parse(text, isLenient)
  if (value === undefined) throw new CelError(faultOf(isLenient ? normalized(text) : text))
  return new Opaque(NAME, value, [...value.numbers, ...value.prerelease].join('.'))
}

function compare({ value: a }: Semver, { value: b }: Semver): bigint {
  for (const [i, number] of a.numbers.entries()) if (number !== b.numbers[i]) return number < b.numbers[i]! ? -1n : 1n
  // What comes before a release is less than the release.
  if (a.prerelease.length === 0 || b.prerelease.length === 0) {
    return BigInt(Number(a.prerelease.length === 0) - Number(b.prerelease.length === 0))
  }
  for (const [i, part] of a.prerelease.entries()) {
    const other = b.prerelease[i]
    if (other === undefined) return 1n
    if (part !== other) return byPart(part, other)
  }
  return a.prerelease.length < b.prerelease.length ? -1n : 0n
}

/** Numbers come before words. */
function byPart(a: string, b: string): bigint {
  const [isOne, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isOne !== isOther) return isOne ? -1n : 1n
  const isLess = isOne ? BigInt(a) < BigInt(b) : a < b
  return isLess ? -1n : 1n
}

const part = (name: string, index: number): Overload =>
  method(name, [SEMVER], INT, ({ value }: Semver) => value.numbers[index]!)

export const versions: readonly Overload[] = Object.freeze([
  fn('semver', [STRING], SEMVER, (text: string) => version(text, false)),
  fn('semver', [STRING, BOOL], SEMVER, version),
  fn('isSemver', [STRING], BOOL, (text: string) => parse(text, false) !== undefined),
  fn('isSemver', [STRING, BOOL], BOOL, (text: string, isLenient: boolean) => parse(text, isLenient) !== undefined),
  part('major', 0),
  part('minor', 1),
  part('patch', 2),
  method('isLessThan', [SEMVER, SEMVER], BOOL, (a: Semver, b: Semver) => compare(a, b) < 0n),
  method('isGreaterThan', [SEMVER, SEMVER], BOOL, (a: Semver, b: Semver) => compare(a, b) > 0n),
  method('compareTo', [SEMVER, SEMVER], INT, compare),
])
