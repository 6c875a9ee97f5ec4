/** `kubectl describe`. Mirrors Run of k8s.io/kubectl/pkg/cmd/describe/describe.go. */
import { callOptions } from '../../api/callOptions.ts'
import { badRequest, isStatusError } from '../../api/errors.ts'
import type { KubeObject } from '../../api/meta.ts'
import { said } from '../../api/said.ts'
import { tabbed } from '../../api/tabbed.ts'
import type { Resource } from '../../registries/records.ts'
import type { Lookup, LookupOptions } from '../lookup.ts'
import { checkNames } from '../names.ts'
import { resourceNamed, resourcesNamed } from '../resourceArgument.ts'
import { type Around, aroundOf } from './around.ts'
import { describerOf } from './describers.ts'
import { eventLines } from './events.ts'

export interface DescribeOptions extends Pick<LookupOptions, 'labelSelector'> {
  /** Where it stands; `default` unless given. Without effect on resources without namespaces. */
  readonly namespace?: string | undefined
  /** Of every namespace, where no name is given. */
  readonly allNamespaces?: boolean | undefined
}

const known = ['namespace', 'allNamespaces', 'labelSelector'] as const

/**
 * `pod/web-1` is one object; `pod web` the one of that name, or else all whose names begin so; `pods` are all, as are
 * those of `po,svc` and of `all`. Throws BadRequest and NotFound.
 */
export function describeRef(lookup: Lookup, ref: string, given: DescribeOptions | undefined): string {
  const options: DescribeOptions = callOptions('describe', given, known)
  checkNames(options)
  const { type, name, isPrefix } = parseRef(ref)
  const around = aroundOf(lookup)
  const resources =
    name === undefined ? resourcesNamed(lookup.resources, type) : [resourceNamed(lookup.resources, type)]
  const found = resources.flatMap((resource) => {
    const objects =
      name === undefined
        ? everyObject(lookup, resource, options)
        : namedObjects(lookup, resource, name, isPrefix, options)
    return objects.map((object) => ({ resource, object }))
  })
  if (found.length === 0) return nothingFound(options)
  const texts = found.map(({ resource, object }) => descriptionOf(resource, object, around, found.length === 1))
  return texts.join(isPrefix ? '\n' : '\n\n')
}

/** The text about one object. kubectl leaves events out where it describes several. */
function descriptionOf({ definition }: Resource, object: KubeObject, around: Around, isOnly: boolean): string {
  const { describe, withEvents } = describerOf(definition)
  return tabbed([...describe(object, around), ...(withEvents && isOnly ? eventLines(object, around) : [])])
}

interface Ref {
  readonly type: string
  readonly name: string | undefined
  readonly isPrefix: boolean
}

function parseRef(ref: unknown): Ref {
  const match = typeof ref === 'string' ? /^([^\s/]+)(?:([/\s])([^\s/]+))?$/u.exec(ref) : null
  if (match === null) throw badRequest(`expected a reference such as "pod/web-1", got ${said(ref)}`)
  return { type: match[1]!, name: match[3], isPrefix: match[2] === ' ' }
}

function everyObject(lookup: Lookup, resource: Resource, options: DescribeOptions): readonly KubeObject[] {
  const { namespace = 'default', allNamespaces = false, labelSelector } = options
  return lookup.list(resource, { namespace: allNamespaces ? undefined : namespace, labelSelector })
}

function namedObjects(
  lookup: Lookup,
  resource: Resource,
  name: string,
  isPrefix: boolean,
  { namespace = 'default', allNamespaces = false, labelSelector }: DescribeOptions,
): readonly KubeObject[] {
  if (labelSelector !== undefined) throw badRequest('name cannot be provided when a selector is specified')
  if (allNamespaces) throw badRequest('a resource cannot be retrieved by name across all namespaces')
  try {
    return [lookup.get(resource, namespace, name)]
  } catch (error) {
    if (!isPrefix || !isStatusError(error, 'NotFound')) throw error
    const found = lookup.list(resource, { namespace }).filter(({ metadata }) => metadata.name.startsWith(name))
    if (found.length === 0) throw error
    return found
  }
}

/** Of kinds without namespaces too, kubectl names the one where it looked. */
function nothingFound({ namespace = 'default', allNamespaces }: DescribeOptions): string {
  return allNamespaces === true ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`
}
