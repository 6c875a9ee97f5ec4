import { disruptionTarget, withTarget } from '../../api/disruptionTarget.ts'
import { isStatusError } from '../../api/errors.ts'
import { rfc3339 } from '../../api/time.ts'
import type { Pod } from '../../api/types/core.ts'
import type { Link } from '../../client/link.ts'
import type { Nominees } from '../nominees.ts'
import type { WaitingPods } from '../waitingPods.ts'
import { priorityOf } from './victims.ts'

const NAME = 'DefaultPreemption'

/** A victim that waits to be bound is only in the scheduler's memory. */
type Met = 'on the node' | 'in memory'

export interface PreemptorParts {
  readonly link: Link
  /** The name of the scheduler, as pods say it and as its Events do. */
  readonly component: string
  readonly nominees: Nominees
  readonly waiting: WaitingPods
}

/** Makes the room that was found. Mirrors prepareCandidateAsync of pkg/scheduler/framework/preemption/executor.go. */
export class Preemptor {
  constructor(private readonly parts: PreemptorParts) {}

  /** Takes the victims off a node for a pod. False if the API server refused one: then those after it are left. */
  evict(pod: Pod, node: string, victims: readonly Pod[], now: number): boolean {
    try {
      for (const victim of victims) {
        // It goes already.
        if (victim.metadata.deletionTimestamp !== undefined) continue
        const where = this.preempt(victim, now)
        if (where !== undefined) this.tell(victim, pod, node, where)
      }
      return true
    } catch (error) {
      if (!isStatusError(error)) throw error
      return false
    }
  }

  /**
   * Those of lower priority that were to come to the node may not fit any more: they look for another. Where every victim
   * goes already, they are left alone.
   */
  supersede(pod: Pod, node: string, victims: readonly Pod[]): readonly Pod[] {
    const { nominees } = this.parts
    if (victims.every(({ metadata }) => metadata.deletionTimestamp !== undefined)) return []
    const lower = nominees.to(node).filter((nominee) => priorityOf(nominee.pod) < priorityOf(pod))
    for (const { pod: other } of lower) {
      nominees.drop(other.metadata.uid)
      this.denominate(other)
    }
    return lower.map((nominee) => nominee.pod)
  }

  /** Says where the pod was met; undefined for one that is gone. */
  private preempt(victim: Pod, now: number): Met | undefined {
    const { link, component, waiting } = this.parts
    const { namespace = '', name, uid } = victim.metadata
    if (waiting.get(uid) !== undefined) {
      waiting.reject(victim, NAME, 'preempted')
      return 'in memory'
    }
    try {
      const current = link.find<Pod>('pods', namespace, name)
      if (current === undefined || current.metadata.uid !== uid) return undefined
      const words = `${component}: preempting to accommodate a higher priority pod`
      const target = disruptionTarget('PreemptionByScheduler', words, rfc3339(now), current.metadata.generation)
      const conditions = withTarget(current.status.conditions, target)
      link.patchStatus<Pod>('pods', namespace, name, uid, { ...current.status, conditions })
      link.delete('pods', namespace, name, { preconditions: { uid } })
      return 'on the node'
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return undefined
      throw error
    }
  }

  private tell(victim: Pod, pod: Pod, node: string, where: Met): void {
    const { link, component } = this.parts
    const end = where === 'in memory' ? ' (in kube-scheduler memory).' : ''
    const detail = `${pod.metadata.uid} on node ${node}${end}`
    link.record(victim, 'Normal', 'Preempted', 'Preempted by pod {detail}', { component }, detail)
  }

  private denominate({ metadata: { namespace = '', name, uid } }: Pod): void {
    const { link } = this.parts
    try {
      const current = link.find<Pod>('pods', namespace, name)
      if (current?.metadata.uid !== uid || current.status.nominatedNodeName === undefined) return
      const { nominatedNodeName: _, ...status } = current.status
      link.patchStatus<Pod>('pods', namespace, name, uid, status)
    } catch (error) {
      // It is decided about again, and says then where it is to come to.
      if (!isStatusError(error)) throw error
    }
  }
}
