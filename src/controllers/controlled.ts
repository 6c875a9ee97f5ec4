/** What a control loop's watch says of the objects that records of a kind control. */
import { controllerKey, controllerUid } from '../api/controllerRef.ts'
import type { KubeObject } from '../api/meta.ts'
import type { ObjectChange } from '../client/watches.ts'

const none: readonly string[] = Object.freeze([])

/** The keys of the controllers of a kind that an object had before the change and has after it. */
export function controllerKeys(kind: string, { object, previous }: ObjectChange): readonly string[] {
  const before = previous === undefined ? undefined : controllerKey(previous, kind)
  const after = controllerKey(object, kind)
  if (after === undefined) return before === undefined ? none : [before]
  return before === undefined || before === after ? [after] : [before, after]
}

/** Objects by the uid of their controller, and those without one by namespace, as an index. */
export function controllerOrOrphan(object: KubeObject): string {
  return controllerUid(object) ?? orphansOf(object.metadata.namespace)
}

/** The index value of what has no controller in a namespace. */
export function orphansOf(namespace: string | undefined): string {
  return `orphans/${namespace}`
}
