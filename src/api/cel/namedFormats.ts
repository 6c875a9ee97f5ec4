/** Formats of texts, by name. Mirrors format.go of pkg/cel/library. */
import { isOfFormat } from '../customSchema/formats.ts'
import { label1035Errors, labelErrors, labelValueErrors, qualifiedNameErrors, subdomainErrors } from '../names.ts'
import { fn, method, type Overload } from './functions.ts'
import { list, opaque, optional, STRING } from './types.ts'
import { ListValue, Opaque, OptionalValue } from './values.ts'

const NAME = 'kubernetes.NamedFormat'
const FORMAT = opaque(NAME)

type Check = (text: string) => readonly string[]

/** A prefix may end in a dash, to which the rest of a name is added. */
const prefix =
  (check: Check): Check =>
  (text) =>
    check(text.endsWith('-') ? `${text}a` : text)

const ofFormat =
  (format: string, said: string): Check =>
  (text) =>
    isOfFormat(text, format) ? [] : [said]

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['dns1123Label', labelErrors],
  ['dns1123Subdomain', subdomainErrors],
  ['dns1035Label', label1035Errors],
  ['qualifiedName', qualifiedNameErrors],
  ['dns1123LabelPrefix', prefix(labelErrors)],
  ['dns1123SubdomainPrefix', prefix(subdomainErrors)],
  ['dns1035LabelPrefix', prefix(label1035Errors)],
  ['labelValue', labelValueErrors],
  [
    'uri',
    (text) =>
      /^(?:[A-Za-z][A-Za-z0-9+.-]*:|\/)\S*$/.test(text)
        ? []
        : [`parse ${JSON.stringify(text)}: invalid URI for request`],
  ],
  ['uuid', ofFormat('uuid', 'does not match the UUID format')],
  ['byte', ofFormat('byte', 'invalid base64')],
  ['date', ofFormat('date', 'invalid date')],
  ['datetime', ofFormat('date-time', 'invalid datetime')],
])

/** How long the pattern of a format is taken to be, in what asking costs: MaxRegexSize of format.go. */
export const REGEX_SIZES: ReadonlyMap<string, number> = new Map([
  ...['dns1123Label', 'dns1035Label', 'dns1123LabelPrefix', 'dns1035LabelPrefix'].map((name) => [name, 30] as const),
  ...['dns1123Subdomain', 'dns1123SubdomainPrefix', 'qualifiedName'].map((name) => [name, 60] as const),
  ['labelValue', 40],
  ['uri', 1103],
  ['uuid', 70],
  ['byte', 84],
  ['date', 71],
  ['datetime', 71],
])

type Format = Opaque<Check>

const format = (name: string, check: Check): Format => new Opaque(NAME, check, name)

function named(name: string): OptionalValue {
  const check = CHECKS.get(name)
  return new OptionalValue(check && format(name, check))
}

/** What is wrong with a text; none where it is of the format. */
function validate({ value }: Format, text: string): OptionalValue {
  const faults = value(text)
  return new OptionalValue(faults.length === 0 ? undefined : new ListValue(faults))
}

export const namedFormats: readonly Overload[] = Object.freeze([
  fn('format.named', [STRING], optional(FORMAT), named),
  ...[...CHECKS].map(([name, check]) => fn(`format.${name}`, [], FORMAT, () => format(name, check))),
  method('validate', [FORMAT, STRING], optional(list(STRING)), validate),
])
