/** A container of whatever sort. */
import type { Container, EphemeralContainer, PodSpec } from '../../api/types/core.ts'

export type AnyContainer = Container | EphemeralContainer

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const

/** All containers of a pod with where they stand, in the order of VisitContainersWithPath of pkg/apis/core/pods. */
export function containersOf(
  spec: PodSpec,
  path: string,
): readonly { readonly container: AnyContainer; readonly at: string }[] {
  return LISTS.flatMap((list) =>
    (spec[list] ?? []).map((container: AnyContainer, i) => ({ container, at: `${path}.${list}[${i}]` })),
  )
}
