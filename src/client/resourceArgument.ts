/** What people call resources: `po`, `deploy`, `deployments.apps`, `Pod`. Mirrors ParseResourceArg and the REST mapper of apimachinery. */
import { badRequest } from '../api/errors.ts'
import { byCodeUnit } from '../api/order.ts'
import { said } from '../api/said.ts'
import type { Resource } from '../registries/records.ts'

/**
 * The resource that a word means, in upper or lower case: its plural, singular, kind or a short name, alone or with its
 * group (`deployments.apps`; the beginning of a group is enough) or version and group (`deployments.v1.apps`). Of
 * several, the first that is served. Throws BadRequest.
 */
export function resourceNamed(all: readonly Resource[], word: string): Resource {
  const [name, ...rest] = word.toLowerCase().split('.')
  const named = all.filter(({ definition }) => isCalled(definition, name!))
  const suffix = rest.join('.')
  const found =
    suffix === ''
      ? named[0]
      : (named.find(({ definition: { group, version } }) => suffix === group || suffix === `${version}.${group}`) ??
        named.find(({ definition: { group } }) => group.startsWith(suffix)))
  if (found === undefined) throw badRequest(`the server doesn't have a resource type "${word}"`)
  return found
}

/** Each resource of a list such as `po,svc` or `all`, once. Throws BadRequest. */
export function resourcesNamed(all: readonly Resource[], words: unknown): readonly Resource[] {
  if (typeof words !== 'string' || words === '')
    throw badRequest(`expected the name of a resource, such as "pods", got ${said(words)}`)
  return [...new Set(words.split(',').flatMap((word) => inCategory(all, word) ?? resourceNamed(all, word)))]
}

/** Those of a category, by group and name; kinds of users come last, each in one version. Undefined where there are none. */
function inCategory(all: readonly Resource[], word: string): readonly Resource[] | undefined {
  const found = all.filter(({ definition }) => definition.categories?.includes(word))
  const once = found.filter((one, i) => found.findIndex(({ key }) => key === one.key) === i)
  const place = ({ definition: { schema, group, plural } }: Resource): string =>
    `${schema === undefined ? 0 : 1} ${group} ${plural}`
  return once.length === 0 ? undefined : once.sort((a, b) => byCodeUnit(place(a), place(b)))
}

function isCalled({ plural, singular, kind, shortNames }: Resource['definition'], name: string): boolean {
  return plural === name || singular === name || kind.toLowerCase() === name || shortNames.includes(name)
}
