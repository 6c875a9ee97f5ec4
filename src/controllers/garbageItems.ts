import type { KubeObject } from '../api/meta.ts'
import type { Records, Resource } from '../registries/records.ts'

/** What is to be found out: whether an object's owners still keep it, or how it lets go of its dependents. */
export type Task = 'delete' | 'orphan'

/** An object that the garbage collector looks at. */
export interface Item {
  readonly resource: Resource
  /** '' for resources without namespaces. */
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly object: KubeObject
}

export function itemOf(resource: Resource, object: KubeObject): Item {
  const { namespace = '', name, uid } = object.metadata
  return { resource, namespace, name, uid, object }
}

/** What stands in a slot of the store now, its status as it may be; undefined when it is gone, or its kind is. */
export function itemAt(records: Records, slot: number): Item | undefined {
  const resource = records.ofSlot(slot)
  const object = resource === undefined ? undefined : records.currentLean(resource, slot)
  return object === undefined ? undefined : itemOf(resource!, object)
}

/** The key of a work queue. The name comes last, since some kinds allow spaces in it. */
export function keyOfItem(task: Task, { resource, namespace, name, uid }: Item): string {
  return `${task} ${uid} ${resource.key}/${namespace}/${name}`
}

/** The reverse of `keyOfItem`. */
export function parseKey(key: string): {
  readonly task: Task
  readonly uid: string
  readonly resource: string
  readonly namespace: string
  readonly name: string
} {
  const [, task, uid, resource, namespace, name] = /^(\S+) (\S+) ([^/]+)\/([^/]*)\/(.*)$/u.exec(key)!
  return { task: task as Task, uid: uid!, resource: resource!, namespace: namespace!, name: name! }
}
