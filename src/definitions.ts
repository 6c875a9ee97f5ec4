import { badRequest } from './api/errors.ts'
import { said } from './api/said.ts'
import type { Controller } from './client/defineController.ts'
import type { ClusterOptions } from './options.ts'
import { policyOf, strategyOf } from './scheduler/named.ts'
import type { Plugin } from './scheduler/plugin.ts'
import type { Policy } from './scheduler/policy.ts'
import type { SchedulerOptions } from './scheduler/scheduler.ts'
import type { Strategy } from './scheduler/strategy.ts'

/** The same definitions that a cluster was made with: its journal, and what it is saved as, only name them. */
export interface Definitions {
  readonly controllers?: readonly Controller[] | undefined
  readonly plugins?: readonly Plugin[] | undefined
  /** Beside the built-in ones. */
  readonly strategies?: readonly Strategy[] | undefined
  readonly policies?: readonly Policy[] | undefined
}

export const definitionFields = ['controllers', 'plugins', 'strategies', 'policies'] as const

/** Options as data (see journalOptions): of what has code in it the name. */
type OptionsData = Readonly<Record<string, unknown>>

/** A scheduler as data. */
interface SchedulerData {
  readonly strategy?: { readonly name: string }
  readonly policy?: { readonly name: string }
  readonly plugins?: readonly string[]
}

/**
 * The options that `data` tells, with their definitions; `who` is who tells them. Throws BadRequest where a definition
 * is missing, or was given that nobody asks for.
 */
export function optionsOf(who: string, data: OptionsData, given: Definitions): ClusterOptions {
  const { controllers, schedulers, ...plain } = data
  const all = definitionsOf(who, given)
  const made = {
    ...plain,
    ...(controllers !== undefined && {
      controllers: listOf<string>(who, 'controllers', controllers).map(all.controllers.need),
    }),
    ...(schedulers !== undefined && {
      schedulers: listOf<SchedulerData>(who, 'schedulers', schedulers).map((one) => schedulerOf(who, one, all)),
    }),
  } as ClusterOptions
  for (const field of definitionFields) all[field].refuseUnused()
  return made
}

type All = ReturnType<typeof definitionsOf>

function definitionsOf(who: string, given: Definitions) {
  return {
    controllers: named(who, 'controllers', given.controllers),
    plugins: named(who, 'plugins', given.plugins),
    strategies: named(who, 'strategies', given.strategies),
    policies: named(who, 'policies', given.policies),
  }
}

/** Definitions of one sort by their names. */
interface Named<T> {
  /** Throws BadRequest for one that was not given. */
  readonly need: (name: string) => T
  readonly find: (name: string) => T | undefined
  readonly refuseUnused: () => void
}

const singular = { controllers: 'controller', plugins: 'plugin', strategies: 'strategy', policies: 'policy' } as const

function named<T extends { readonly name: string }>(
  who: string,
  field: keyof Definitions,
  given: readonly T[] | undefined,
): Named<T> {
  if (given !== undefined && !Array.isArray(given)) throw badRequest(`${field}: expected a list, got ${said(given)}`)
  const asked = new Set<string>()
  const find = (name: string): T | undefined => {
    asked.add(name)
    return given?.find((definition) => definition.name === name)
  }
  return {
    find,
    need: (name) => {
      const found = find(name)
      if (found !== undefined) return found
      throw badRequest(`${who} needs a definition of ${singular[field]} ${JSON.stringify(name)}; pass it in ${field}`)
    },
    refuseUnused: () => {
      const unused = given?.find(({ name }) => !asked.has(name))
      if (unused !== undefined)
        throw badRequest(`${field}: ${who} has no ${singular[field]} ${JSON.stringify(unused.name)}; leave it out`)
    },
  }
}

function schedulerOf(who: string, { strategy, policy, plugins, ...data }: SchedulerData, all: All): SchedulerOptions {
  const own = strategy && (all.strategies.find(strategy.name) ?? strategy)
  const policyGiven = policy && (all.policies.find(policy.name) ?? policy)
  if (own !== undefined) strategyOf(own)
  if (policyGiven !== undefined) policyOf(policyGiven)
  return {
    ...data,
    ...(own !== undefined && { strategy: own as Strategy }),
    ...(policyGiven !== undefined && { policy: policyGiven as Policy }),
    ...(plugins !== undefined && { plugins: listOf<string>(who, 'plugins', plugins).map(all.plugins.need) }),
  }
}

function listOf<T>(who: string, field: string, value: unknown): readonly T[] {
  if (Array.isArray(value)) return value as readonly T[]
  throw badRequest(`${who}: ${field}: expected a list, got ${said(value)}`)
}
