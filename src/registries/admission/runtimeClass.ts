/** What a pod's RuntimeClass adds to it. Mirrors plugin/pkg/admission/runtimeclass/admission.go. */
import { forbidden } from '../../api/errors.ts'
import { sortedKeys } from '../../api/order.ts'
import type { Pod, PodSpec, Toleration } from '../../api/types/core.ts'
import type { RuntimeClass } from '../../api/types/node.ts'
import { defaultResourceList } from '../defaults/resources.ts'
import { copyOf } from '../defaults/mutable.ts'
import type { Surroundings } from '../definition.ts'
import { equal } from '../equal.ts'
import type { Loose } from '../loose.ts'
import { RUNTIME_CLASSES } from '../runtimeClasses.ts'
import type { SpecMemo } from '../specMemo.ts'
import { sameValue } from '../validation/equal.ts'

/** A new pod as its class has it. Nothing of that is done again when a pod is updated. */
export function withRuntimeClass(pod: Loose, memo: SpecMemo, around: Surroundings): Loose {
  const found = pod.spec && classOf(pod.spec as PodSpec, around)
  if (found === undefined) return pod
  return { ...pod, spec: memo.variant(pod.spec!, found, (spec) => classed(spec as PodSpec, found)) }
}

/** The spec with the overhead, the nodes and the tolerations of a class. */
function classed(spec: PodSpec, { overhead, scheduling }: RuntimeClass): PodSpec {
  const copy = copyOf(spec)
  if (overhead?.podFixed) copy.overhead = defaultResourceList(overhead.podFixed)
  if (scheduling === undefined) return copy
  if (scheduling.nodeSelector) copy.nodeSelector = { ...spec.nodeSelector, ...scheduling.nodeSelector }
  copy.tolerations = mergeTolerations([...(spec.tolerations ?? []), ...(scheduling.tolerations ?? [])])
  return copy
}

/** Why a new pod may not have its class; undefined when it may, or has none. */
export function runtimeClassRefusal(spec: PodSpec, around: Surroundings): string | undefined {
  const { runtimeClassName, overhead, nodeSelector = {} } = spec
  if (!runtimeClassName) return undefined
  const found = classOf(spec, around)
  if (found === undefined) return `pod rejected: RuntimeClass ${JSON.stringify(runtimeClassName)} not found`
  if (found.overhead && sortedKeys(overhead).length > 0 && !sameValue(found.overhead.podFixed, overhead, 'overhead'))
    return "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
  const { nodeSelector: wanted = {} } = found.scheduling ?? {}
  const conflict = sortedKeys(wanted).find(
    (key) => Object.hasOwn(nodeSelector, key) && nodeSelector[key] !== wanted[key],
  )
  if (conflict === undefined) return undefined
  const said = (whose: string, value = ''): string => `${whose}.nodeSelector[${conflict}] = ${value}`
  return `conflict: ${said('runtimeClass.scheduling', wanted[conflict])}; ${said('pod.spec', nodeSelector[conflict])}`
}

/** Refuses overhead that no class asks for, of a new pod that is valid otherwise. */
export function checkOverhead({ metadata, spec }: Pod, around: Surroundings): void {
  if (spec.overhead === undefined || classOf(spec, around)?.overhead !== undefined) return
  const why = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'
  throw forbidden('pods', metadata.name, why)
}

function classOf({ runtimeClassName }: PodSpec, around: Surroundings): RuntimeClass | undefined {
  return runtimeClassName ? around.find<RuntimeClass>(RUNTIME_CLASSES, '', runtimeClassName) : undefined
}

/** All but those that another one includes; of equal ones the first. Mirrors MergeTolerations of pkg/util/tolerations. */
function mergeTolerations(all: readonly Toleration[]): readonly Toleration[] {
  const merged: Toleration[] = []
  for (const [i, one] of all.entries()) {
    const isIncluded =
      merged.some((other) => includes(other, one)) ||
      all.slice(i + 1).some((other) => !equal(other, one) && includes(other, one))
    if (!isIncluded) merged.push(one)
  }
  return merged
}

function includes(wide: Toleration, narrow: Toleration): boolean {
  if (equal(wide, narrow)) return true
  const { key = '', operator = '', effect = '', value = '', tolerationSeconds } = wide
  if ((narrow.key ?? '') !== key && (key !== '' || operator !== 'Exists')) return false
  if ((narrow.effect ?? '') !== effect && effect !== '') return false
  const isLonger = tolerationSeconds !== undefined && (narrow.tolerationSeconds ?? Infinity) > tolerationSeconds
  if (effect === 'NoExecute' && isLonger) return false
  if (operator === '' || operator === 'Equal') return narrow.operator === 'Equal' && (narrow.value ?? '') === value
  return operator === 'Exists'
}
