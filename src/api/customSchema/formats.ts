/** The formats of strings that are checked. Mirrors pkg/validation/strfmt of k8s.io/kube-openapi. */
import { isIPv4, isIPv6, isCIDR } from '../addresses.ts'
import { labelErrors, subdomainErrors } from '../names.ts'

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/
const TOP_LEVEL = /^[A-Za-z]{2,63}$/
const EMAIL = /^(?:[^@<>]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/
/** What a request may ask for: of an absolute address, or of a host that is known. */
const URI = /^(?:[A-Za-z][A-Za-z0-9+.-]*:|\/)\S*$/
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/
const BYTES = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/
const DURATION =
  /^[-+]?(?:0|(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*)$/
const LONG_DURATION =
  /^\d+\s*(?:ns|us|ms|s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hr|hrs|hour|hours|d|day|days|w|week|weeks|wk|wks)$/i

const CARD =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/
const RGB =
  /^rgb\(\s*(?:0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(?:0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(?:0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)$/

const CHECKS: Readonly<Record<string, (text: string) => boolean>> = Object.freeze({
  bsonobjectid: (text) => /^[0-9a-f]{24}$/i.test(text),
  byte: (text) => BYTES.test(text),
  cidr: isCIDR,
  date: isDate,
  creditcard: (text) => isCreditCard(text.replace(/\D+/g, '')),
  datetime: (text) => DATE_TIME.test(text) && isDate(text.slice(0, 10)),
  duration: (text) => DURATION.test(text) || LONG_DURATION.test(text),
  email: (text) => EMAIL.test(text),
  hexcolor: (text) => /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text),
  hostname: isHostname,
  ipv4: isIPv4,
  ipv6: isIPv6,
  isbn: (text) => isISBN10(text) || isISBN13(text),
  isbn10: isISBN10,
  isbn13: isISBN13,
  k8slongname: (text) => subdomainErrors(text).length === 0,
  k8sshortname: (text) => labelErrors(text).length === 0,
  mac: (text) => /^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text),
  password: () => true,
  rgbcolor: (text) => RGB.test(text),
  ssn: (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  uri: (text) => URI.test(text),
  uuid: (text) => UUID.test(text),
  uuid3: (text) => UUID.test(text) && versionOf(text) === '3',
  uuid4: (text) => UUID.test(text) && versionOf(text) === '4',
  uuid5: (text) => UUID.test(text) && versionOf(text) === '5',
})

/** Whether a format counts for a type. */
export function isKnownFormat(format: string, type = ''): boolean {
  if (type === 'integer') return format === 'int32' || format === 'int64'
  if (type === 'number') return format === 'float' || format === 'double'
  return (type === '' || type === 'string') && Object.hasOwn(CHECKS, format.replaceAll('-', ''))
}

/** Whether a text is of a format, whose hyphens do not matter; of one that nobody knows, any is. */
export function isOfFormat(text: string, format: string): boolean {
  const name = format.replaceAll('-', '')
  return !Object.hasOwn(CHECKS, name) || CHECKS[name]!(text)
}

function isCreditCard(digits: string): boolean {
  return CARD.test(digits) && weighed(digits.split('').reverse(), 10, (i) => (i % 2 === 0 ? 1 : 2), crossSum)
}

function isISBN10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '')
  return /^\d{9}[\dX]$/.test(digits) && weighed(digits.split(''), 11, (i) => i + 1)
}

function isISBN13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '')
  return /^\d{13}$/.test(digits) && weighed(digits.split(''), 10, (i) => (i % 2 === 0 ? 1 : 3))
}

/** Whether digits, each of its weight, sum up to a multiple. */
function weighed(
  digits: readonly string[],
  multiple: number,
  weight: (i: number) => number,
  count: (digit: number) => number = (digit) => digit,
): boolean {
  const sum = digits.reduce((all, digit, i) => all + count((digit === 'X' ? 10 : Number(digit)) * weight(i)), 0)
  return sum % multiple === 0
}

function crossSum(number: number): number {
  return (number % 10) + Math.trunc(number / 10)
}

function versionOf(uuid: string): string {
  return uuid.replaceAll('-', '').charAt(12)
}

/** One label, or several of which the last is a top-level domain. */
function isHostname(text: string): boolean {
  const labels = text.split('.')
  const last = labels.at(-1)!
  return (
    text.length <= 255 && labels.every((label) => LABEL.test(label)) && (labels.length === 1 || TOP_LEVEL.test(last))
  )
}

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? []
  if (year === undefined) return false
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day))
  return new Date(ms).getUTCMonth() === Number(month) - 1 && Number(day) > 0 && Number(month) > 0
}
