/**
 * What names may look like. Each check returns the complaints, [] when there are none; words mirror
 * staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go. The common case is a loop over characters.
 */

const NONE: readonly string[] = []

const LABEL_FMT = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const LABEL_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
  `an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL_FMT}')`
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  `end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${LABEL_FMT}(\\.${LABEL_FMT})*')`
const SEARCH_FMT = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const SEARCH = new RegExp(`^${SEARCH_FMT}(\\.${SEARCH_FMT})*$`)
const SEARCH_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start " +
  `and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SEARCH_FMT}(\\.${SEARCH_FMT})*')`
const LABEL_1035_MESSAGE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and " +
  "end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const QUALIFIED_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const LABEL_VALUE_MESSAGE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

const CONFIG_KEY_MESSAGE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or " +
  "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
const WILDCARD_MESSAGE =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower " +
  "case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used " +
  `for validation is '\\*\\.${LABEL_FMT}(\\.${LABEL_FMT})*')`
const PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/
const PATH_MESSAGE = "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"

const STANDARD_FINALIZERS: readonly string[] = ['kubernetes', 'orphan', 'foregroundDeletion']

const PORT_RANGE = 'must be between 1 and 65535, inclusive'

/** DNS-1123 label, at most 63 characters: namespaces, containers, volumes. */
export function labelErrors(value: string): readonly string[] {
  if (isDashed(value, 0, value.length)) return lengthErrors(value, 63)
  return [...lengthErrors(value, 63), isSubdomain(value) ? 'must not contain dots' : LABEL_MESSAGE]
}

/** DNS-1123 subdomain, at most 253 characters: most object names. */
export function subdomainErrors(value: string): readonly string[] {
  const errors = lengthErrors(value, 253)
  return isSubdomain(value) ? errors : [...errors, SUBDOMAIN_MESSAGE]
}

/** The same as the declared rules say it: ValidateLongName of apimachinery/pkg/api/validate. */
export function longNameErrors(value: string): readonly string[] {
  const fits = value.length <= 253
  if (isSubdomain(value)) return fits ? NONE : [maxLength(253)]
  return fits ? [SUBDOMAIN_MESSAGE] : [maxLength(253), SUBDOMAIN_MESSAGE]
}

/** A subdomain of which the parts may begin with `_` and have it inside, as search paths of resolvers may. */
export function searchErrors(value: string): readonly string[] {
  const errors = lengthErrors(value, 253)
  return SEARCH.test(value) ? errors : [...errors, SEARCH_MESSAGE]
}

/** `*.example.com`: one star, as the whole first part. */
export function wildcardErrors(value: string): readonly string[] {
  const errors = lengthErrors(value, 253)
  return value.startsWith('*.') && isSubdomain(value.slice(2)) ? errors : [...errors, WILDCARD_MESSAGE]
}

/** What may follow the domain in a name such as `example.com/ingress-controller`. */
export function httpPathErrors(value: string): readonly string[] {
  return PATH.test(value) ? NONE : [PATH_MESSAGE]
}

/** DNS-1035 label: service names begin with a letter. */
export function label1035Errors(value: string): readonly string[] {
  const errors = lengthErrors(value, 63)
  return isDashed(value, 0, value.length) && isLower(value.charCodeAt(0)) ? errors : [...errors, LABEL_1035_MESSAGE]
}

