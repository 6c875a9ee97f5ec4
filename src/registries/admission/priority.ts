/** Resolves a pod's priority from its PriorityClass. Mirrors plugin/pkg/admission/priority/admission.go. */
import type { PodSpec } from '../../api/types/core.ts'
import type { PriorityClass } from '../../api/types/scheduling.ts'
import type { Draft } from '../defaults/mutable.ts'
import type { Surroundings } from '../definition.ts'
import { PRIORITY_CLASSES, defaultPriorityClass } from '../priorityClasses.ts'

interface Resolved {
  readonly className: string | undefined
  readonly priority: number
  readonly preemptionPolicy: string
}

/** Gives a spec its priority, unless it has one, as on every update, or names a class that is not there. */
export function addPriority(draft: Draft<PodSpec>, around: Surroundings): void {
  const { priority, preemptionPolicy } = draft.value
  if (priority !== undefined && preemptionPolicy !== undefined) return
  const resolved = resolve(draft.value, around)
  if (resolved === undefined) return
  const { own } = draft
  if (resolved.className !== undefined) own.priorityClassName = resolved.className
  own.priority = priority ?? resolved.priority
  own.preemptionPolicy = preemptionPolicy ?? resolved.preemptionPolicy
}

/** What a new pod's spec may not say of its priority; undefined when there is nothing. */
export function priorityRefusal(spec: PodSpec, around: Surroundings): string | undefined {
  const { priorityClassName, priority, preemptionPolicy } = spec
  const resolved = resolve(spec, around)
  if (resolved === undefined) return `no PriorityClass with name ${priorityClassName ?? ''} was found`
  if (priority !== undefined && priority !== resolved.priority)
    return `the integer value of priority (${priority}) ${computed(resolved.priority)}`
  if (preemptionPolicy !== undefined && preemptionPolicy !== resolved.preemptionPolicy)
    return `the string value of PreemptionPolicy (${preemptionPolicy}) ${computed(resolved.preemptionPolicy)}`
  return undefined
}

function computed(value: number | string): string {
  return (
    'must not be provided in pod spec; priority admission controller ' +
    `computed ${value} from the given PriorityClass name`
  )
}

/** What the class that is named says, or the default class, or the default of clusters that have none. */
function resolve({ priorityClassName }: PodSpec, around: Surroundings): Resolved | undefined {
  const found = priorityClassName
    ? around.find<PriorityClass>(PRIORITY_CLASSES, '', priorityClassName)
    : defaultPriorityClass(around)
  if (found === undefined && priorityClassName) return undefined
  const { value = 0, preemptionPolicy = 'PreemptLowerPriority' } = found ?? {}
  return { className: found?.metadata.name, priority: value, preemptionPolicy }
}
