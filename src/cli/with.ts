import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Option } from 'commander'
import { definitionFields, type Definitions } from '../definitions.ts'
import { Refused } from './output.ts'

type Lists = { -readonly [K in keyof Definitions]?: unknown[] }

/** `--with MODULE`, which can be repeated. */
export function withOption(): Option {
  return new Option(
    '--with <MODULE>',
    'a module that exports the definitions of the cluster: lists controllers, plugins, strategies, policies; can be repeated',
  ).argParser((path: string, before: readonly string[] = []) => [...before, path])
}

/**
 * The definitions that modules export: lists named controllers, plugins, strategies and policies, each by itself or in
 * the default export. Throws Refused.
 */
export async function definitionsOf(paths: readonly string[] = []): Promise<Definitions> {
  const all: Lists = {}
  for (const path of paths) {
    const found = listsOf(await moduleAt(path))
    if (Object.keys(found).length === 0)
      throw new Refused(`error: ${path} exports none of ${definitionFields.join(', ')}`)
    for (const field of definitionFields) {
      const list = found[field]
      if (list === undefined) continue
      if (!Array.isArray(list)) throw new Refused(`error: ${path}: ${field}: expected a list`)
      all[field] = [...(all[field] ?? []), ...list]
    }
  }
  return all as Definitions
}

async function moduleAt(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>
  } catch (error) {
    throw new Refused(`error: ${path} cannot be imported: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function listsOf(module: Record<string, unknown>): Lists {
  const { default: whole } = module
  const both = { ...(typeof whole === 'object' ? whole : undefined), ...module } as Record<string, unknown>
  return Object.fromEntries(definitionFields.filter((field) => field in both).map((field) => [field, both[field]]))
}
