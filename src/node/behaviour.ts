import { type Duration, parseDuration } from '../api/duration.ts'
import { badRequest } from '../api/errors.ts'
import type { Distribution } from '../kernel/distribution.ts'

/** How long something takes: always the same, or drawn from the node's stream of chance. */
export type Timing =
  | Duration
  | { readonly uniform: readonly [low: Duration, high: Duration] }
  | { readonly exponential: { readonly mean: Duration } }
  | { readonly logNormal: { readonly median: Duration; readonly sigma: number } }

/** What containers of an image do. Of a list of behaviours, the first whose pattern matches counts. */
export interface Behaviour {
  /** The image as manifests name it; `*` stands for any characters, such as `web:*` or `*`. */
  readonly image: string
  /** How long a node that lacks the image takes to pull it. Default: the latency `imagePull`, 1 s. */
  readonly pull?: Timing
  /** Pulling fails with these words, such as `not found`. */
  readonly pullError?: string
  /** From created to running. Default: the latency `containerStart`, 0.5 s. */
  readonly start?: Timing
  /** How long it runs before it exits. Default: for ever; 1 s as an init container or where pods do not restart. */
  readonly run?: Timing | 'forever'
  /** What it exits with after `run`. 0 to 255, default 0. */
  readonly exitCode?: number
  /** From running to ready, or never (false). Default 0. With a readinessProbe, the first probe after it succeeds. */
  readonly ready?: Timing | false
  /** How long it takes to exit when asked to; killed with code 137 at the end of its grace. Default 0.1 s. */
  readonly stop?: Timing
  /** What it exits with when it is asked to. 0 to 255, default 0. */
  readonly stopExitCode?: number
}

/** A behaviour with everything said, times in milliseconds. */
export interface ResolvedBehaviour {
  /** undefined: as the cluster's latencies have it. */
  readonly pull: Distribution | undefined
  readonly pullError: string | undefined
  readonly start: Distribution | undefined
  /** Infinity: for ever. undefined: as the container's role has it. */
  readonly run: Distribution | undefined
  readonly exitCode: number
  /** Infinity: never. */
  readonly ready: Distribution
  readonly stop: Distribution
  readonly stopExitCode: number
}

const remembered = 4096
const fields: readonly string[] = [
  'image',
  'pull',
  'pullError',
  'start',
  'run',
  'exitCode',
  'ready',
  'stop',
  'stopExitCode',
]

/** Finds the behaviour of an image. Throws BadRequest that names the behaviour and the field when one makes no sense. */
export function createBehaviours(behaviours: readonly Behaviour[] = []): (image: string) => ResolvedBehaviour {
  const rules = behaviours.map((behaviour, index) => rule(behaviour, `behaviours[${index}]`))
  const otherwise = rule({ image: '*' }, 'behaviours').resolved
  const known = new Map<string, ResolvedBehaviour>()
  return (image) => {
    const found = known.get(image)
    if (found !== undefined) return found
    if (known.size >= remembered) known.clear()
    const made = rules.find(({ matches }) => matches(image))?.resolved ?? otherwise
    known.set(image, made)
    return made
  }
}

interface Rule {
  readonly matches: (image: string) => boolean
  readonly resolved: ResolvedBehaviour
}

function rule(behaviour: Behaviour, path: string): Rule {
  if (typeof behaviour !== 'object' || behaviour === null) throw refuse(path, behaviour, 'a behaviour')
  const { image, pull, pullError, start, run, exitCode, ready, stop, stopExitCode } = behaviour
  if (typeof image !== 'string' || image === '')
    throw refuse(`${path}.image`, image, 'an image pattern such as "web:*"')
  const unknown = Object.keys(behaviour).find((field) => !fields.includes(field))
  if (unknown !== undefined) throw refuse(path, unknown, `one of the fields ${fields.join(', ')}`)
  if (pullError !== undefined && typeof pullError !== 'string')
    throw refuse(`${path}.pullError`, pullError, 'a message')
  const resolved = {
    pull: pull === undefined ? undefined : timing(pull, `${path}.pull`),
    pullError,
    start: start === undefined ? undefined : timing(start, `${path}.start`),
    run: run === undefined ? undefined : run === 'forever' ? Infinity : timing(run, `${path}.run`),
    exitCode: code(exitCode, `${path}.exitCode`),
    ready: ready === false ? Infinity : timing(ready ?? 0, `${path}.ready`),
    stop: timing(stop ?? 100, `${path}.stop`),
    stopExitCode: code(stopExitCode, `${path}.stopExitCode`),
  }
  return { matches: globMatcher(image), resolved }
}

/** Matches the whole text; `*` stands for any characters, slashes too. */
export function globMatcher(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text === pattern
  const expression = new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`, 's')
  return (text) => expression.test(text)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function timing(value: Timing, path: string): Distribution {
  if (typeof value === 'number' || typeof value === 'string') return milliseconds(value, path)
  const made = typeof value === 'object' && value !== null ? distribution(value, path) : undefined
  if (made === undefined) throw refuse(path, value, 'a duration, or one of { uniform }, { exponential }, { logNormal }')
  return made
}

function distribution(value: Exclude<Timing, Duration>, path: string): Distribution | undefined {
  if ('uniform' in value && Array.isArray(value.uniform) && value.uniform.length === 2) {
    const [low, high] = value.uniform.map((bound, index) =>
      milliseconds(bound as Duration, `${path}.uniform[${index}]`),
    )
    if (low! > high!) throw refuse(`${path}.uniform`, value.uniform, 'the lower bound first')
    return { uniform: [low!, high!] }
  }
  if ('exponential' in value && value.exponential) {
    return { exponential: { mean: milliseconds(value.exponential.mean, `${path}.exponential.mean`) } }
  }
  if (!('logNormal' in value) || !value.logNormal) return undefined
  const { median, sigma } = value.logNormal
  if (!(typeof sigma === 'number' && sigma >= 0 && sigma < 20))
    throw refuse(`${path}.logNormal.sigma`, sigma, 'a number from 0 to 20')
  return { logNormal: { median: milliseconds(median, `${path}.logNormal.median`), sigma } }
}

function milliseconds(value: Duration, path: string): number {
  try {
    return parseDuration(value)
  } catch (error) {
    throw badRequest(`${path}: ${(error as Error).message}`)
  }
}

function code(value: number | undefined, path: string): number {
  if (value === undefined) return 0
  if (Number.isInteger(value) && value >= 0 && value <= 255) return value
  throw refuse(path, value, 'an exit code from 0 to 255')
}

function refuse(path: string, got: unknown, expected: string): Error {
  return badRequest(`${path}: Invalid value: ${JSON.stringify(got) ?? String(got)}: expected ${expected}`)
}
