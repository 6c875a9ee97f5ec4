import { badRequest, isStatusError } from './api/errors.ts'
import { isObject } from './api/object.ts'
import { said } from './api/said.ts'
import type { Controller } from './client/defineController.ts'
import type { ClusterOptions } from './options.ts'
import { isPolicy, isStrategy, policyOf, strategyOf } from './scheduler/named.ts'
import type { Policy } from './scheduler/policy.ts'
import type { SchedulerOptions } from './scheduler/schedulerOptions.ts'
import type { Strategy } from './scheduler/strategy.ts'
import type { Plugin } from './scheduler/userPlugin.ts'

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
  readonly profiles?: readonly SchedulerData[]
}

/** What may be wrong with the definitions that are given. */
export interface Leniency {
  /** Definitions may be missing: whoever is only read can do without. */
  readonly lack?: boolean
  /** There may be definitions that nobody asks for. */
  readonly extra?: boolean
}

/**
 * The options that `data` tells, with their definitions; `who` is who tells them. Throws BadRequest where a definition
 * is missing, or was given that nobody asks for.
 */
export function optionsOf(
  who: string,
  data: OptionsData,
  given: Definitions,
  { lack = false, extra = false }: Leniency = {},
): ClusterOptions {
  const { controllers, schedulers, ...plain } = data
  const all: All = {
    controllers: new Named(who, 'controllers', given.controllers, lack),
    plugins: new Named(who, 'plugins', given.plugins, lack),
    strategies: new Named(who, 'strategies', given.strategies, lack),
    policies: new Named(who, 'policies', given.policies, lack),
  }
  const options = {
    ...plain,
    ...(controllers !== undefined && { controllers: all.controllers.all(controllers) }),
    ...(schedulers !== undefined && {
      schedulers: listOf<SchedulerData>(who, 'schedulers', schedulers).map((one, index) =>
        schedulerOf(who, one, `schedulers[${index}]`, all),
      ),
    }),
  } as ClusterOptions
  if (!extra) for (const field of definitionFields) all[field].refuseUnused()
  return options
}

/** Options of which `journalOptions` tells `data` again, though their definitions are not there. */
export function standingIn(data: OptionsData): ClusterOptions {
  const { controllers, schedulers } = data as {
    readonly controllers?: readonly string[]
    readonly schedulers?: readonly SchedulerData[]
  }
  const named = (names: readonly string[]): { readonly name: string }[] => names.map((name) => ({ name }))
  const standing = ({ plugins, profiles, ...rest }: SchedulerData): object => ({
    ...rest,
    ...(plugins && { plugins: named(plugins) }),
    ...(profiles && { profiles: profiles.map(standing) }),
  })
  return {
    ...data,
    ...(controllers && { controllers: named(controllers) }),
    ...(schedulers && {
      schedulers: schedulers.map(standing),
    }),
  } as OptionsData as ClusterOptions
}

interface All {
  readonly controllers: Named<Controller>
  readonly plugins: Named<Plugin>
  readonly strategies: Named<Strategy>
  readonly policies: Named<Policy>
}

const singular = { controllers: 'controller', plugins: 'plugin', strategies: 'strategy', policies: 'policy' } as const

/** What is known by name though nobody has given it. */
interface BuiltIn<D> {
  readonly isBuiltIn: (name: string) => boolean
  /** Throws BadRequest for options that it does not know. */
  readonly make: (data: D) => unknown
}

/** Definitions of one sort by their names. */
class Named<T extends { readonly name: string }> {
  private readonly asked = new Set<string>()

  constructor(
    private readonly who: string,
    private readonly field: keyof Definitions,
    private readonly given: readonly T[] = [],
    private readonly mayLack: boolean,
  ) {
    for (const [index, definition] of listOf(who, field, given).entries()) {
      if (!isObject(definition)) throw badRequest(`${field}[${index}]: expected a definition, got ${said(definition)}`)
    }
  }

  find(name: string): T | undefined {
    this.asked.add(name)
    return this.given.find((definition) => definition.name === name)
  }

  /** Those of these names. Throws BadRequest for one that was not given. */
  all(names: unknown): readonly T[] {
    return listOf<string>(this.who, this.field, names).flatMap((name) => {
      const found = this.find(name)
      if (found !== undefined) return [found]
      if (this.mayLack) return []
      throw this.missing(name)
    })
  }

  /** That of the name, or the data where it is built in. Throws BadRequest where nobody knows it. */
  one<D extends { readonly name: string }>(data: D, { isBuiltIn, make }: BuiltIn<D>): T | D | undefined {
    const found = this.find(data.name)
    if (found !== undefined) return found
    if (!isBuiltIn(data.name)) {
      if (this.mayLack) return undefined
      throw this.missing(data.name)
    }
    try {
      make(data)
      return data
    } catch (error) {
      throw isStatusError(error) ? badRequest(`${this.who}: ${error.status.message}`) : error
    }
  }

  private missing(name: string): Error {
    const what = `${singular[this.field]} ${JSON.stringify(name)}`
    return badRequest(`${this.who} needs a definition of ${what}; pass it in ${this.field}`)
  }

  refuseUnused(): void {
    const { who, field } = this
    const unused = this.given.find(({ name }) => !this.asked.has(name))
    if (unused === undefined) return
    throw badRequest(`${field}: ${who} has no ${singular[field]} ${JSON.stringify(unused.name)}; leave it out`)
  }
}

function schedulerOf(who: string, given: SchedulerData, path: string, all: All): SchedulerOptions {
  if (!isObject(given)) throw badRequest(`${path}: expected an object, got ${said(given)}`)
  const { strategy, policy, plugins, profiles, ...data } = given
  const own = {
    strategy: strategy && all.strategies.one(strategy, { isBuiltIn: isStrategy, make: strategyOf }),
    policy: policy && all.policies.one(policy, { isBuiltIn: isPolicy, make: policyOf }),
    plugins: plugins && all.plugins.all(plugins),
    profiles:
      profiles &&
      listOf<SchedulerData>(who, `${path}.profiles`, profiles).map((one, index) =>
        schedulerOf(who, one, `${path}.profiles[${index}]`, all),
      ),
  }
  const stated = Object.entries(own).filter(([, value]) => value !== undefined)
  return { ...data, ...(Object.fromEntries(stated) as Partial<SchedulerOptions>) }
}

function listOf<T>(who: string, field: string, value: unknown): readonly T[] {
  if (Array.isArray(value)) return value as readonly T[]
  throw badRequest(`${who}: ${field}: expected a list, got ${said(value)}`)
}
