/**
 * What a pod requests and may use at most, as quantities. Mirrors PodRequests and PodLimits of
 * staging/src/k8s.io/component-helpers/resource/helpers.go.
 */
import { addQuantities, compareQuantities, parseQuantity, type Quantity } from '../../api/quantity.ts'
import type { Container, ContainerStatus, Pod, ResourceRequirements } from '../../api/types/core.ts'

export type Amounts = Map<string, Quantity>

type List = Readonly<Record<string, string>> | undefined
type Side = 'requests' | 'limits'

/** `withStatus`: counts what containers were given already where that is more, as while a pod is resized. */
export function podAmounts(pod: Pod, side: Side, withStatus: boolean): Amounts {
  const { containers, initContainers = [], resources, overhead } = pod.spec
  const amountsOf = withStatus ? (one: Container) => given(pod, one, side) : (one: Container) => asked(one, side)
  const total: Amounts = new Map()
  for (const container of containers) add(total, amountsOf(container))
  raise(total, startingAmounts(initContainers, total, amountsOf, side))
  for (const [name, amount] of listed(resources?.[side])) if (isPodLevel(name)) total.set(name, amount)
  for (const [name, amount] of listed(overhead)) {
    if (side === 'requests' || (total.get(name)?.nano ?? 0n) !== 0n) add(total, new Map([[name, amount]]))
  }
  return total
}

/** Init containers run one after the other, beside the sidecars before them, which count among the containers too. */
function startingAmounts(
  containers: readonly Container[],
  total: Amounts,
  amountsOf: (container: Container) => Amounts,
  side: Side,
): Amounts {
  const sidecars: Amounts = new Map()
  const most: Amounts = new Map()
  for (const container of containers) {
    const isSidecar = container.restartPolicy === 'Always'
    const own = isSidecar ? amountsOf(container) : asked(container, side)
    if (isSidecar) {
      add(total, own)
      add(sidecars, own)
      raise(most, sidecars)
    } else {
      add(own, sidecars)
      raise(most, own)
    }
  }
  return most
}

export function add(to: Amounts, more: Amounts): void {
  for (const [name, amount] of more) {
    const before = to.get(name)
    to.set(name, before === undefined ? amount : addQuantities(before, amount))
  }
}

function raise(to: Amounts, floor: Amounts): void {
  for (const [name, amount] of floor) {
    const before = to.get(name)
    if (before === undefined || compareQuantities(amount, before) > 0) to.set(name, amount)
  }
}

function asked({ resources }: Container, side: Side): Amounts {
  return listed(resources?.[side])
}

function given({ spec, status }: Pod, container: Container, side: Side): Amounts {
  const isInit = spec.initContainers?.includes(container) === true
  const statuses: readonly ContainerStatus[] = (isInit ? status.initContainerStatuses : status.containerStatuses) ?? []
  const found = statuses.find(({ name }) => name === container.name)
  if (found?.resources === undefined) return asked(container, side)
  const pending = status.conditions?.find(({ type }) => type === 'PodResizePending')
  const amounts = pending?.reason === 'Infeasible' ? new Map() : asked(container, side)
  raise(amounts, listed((found.resources as ResourceRequirements)[side]))
  if (side === 'requests') raise(amounts, listed(found.allocatedResources))
  return amounts
}

function listed(list: List): Amounts {
  const amounts: Amounts = new Map()
  for (const [name, text] of Object.entries(list ?? {})) {
    const amount = parseQuantity(text)
    if (amount !== undefined) amounts.set(name, amount)
  }
  return amounts
}

/** Which resources a pod may ask for as a whole, in place of its containers' sum. */
function isPodLevel(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')
}
