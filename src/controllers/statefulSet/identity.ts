/** The names of what a StatefulSet makes. Mirrors pkg/controller/statefulset/stateful_set_utils.go. */
import type { StatefulSet } from '../../api/types/apps.ts'
import type { PersistentVolumeClaim } from '../../api/types/core.ts'

const largest = 2_147_483_647
const numbered = /^(.+)-(0|[1-9]\d{0,9})$/u

/** Whose pod a name says it is, and which. */
export interface Place {
  readonly parent: string
  /** 0 or more. */
  readonly ordinal: number
}

/** Of `web-2`, web and 2; undefined of a name that no pod of a set has. */
export function placeOf(name: string): Place | undefined {
  const [, parent, digits] = numbered.exec(name) ?? []
  const ordinal = Number(digits)
  return parent === undefined || ordinal > largest ? undefined : { parent, ordinal }
}

/** The ordinal in the name of a pod that is known to be a set's. */
export function ordinalOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('-') + 1))
}

export function podName({ metadata }: StatefulSet, ordinal: number): string {
  return `${metadata.name}-${ordinal}`
}

/** The claim for the pod of an ordinal: `data-web-0`. */
export function claimName(template: PersistentVolumeClaim, set: StatefulSet, ordinal: number): string {
  return `${template.metadata.name}-${podName(set, ordinal)}`
}

/** The first ordinal. */
export function startOf({ spec }: StatefulSet): number {
  return spec.ordinals?.start ?? 0
}

/** How many pods are asked for. */
export function wanted({ spec }: StatefulSet): number {
  return spec.replicas ?? 1
}

/** Whether the pod of an ordinal is one that is asked for. */
export function isInRange(set: StatefulSet, ordinal: number): boolean {
  return ordinal >= startOf(set) && ordinal < startOf(set) + wanted(set)
}
