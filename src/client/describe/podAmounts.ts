/**
 * What a pod requests and may use at most, as quantities. Mirrors PodRequests and PodLimits of
 * staging/src/k8s.io/component-helpers/resource/helpers.go.
 */
import { add, amountsOf, exact, raise, type Amounts, type Side } from '../../api/containerAmounts.ts'
import { isPodLevel, podTotal } from '../../api/podTotal.ts'
import type { Container, ContainerStatus, Pod, ResourceRequirements } from '../../api/types/core.ts'

/** `withStatus`: counts what containers were given already where that is more, as while a pod is resized. */
export function podAmounts(pod: Pod, side: Side, withStatus: boolean): Amounts {
  const { initContainers = [], resources, overhead } = pod.spec
  const isPassing = (one: Container): boolean => one.restartPolicy !== 'Always' && initContainers.includes(one)
  const of = (one: Container): Amounts => (withStatus && !isPassing(one) ? given(pod, one, side) : asked(one, side))
  const total = podTotal(pod.spec, of, exact)
  for (const [name, amount] of amountsOf(resources?.[side])) if (isPodLevel(name)) total.set(name, amount)
  for (const [name, amount] of amountsOf(overhead)) {
    if (side === 'requests' || (total.get(name)?.nano ?? 0n) !== 0n) add(total, new Map([[name, amount]]))
  }
  return total
}

function asked({ resources }: Container, side: Side): Amounts {
  return amountsOf(resources?.[side])
}

function given({ spec, status }: Pod, container: Container, side: Side): Amounts {
  const isInit = spec.initContainers?.includes(container) === true
  const statuses: readonly ContainerStatus[] = (isInit ? status.initContainerStatuses : status.containerStatuses) ?? []
  const found = statuses.find(({ name }) => name === container.name)
  if (found?.resources === undefined) return asked(container, side)
  const pending = status.conditions?.find(({ type }) => type === 'PodResizePending')
  const amounts = pending?.reason === 'Infeasible' ? new Map() : asked(container, side)
  raise(amounts, amountsOf((found.resources as ResourceRequirements)[side]))
  if (side === 'requests') raise(amounts, amountsOf(found.allocatedResources))
  return amounts
}
