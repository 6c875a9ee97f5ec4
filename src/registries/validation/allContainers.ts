/** A container of whatever sort. */
import type { Container, EphemeralContainer, PodSpec } from '../../api/types/core.ts'

export type AnyContainer = Container | EphemeralContainer

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const

/** A container and where it stands, which hardly anybody asks. */
class Standing {
  constructor(
    readonly container: AnyContainer,
    private readonly list: string,
    private readonly index: number,
  ) {}

  get at(): string {
    return `${this.list}[${this.index}]`
  }
}

/** All containers of a pod with where they stand, in the order of VisitContainersWithPath of pkg/apis/core/pods. */
export function containersOf(spec: PodSpec, path: string): readonly Standing[] {
  const found: Standing[] = []
  for (const list of LISTS) {
    const containers = spec[list]
    if (containers === undefined) continue
    const place = `${path}.${list}`
    for (let i = 0; i < containers.length; i++) found.push(new Standing(containers[i]!, place, i))
  }
  return found
}
