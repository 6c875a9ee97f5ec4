import type { Pod } from '../api/types/core.ts'
import type { Records } from '../registries/records.ts'
import type { Change } from '../store/types.ts'
import type { CommittedChange } from './committedChange.ts'

const podGarbageCollector = 'pod-garbage-collector-controller'

/**
 * What a component saw that looks around from time to time, so that what it does has its timer's cause: of a pod that was
 * collected, the end of its node, or else its own change before; of one that was marked together with its node, the node's
 * change. undefined for all others.
 */
export function seenChange(
  records: Records,
  { object, actor, at, revision }: CommittedChange,
  cause: number,
): Change | undefined {
  if (object.kind !== 'Pod' || actor === 'kubelet' || cause < 0) return undefined
  const { metadata, spec } = object as Pod
  const node = spec.nodeName ? changeOf(records, 'nodes', '', spec.nodeName, revision) : undefined
  if (actor !== podGarbageCollector) {
    const isOneTurn = node !== undefined && node.actor === actor && node.at === at && node.revision > cause
    return isOneTurn ? node : undefined
  }
  if (node?.type === 'delete') return node
  const { namespace = '', name } = metadata
  return changeOf(records, 'pods', namespace, name, revision - 1)
}

/** The last change of an object up to a revision; undefined where none is kept. */
function changeOf(records: Records, key: string, namespace: string, name: string, upTo: number): Change | undefined {
  const directory = records.findDirectory(records.resource(key), namespace)
  if (directory === undefined) return undefined
  const { value } = records.store.changesOf(directory, name, upTo).next()
  return value ?? undefined
}
