/** How much of a resource pods ask for and nodes have: thousandths of a core of `cpu`, whole units of all else. */
import { badRequest, isStatusError } from '../../api/errors.ts'
import type { Manifest } from '../../api/manifest.ts'
import type { Container, Node, Pod, PodSpec } from '../../api/types/core.ts'
import { type Amounts, amountsOf, podRequests } from '../../api/podRequests.ts'

/** What a pod asks for, by resource; one of `pods`. Throws BadRequest that names the pod. */
export function askedBy(pod: Manifest<Pod>): Amounts {
  return named('Pod', pod.metadata?.name, () => {
    const { cpuMilli, memoryBytes, storageBytes, extended } = podRequests(defaulted(pod.spec))
    const amounts: Amounts = new Map([
      ['cpu', cpuMilli],
      ['memory', memoryBytes],
      ['ephemeral-storage', storageBytes],
      ['pods', 1],
    ])
    for (const { name, amount } of extended) amounts.set(name, amount)
    return amounts
  })
}

/** What a node has for pods, by resource: what is allocatable, else its capacity. Throws BadRequest that names the node. */
export function offeredBy({ metadata, status }: Manifest<Node>): Amounts {
  const list = status?.allocatable ?? status?.capacity ?? {}
  return named('Node', metadata?.name, () => amountsOf(list as Readonly<Record<string, string>>))
}

/** What all nodes have of one resource. */
export function capacityOf(nodes: readonly Manifest<Node>[], resource: string): number {
  return nodes.reduce((sum, node) => sum + (offeredBy(node).get(resource) ?? 0), 0)
}

/** A share of a capacity; a whole number where only rounding keeps it from one, as with 1.1 × 1000. */
export function shareOf(capacity: number, share: number): number {
  const exact = capacity * share
  const whole = Math.round(exact)
  return Math.abs(exact - whole) < exact * 1e-12 ? whole : exact
}

function named<T>(kind: string, name: string | undefined, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw isStatusError(error) ? badRequest(`${kind} "${name ?? ''}": ${error.status.message}`) : error
  }
}

/** Requests that are not stated are as the limits: SetDefaults_Pod of pkg/apis/core/v1/defaults.go. */
function defaulted(spec: Manifest<PodSpec> = {}): PodSpec {
  const { containers = [], initContainers } = spec
  const made = { ...spec, containers: containers.map(withRequests) }
  return (
    initContainers === undefined ? made : { ...made, initContainers: initContainers.map(withRequests) }
  ) as PodSpec
}

function withRequests(container: Manifest<Container>): Manifest<Container> {
  const { resources } = container
  if (resources?.limits === undefined) return container
  return { ...container, resources: { ...resources, requests: { ...resources.limits, ...resources.requests } } }
}
