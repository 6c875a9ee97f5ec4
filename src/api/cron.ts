/** Schedules as crontab writes them. Grammar and words mirror ParseStandard of github.com/robfig/cron/v3. */

export interface Bounds {
  readonly min: number
  readonly max: number
  readonly names: readonly string[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
/** Minute, hour, day of the month, month, day of the week. */
export const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
]
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']
const EVERY = '@every '
const GO_DURATION =
  /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))*$/

/** What is wrong with a schedule; undefined when nothing is. */
export function cronError(schedule: string): string | undefined {
  if (schedule === '') return 'empty spec string'
  const spec = schedule.replace(/^(?:CRON_)?TZ=\S+\s+/, '')
  if (spec.startsWith('@')) return descriptorError(spec)
  const fields = spec.split(/\s+/).filter((field) => field !== '')
  if (fields.length !== FIELDS.length) {
    return `expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`
  }
  for (const [i, field] of fields.entries()) {
    for (const part of field.split(',')) {
      const said = part === '' ? undefined : rangeError(part, FIELDS[i]!)
      if (said !== undefined) return said
    }
  }
  return undefined
}

function descriptorError(spec: string): string | undefined {
  if (DESCRIPTORS.includes(spec)) return undefined
  if (!spec.startsWith(EVERY)) return `unrecognized descriptor: ${spec}`
  const text = spec.slice(EVERY.length)
  return GO_DURATION.test(text) ? undefined : `failed to parse duration ${spec}: time: invalid duration "${text}"`
}

/** `5`, `mon-fri`, `*`, `?`, each perhaps with `/step`. */
function rangeError(expression: string, bounds: Bounds): string | undefined {
  const [range = '', step, ...more] = expression.split('/')
  const [low = '', high, ...rest] = range.split('-')
  const open = low === '*' || low === '?'
  if (!open && rest.length > 0) return `too many hyphens: ${expression}`
  const start = open ? bounds.min : valueOf(low, bounds)
  if (typeof start === 'string') return start
  const given = open || high === undefined ? undefined : valueOf(high, bounds)
  if (typeof given === 'string') return given
  if (more.length > 0) return `too many slashes: ${expression}`
  const every = step === undefined ? 1 : numberOf(step)
  if (typeof every === 'string') return every
  const end = given ?? (open || step !== undefined ? bounds.max : start)
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${expression}`
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${expression}`
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${expression}`
  return every === 0 ? `step of range should be a positive number: ${expression}` : undefined
}

export function valueOf(text: string, { names, min }: Bounds): number | string {
  const named = names.indexOf(text.toLowerCase())
  return named >= 0 ? named + min : numberOf(text)
}

/** The number, or why it is none. */
function numberOf(text: string): number | string {
  if (/^[+-]?\d+$/.test(text)) {
    const value = Number(text)
    return value < 0 ? `negative number (${value}) not allowed: ${text}` : value
  }
  return `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`
}
