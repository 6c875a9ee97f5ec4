import type { Pod } from '../../api/types/core.ts'
import { remembering } from '../podRank.ts'
import { release, takeOver } from '../replicas/claims.ts'
import { orphansOf } from '../controlled.ts'
import { pods } from './concerned.ts'
import { daemonSetKind, type Turn } from './turn.ts'

/**
 * The pods of a daemon set, those that have ended or are on their way out too: lets go of what its selector no longer
 * chooses, and takes over what it chooses that has no controller. Mirrors getDaemonPods of daemon_controller.go.
 */
export function claim({ set, context, known }: Turn): readonly Pod[] {
  const { cache, api } = context
  const { uid, namespace } = set.metadata
  const selects = remembering((labels) => daemonSetKind.selects(set, labels))
  const own: Pod[] = []
  for (const pod of cache.byIndex<Pod>(pods, uid)) {
    if (selects(pod.metadata.labels)) own.push(pod)
    else if (release(daemonSetKind, set, pod, context)) known.pods = api.revision
  }
  const orphans = cache
    .byIndex<Pod>(pods, orphansOf(namespace))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined && selects(metadata.labels))
  const taken = takeOver(daemonSetKind, set, orphans, context)
  if (taken.length > 0) known.pods = api.revision
  return taken.length === 0 ? own : [...own, ...taken]
}
