import { checkFields, refuse } from '../api/fields.ts'
import type { Distribution } from '../kernel/distribution.ts'
import { type Answer, type ResolvedAnswer, resolveAnswers } from './answers.ts'
import { type Timing, timing } from './timing.ts'
import { type Curve, resolveUsage, type Usage } from './usage.ts'

/** What a lifecycle hook does. A `sleep` hook takes as long as the manifest says. */
export interface Hook {
  /** Default 0. */
  readonly takes?: Timing
  /** Whether it fails when it ends. Default false. */
  readonly fails?: boolean
}

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
  /** From running to ready, or never (false). Default 0. Readiness and startup probes succeed from then on. */
  readonly ready?: Timing | false
  /** What it answers to probes, and when; of the answers that cover a moment the first counts. Default: as `ready` says. */
  readonly answers?: readonly Answer[]
  /** What its postStart hook does, where a manifest has one. */
  readonly postStart?: Hook
  /** What its preStop hook does, where a manifest has one. */
  readonly preStop?: Hook
  /** How long it takes to exit when asked to; killed with code 137 at the end of its grace. Default 0.1 s. */
  readonly stop?: Timing
  /** What it exits with when it is asked to. 0 to 255, default 0. */
  readonly stopExitCode?: number
  /**
   * How much memory it uses while it runs. Once that is more than its limit it is OOMKilled (code 137); what all pods of
   * a node use together leads to memory pressure there. Default 0.
   */
  readonly memory?: Usage
  /** Why it exited after `run`, such as `OOMKilled`. Default: Completed, or Error with an exitCode. */
  readonly exitReason?: string
  /** What it has written to its terminationMessagePath when it exits after `run`; 4,096 characters at most are read. */
  readonly message?: string
  /** The lines it prints in each of its runs, from the beginning on. */
  readonly log?: readonly string[]
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
  readonly answers: readonly ResolvedAnswer[]
  readonly postStart: ResolvedHook
  readonly preStop: ResolvedHook
  readonly stop: Distribution
  readonly stopExitCode: number
  /** In bytes; undefined: none. */
  readonly memory: Curve | undefined
  readonly exitReason: string | undefined
  readonly message: string
  readonly log: readonly string[]
}

export interface ResolvedHook {
  readonly takes: Distribution
  readonly fails: boolean
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
  'answers',
  'postStart',
  'preStop',
  'stop',
  'stopExitCode',
  'memory',
  'exitReason',
  'message',
  'log',
]
const hookFields: readonly string[] = ['takes', 'fails']

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
  checkFields(behaviour, path, 'a behaviour', fields)
  const { image, pull, pullError, start, run, exitCode, ready, stop, stopExitCode, memory } = behaviour
  if (typeof image !== 'string' || image === '')
    throw refuse(`${path}.image`, image, 'an image pattern such as "web:*"')
  const resolved = {
    pull: pull === undefined ? undefined : timing(pull, `${path}.pull`),
    pullError: words(pullError, `${path}.pullError`, 'a message'),
    start: start === undefined ? undefined : timing(start, `${path}.start`),
    run: run === undefined ? undefined : run === 'forever' ? Infinity : timing(run, `${path}.run`),
    exitCode: code(exitCode, `${path}.exitCode`),
    ready: ready === false ? Infinity : timing(ready ?? 0, `${path}.ready`),
    answers: resolveAnswers(behaviour.answers, `${path}.answers`),
    postStart: hook(behaviour.postStart, `${path}.postStart`),
    preStop: hook(behaviour.preStop, `${path}.preStop`),
    stop: timing(stop ?? 100, `${path}.stop`),
    stopExitCode: code(stopExitCode, `${path}.stopExitCode`),
    memory: memory === undefined ? undefined : resolveUsage(memory, `${path}.memory`),
    exitReason: words(behaviour.exitReason, `${path}.exitReason`, 'a reason such as "OOMKilled"'),
    message: words(behaviour.message, `${path}.message`, 'a message') ?? '',
    log: lines(behaviour.log, `${path}.log`),
  }
  return { matches: globMatcher(image), resolved }
}

function words(value: string | undefined, path: string, expected: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw refuse(path, value, expected)
}

function lines(value: readonly string[] | undefined, path: string): readonly string[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value
  throw refuse(path, value, 'a list of lines')
}

function hook(value: Hook | undefined, path: string): ResolvedHook {
  if (value === undefined) return { takes: 0, fails: false }
  checkFields(value, path, 'a hook such as { takes: "5s" }', hookFields)
  const { takes = 0, fails = false } = value
  if (typeof fails !== 'boolean') throw refuse(`${path}.fails`, fails, 'true or false')
  return { takes: timing(takes, `${path}.takes`), fails }
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

function code(value: number | undefined, path: string): number {
  if (value === undefined) return 0
  if (Number.isInteger(value) && value >= 0 && value <= 255) return value
  throw refuse(path, value, 'an exit code from 0 to 255')
}
