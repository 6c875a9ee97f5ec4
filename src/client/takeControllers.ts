import { badRequest } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import { nearestName } from '../api/schema/nearest.ts'
import { definitions } from '../registries/all.ts'
import type { ResourceDefinition } from '../registries/definition.ts'
import type { Controller, ControllerWatch } from './defineController.ts'

const watchFields: readonly string[] = Object.freeze(['kind', 'keys', 'index'])

/**
 * Definitions of controllers as a user gave them, copied: whoever holds one may change it later. `taken` are the names
 * of the other components. Throws BadRequest that names the field.
 */
export function takeControllers(given: readonly unknown[], path: string, taken: readonly string[]): Controller[] {
  const names = new Set(taken)
  return given.map((one, index) => {
    const controller = takeController(one, `${path}[${index}]`)
    const { name } = controller
    for (const process of namesOf(name, controller.replicas)) {
      if (names.has(process)) throw badRequest(`${path}[${index}].name: Duplicate value: ${JSON.stringify(process)}`)
      names.add(process)
    }
    return controller
  })
}

function takeController(given: unknown, path: string): Controller {
  if (!isObject(given)) throw badRequest(`${path}: expected a controller, see defineController; got ${said(given)}`)
  const { name, watches, reconcile, replicas } = given as { readonly [K in keyof Controller]?: unknown }
  if (typeof name !== 'string' || name === '') throw badRequest(`${path}.name: expected a name, got ${said(name)}`)
  if (typeof reconcile !== 'function')
    throw badRequest(`${path}.reconcile: expected a function of a key and a context, got ${said(reconcile)}`)
  if (!Array.isArray(watches) || watches.length === 0)
    throw badRequest(`${path}.watches: expected at least one { kind }, got ${said(watches)}`)
  checkReplicas(replicas, `${path}.replicas`)
  return {
    name,
    ...(replicas === undefined ? {} : { replicas }),
    watches: watches.map((watch: unknown, index) => takeWatch(watch, `${path}.watches[${index}]`)),
    // A controller may be an object of a class.
    reconcile: (reconcile as Controller['reconcile']).bind(given),
  }
}

function takeWatch(given: unknown, path: string): ControllerWatch {
  if (!isObject(given)) throw badRequest(`${path}: expected { kind, keys?, index? }, got ${said(given)}`)
  const unknown = Object.keys(given).find((field) => !watchFields.includes(field))
  if (unknown !== undefined) throw badRequest(`${path}.${unknown}: unknown; expected one of ${watchFields.join(', ')}`)
  const { kind, keys, index } = given as { readonly [K in keyof ControllerWatch]?: unknown }
  checkKind(kind, `${path}.kind`)
  for (const [field, value] of Object.entries({ keys, index })) {
    if (value !== undefined && typeof value !== 'function')
      throw badRequest(`${path}.${field}: expected a function, got ${said(value)}`)
  }
  return { kind, keys, index } as ControllerWatch
}

function checkKind(kind: unknown, path: string): void {
  if (typeof kind !== 'string') throw badRequest(`${path}: expected a kind such as "v1/Pod", got ${said(kind)}`)
  const definition = definitions.find((one) => kindOf(one) === kind)
  if (definition?.verbs.includes('watch') === true) return
  if (definition === undefined && isCustom(kind)) return
  if (definition !== undefined) throw badRequest(`${path}: objects of kind ${JSON.stringify(kind)} cannot be watched`)
  const nearest = nearestName(kind, definitions.map(kindOf))
  const meant = nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`
  const slash = kind.lastIndexOf('/')
  const sought = `kind ${JSON.stringify(kind.slice(slash + 1))} in version ${JSON.stringify(kind.slice(0, Math.max(slash, 0)))}`
  throw badRequest(`${path}: no matches for ${sought}${meant}`)
}

/** Whether a kind is of a group that only a CustomResourceDefinition can serve; it may come later than the controller. */
function isCustom(kind: string): boolean {
  const [group = '', version, name, ...more] = kind.split('/')
  if (!group.includes('.') || !version || !name || more.length > 0) return false
  return !definitions.some((definition) => definition.group === group)
}

function kindOf({ group, version, kind }: ResourceDefinition): string {
  return group === '' ? `${version}/${kind}` : `${group}/${version}/${kind}`
}

/** Most that make sense, and some. */
const mostReplicas = 100

/** Throws BadRequest for what is no number of replicas. */
export function checkReplicas(replicas: unknown, path: string): asserts replicas is number | undefined {
  if (replicas === undefined) return
  if (!Number.isInteger(replicas) || (replicas as number) < 1 || (replicas as number) > mostReplicas)
    throw badRequest(`${path}: expected a whole number from 1 to ${mostReplicas}, got ${said(replicas)}`)
}

/** The names of something and of its processes, where there are several: `name-0`, `name-1`, … */
export function namesOf(name: string, replicas = 1): string[] {
  return replicas === 1 ? [name] : [name, ...Array.from({ length: replicas }, (_, index) => `${name}-${index}`)]
}
