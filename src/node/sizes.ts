/** CPU and memory of a pod's containers, and of the pod as a whole: what of a spec a resize changes. */
import { compareAmounts } from '../api/quantity.ts'
import type { Container, PodSpec, ResourceRequirements } from '../api/types/core.ts'
import { equal } from '../registries/equal.ts'
import { containerAt } from './podRuntimes.ts'

type Amounts = Readonly<Record<string, string>>

const NONE: ResourceRequirements = Object.freeze({})
const LISTS = ['initContainers', 'containers'] as const
const NAMES = ['cpu', 'memory'] as const

/** Whether two lists of resources say the same of cpu and memory. */
export function sameSize(a: ResourceRequirements = NONE, b: ResourceRequirements = NONE): boolean {
  if (a === b) return true
  return NAMES.every((name) => sameAmount(name, a, b))
}

/** Whether two lists of resources say the same of one, however they write it: 1Gi is 1073741824. */
export function sameAmount(name: string, a: ResourceRequirements = NONE, b: ResourceRequirements = NONE): boolean {
  return isSame(a.requests?.[name], b.requests?.[name]) && isSame(a.limits?.[name], b.limits?.[name])
}

function isSame(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && compareAmounts(a, b) === 0)
}

/** The same of all containers of two specs, which have the same ones, and of the pods as wholes. */
export function sameSizes(a: PodSpec, b: PodSpec): boolean {
  if (a === b) return true
  if (!sameSize(a.resources, b.resources)) return false
  return LISTS.every((list) => {
    const [own = [], others = []] = [a[list], b[list]]
    return own === others || own.every(({ resources }, place) => sameSize(resources, others[place]?.resources))
  })
}

/** A spec with the sizes of another; the other itself where nothing else differs. */
export function withSizesOf(spec: PodSpec, sizes: PodSpec): PodSpec {
  if (sameSizes(spec, sizes)) return equal(spec, sizes) ? sizes : spec
  const { resources, initContainers } = spec
  const made = {
    ...spec,
    containers: sized(spec.containers, sizes.containers),
    ...(initContainers !== undefined && { initContainers: sized(initContainers, sizes.initContainers) }),
    ...((resources ?? sizes.resources) !== undefined && { resources: withSize(resources, sizes.resources) }),
  }
  if (sizes.resources === undefined) delete (made as { resources?: unknown }).resources
  return equal(made, sizes) ? sizes : made
}

/** A spec whose containers in some places, init containers first, have the sizes of another's. */
export function sizedAt(spec: PodSpec, sizes: PodSpec, places: readonly number[]): PodSpec {
  const inits = spec.initContainers?.length ?? 0
  const at = (from: number) => (container: Container, place: number) =>
    places.includes(from + place)
      ? { ...container, resources: withSize(container.resources, containerAt({ spec: sizes }, from + place).resources) }
      : container
  return {
    ...spec,
    containers: spec.containers.map(at(inits)),
    ...(spec.initContainers !== undefined && { initContainers: spec.initContainers.map(at(0)) }),
  }
}

function sized(containers: readonly Container[], sizes: readonly Container[] = []): readonly Container[] {
  return containers.map((container, place) => {
    const other = sizes[place]?.resources
    if (sameSize(container.resources, other)) return container
    return { ...container, resources: withSize(container.resources, other) }
  })
}

/** Resources with the cpu and memory of others. */
function withSize(
  { requests, limits, ...rest }: ResourceRequirements = NONE,
  other: ResourceRequirements = NONE,
): ResourceRequirements {
  const [newLimits, newRequests] = [amounts(limits, other.limits), amounts(requests, other.requests)]
  return {
    ...rest,
    ...(newLimits !== undefined && { limits: newLimits }),
    ...(newRequests !== undefined && { requests: newRequests }),
  }
}

/** By name, as the API server writes them. */
function amounts(own: Amounts | undefined, sizes: Amounts | undefined): Amounts | undefined {
  const merged: Record<string, string | undefined> = { ...own, cpu: sizes?.['cpu'], memory: sizes?.['memory'] }
  const kept = Object.keys(merged)
    .sort()
    .flatMap((name): [string, string][] => (merged[name] === undefined ? [] : [[name, merged[name]]]))
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}
