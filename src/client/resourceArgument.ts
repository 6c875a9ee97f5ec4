/** What people call resources: `po`, `deploy`, `deployments.apps`, `Pod`. Mirrors ParseResourceArg and the REST mapper of apimachinery. */
import { badRequest } from '../api/errors.ts'
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

/** Each resource of a list such as `po,svc`, once. Throws BadRequest. */
export function resourcesNamed(all: readonly Resource[], words: unknown): readonly Resource[] {
  if (typeof words !== 'string' || words === '')
    throw badRequest(`expected the name of a resource, such as "pods", got ${said(words)}`)
  return [...new Set(words.split(',').map((word) => resourceNamed(all, word)))]
}

function isCalled({ plural, singular, kind, shortNames }: Resource['definition'], name: string): boolean {
  return plural === name || singular === name || kind.toLowerCase() === name || shortNames.includes(name)
}