/** A key of labels, annotations, resources, taints: `name` or `example.com/name`. */
export function qualifiedNameErrors(value: string): readonly string[] {
  const slash = value.indexOf('/')
  if (slash >= 0 && value.indexOf('/', slash + 1) >= 0) {
    return [
      `a valid label key ${QUALIFIED_MESSAGE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const name = value.slice(slash + 1)
  const errors: string[] = []
  if (slash === 0) errors.push('prefix part must be non-empty')
  else if (slash > 0) for (const said of subdomainErrors(value.slice(0, slash))) errors.push(`prefix part ${said}`)
  if (name.length === 0) errors.push('name part must be non-empty')
  else if (name.length > 63) errors.push(`name part ${maxLength(63)}`)
  if (!isWord(name)) errors.push(`name part ${QUALIFIED_MESSAGE}`)
  return errors.length === 0 ? NONE : errors
}

/** A finalizer is somebody's, by a domain, or one of Kubernetes' own. Mirrors validateKubeFinalizerName. */
export function finalizerOwnerErrors(value: string): readonly string[] {
  if (value.includes('/') || STANDARD_FINALIZERS.includes(value)) return NONE
  return ['name is neither a standard finalizer name nor is it fully qualified']
}

export function labelValueErrors(value: string): readonly string[] {
  const fits = value.length <= 63
  if (value === '' || isWord(value)) return fits ? NONE : [maxLength(63)]
  return fits ? [LABEL_VALUE_MESSAGE] : [maxLength(63), LABEL_VALUE_MESSAGE]
}

/** A number of a port: 1–65535, both inclusive. */
export function portNumberErrors(port: number): readonly string[] {
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? NONE : [PORT_RANGE]
}

/** A name of a port (IANA service name): `http`, `web-1`. */
export function portNameErrors(value: string): readonly string[] {
  const errors: string[] = []
  if (value.length > 15) errors.push(tooLong(15))
  if (!/^[-a-z0-9]+$/.test(value)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)')
  if (value.includes('--')) errors.push('must not contain consecutive hyphens')
  if (value.startsWith('-') || value.endsWith('-')) errors.push('must not begin or end with a hyphen')
  return errors.length === 0 ? NONE : errors
}

/** Environment variables: printable ASCII but for `=`. */
export function envVarNameErrors(value: string): readonly string[] {
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i)
    if (c < 32 || c > 126 || c === 61) {
      return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
    }
  }
  return value === '' ? ['environment variable name must be non-empty'] : NONE
}

/** A key of a ConfigMap or a Secret, which becomes a file's name. */
export function configKeyErrors(value: string): readonly string[] {
  const errors: string[] = []
  if (value.length > 253) errors.push(tooLong(253))
  if (!/^[-._a-zA-Z0-9]+$/.test(value)) errors.push(CONFIG_KEY_MESSAGE)
  if (value === '.' || value === '..') errors.push(`must not be '${value}'`)
  else if (value.startsWith('..')) errors.push("must not start with '..'")
  return errors.length === 0 ? NONE : errors
}

/** Names of kinds whose names are only part of a URL's path. */
export function pathSegmentErrors(value: string): readonly string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`]
  const errors: string[] = []
  if (value.includes('/')) errors.push("may not contain '/'")
  if (value.includes('%')) errors.push("may not contain '%'")
  return errors.length === 0 ? NONE : errors
}

function lengthErrors(value: string, most: number): readonly string[] {
  return value.length <= most ? NONE : [tooLong(most)]
}

/** What the older checks say of a length, which count bytes all the same. */
function tooLong(characters: number): string {
  return `must be no more than ${characters} characters`
}

/** What those of label keys and values say. */
function maxLength(bytes: number): string {
  return `must be no more than ${bytes} bytes`
}

function isSubdomain(value: string): boolean {
  let start = 0
  for (let i = 0; i <= value.length; i++) {
    if (i < value.length && value.charCodeAt(i) !== 46) continue
    if (!isDashed(value, start, i)) return false
    start = i + 1
  }
  return true
}

/** Lower case letters, digits and inner dashes, at least one, between start (inclusive) and end (exclusive). */
function isDashed(value: string, start: number, end: number): boolean {
  if (end <= start) return false
  for (let i = start; i < end; i++) {
    const c = value.charCodeAt(i)
    if (isLower(c) || isDigit(c)) continue
    if (c !== 45 || i === start || i === end - 1) return false
  }
  return true
}

/** Letters and digits, with `-`, `_` and `.` inside. */
function isWord(value: string): boolean {
  const last = value.length - 1
  for (let i = 0; i <= last; i++) {
    const c = value.charCodeAt(i)
    if (isLower(c) || isDigit(c) || (c >= 65 && c <= 90)) continue
    if ((c !== 45 && c !== 46 && c !== 95) || i === 0 || i === last) return false
  }
  return last >= 0
}

function isLower(c: number): boolean {
  return c >= 97 && c <= 122
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}
