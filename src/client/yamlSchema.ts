/**
 * What the plain scalars of YAML mean to kubectl: YAML 1.1 without times and numbers of base 60, with the octal numbers of
 * YAML 1.2. Mirrors resolve of go.yaml.in/yaml/v2/resolve.go.
 */
import {
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  type ScalarTagDefinition,
  Schema,
  seqTag,
  strTag,
} from 'js-yaml'
import { canonicalBase64, fromBase64 } from '../api/base64.ts'
import { fromUtf8 } from '../api/utf8.ts'

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
])

const SIGNS: readonly string[] = Object.freeze([...'+-'])
const DIGITS: readonly string[] = Object.freeze([...'0123456789'])

/** Once its underscores are gone. */
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9][0-9]*|0)$/u
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/u
const BEYOND_NUMBERS = /^(?:([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/u

type Resolve<T> = ScalarTagDefinition<T>['resolve']

/** What a plain scalar may be if it begins with one of the signs given; '' stands for none at all. */
function scalar<T>(name: string, begins: readonly string[], resolve: Resolve<T>): ScalarTagDefinition<T> {
  const options = { implicit: true, implicitFirstChars: begins, identify: () => false, resolve }
  return Object.freeze(defineScalarTag(`tag:yaml.org,2002:${name}`, options))
}

function wordOf(source: string, isNull: boolean): boolean | null | typeof NOT_RESOLVED {
  const word = WORDS.get(source)
  return word === undefined || (word === null) !== isNull ? NOT_RESOLVED : word
}

function integerOf(source: string): number | typeof NOT_RESOLVED {
  const plain = source.replaceAll('_', '')
  if (!INTEGER.test(plain)) return NOT_RESOLVED
  const digits = plain.replace(/^[-+]/u, '')
  const value = /^0[0-7]/u.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  return plain.startsWith('-') && value !== 0 ? -value : value
}

function floatOf(source: string, isExplicit: boolean): number | typeof NOT_RESOLVED {
  const beyond = BEYOND_NUMBERS.exec(source)
  if (beyond !== null) return beyond[1] === undefined ? NaN : Number(`${beyond[1]}Infinity`)
  const plain = source.startsWith('.') ? source : source.replaceAll('_', '')
  if (FLOAT.test(plain)) return Number(plain)
  return isExplicit ? integerOf(source) : NOT_RESOLVED
}

/** Bytes are the text that they say. */
const binary: ScalarTagDefinition = Object.freeze(
  defineScalarTag('tag:yaml.org,2002:binary', {
    identify: () => false,
    resolve: (source) => {
      const said = canonicalBase64(source.replace(/\s/gu, ''))
      return 'text' in said ? (fromUtf8(fromBase64(said.text)) ?? '') : NOT_RESOLVED
    },
  }),
)

/** Times are texts, also where a tag says that they are times. */
const timestamp: ScalarTagDefinition<string> = Object.freeze(
  defineScalarTag('tag:yaml.org,2002:timestamp', { identify: () => false, resolve: (source) => source }),
)

/** How the refusal of a key begins that is a list or a map. */
export const WIDE_KEY = 'invalid map key: '

/** JSON has no keys but texts: numbers and booleans become them, nothing else does. */
const map: typeof mapTag = Object.freeze({
  ...mapTag,
  addPair: (carrier: Record<string, unknown>, key: unknown, value: unknown): string => {
    if (key === null) return 'unsupported map key: null'
    if (typeof key !== 'object') return mapTag.addPair(carrier, key, value)
    return `${WIDE_KEY}${JSON.stringify(key)}; is this a template that is still to be filled in?`
  },
})

/** What has a tag of one's own is what it would be without. */
const ownTags = Object.freeze([
  defineScalarTag('!', { matchByTagPrefix: true, identify: () => false, resolve: (source) => source }),
  defineSequenceTag('!', { ...seqTag, matchByTagPrefix: true, identify: () => false }),
  defineMappingTag('!', { ...map, matchByTagPrefix: true, identify: () => false }),
])

/** YAML as kubectl reads it. */
export const kubectlSchema: Schema = Object.freeze(
  new Schema([
    strTag,
    scalar('null', ['', '~', 'n', 'N'], (source) => wordOf(source, true)),
    scalar('bool', [...'yYnNtTfFoO'], (source) => wordOf(source, false)),
    scalar('int', [...SIGNS, ...DIGITS], integerOf),
    scalar('float', [...SIGNS, ...DIGITS, '.'], floatOf),
    mergeTag,
    binary,
    timestamp,
    seqTag,
    map,
    ...ownTags,
  ]),
) as Schema
