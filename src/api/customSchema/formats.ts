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
const BYTES = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const DURATION =
  /^[-+]?(?:0|(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*)$/
const LONG_DURATION =
  /^\d+\s*(?:ns|us|ms|s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hr|hrs|hour|hours|d|day|days|w|week|weeks|wk|wks)$/i

const CHECKS: Readonly<Record<string, (text: string) => boolean>> = Object.freeze({
  bsonobjectid: (text) => /^[0-9a-f]{24}$/i.test(text),
  byte: (text) => BYTES.test(text),
  cidr: isCIDR,
  date: isDate,
  'date-time': (text) => DATE_TIME.test(text) && isDate(text.slice(0, 10)),
  datetime: (text) => DATE_TIME.test(text) && isDate(text.slice(0, 10)),
  duration: (text) => DURATION.test(text) || LONG_DURATION.test(text),
  email: (text) => EMAIL.test(text),
  hexcolor: (text) => /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text),
  hostname: isHostname,
  ipv4: isIPv4,
  ipv6: isIPv6,
  'k8s-long-name': (text) => subdomainErrors(text).length === 0,
  'k8s-short-name': (text) => labelErrors(text).length === 0,
  mac: (text) => /^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text),
  uri: (text) => URI.test(text),
  uuid: (text) => UUID.test(text),
  uuid3: (text) => UUID.test(text) && versionOf(text) === '3',
  uuid4: (text) => UUID.test(text) && versionOf(text) === '4',
  uuid5: (text) => UUID.test(text) && versionOf(text) === '5',
})

/** Whether a text is of a format; of one that nobody knows, any is. */
export function isOfFormat(text: string, format: string): boolean {
  return !Object.hasOwn(CHECKS, format) || CHECKS[format]!(text)
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
