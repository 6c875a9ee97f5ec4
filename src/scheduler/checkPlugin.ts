/** What a user hands in as a plugin is one. */
import { badRequest } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'

const functions = [
  'preEnqueue',
  'less',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'normalize',
  'reserve',
  'unreserve',
  'permit',
  'preBind',
  'postBind',
] as const
const fields: ReadonlySet<string> = new Set(['name', 'scope', 'watches', 'bound', ...functions])

/** Throws BadRequest for what is no plugin. */
export function checkPlugin(plugin: unknown, path: string): void {
  if (!isObject(plugin)) throw badRequest(`${path}: expected a plugin, got ${said(plugin)}`)
  checkFields(plugin as Readonly<Record<string, unknown>>, path)
}

function checkFields(plugin: Readonly<Record<string, unknown>>, path: string): void {
  const { name, scope, watches } = plugin
  if (typeof name !== 'string' || name === '') throw badRequest(`${path}.name: expected a name, got ${said(name)}`)
  const unknown = Object.keys(plugin).find((field) => !fields.has(field))
  if (unknown !== undefined) throw badRequest(`${path}.${unknown}: unknown; expected one of ${[...fields].join(', ')}`)
  const wrong = functions.find((field) => plugin[field] !== undefined && typeof plugin[field] !== 'function')
  if (wrong !== undefined) throw badRequest(`${path}.${wrong}: expected a function, got ${said(plugin[wrong])}`)
  if (scope !== undefined && scope !== 'node') throw badRequest(`${path}.scope: expected 'node', got ${said(scope)}`)
  if (watches !== undefined && !(Array.isArray(watches) && watches.every((kind) => typeof kind === 'string')))
    throw badRequest(`${path}.watches: expected a list of kinds such as "v1/ConfigMap", got ${said(watches)}`)
  checkBound(plugin, path)
  if (functions.every((field) => plugin[field] === undefined))
    throw badRequest(`${path}: plugin ${JSON.stringify(name)} has none of ${functions.join(', ')}`)
}

function checkBound({ bound, scope, score, normalize }: Readonly<Record<string, unknown>>, path: string): void {
  if (bound === undefined) return
  const isBound = typeof bound === 'function' || (typeof bound === 'number' && bound >= 0 && bound <= 100)
  if (!isBound) throw badRequest(`${path}.bound: expected a number from 0 to 100 or a function, got ${said(bound)}`)
  if (scope !== 'node' || score === undefined || normalize !== undefined)
    throw badRequest(`${path}.bound: expected only with scope 'node' and a score that is not normalized`)
}
