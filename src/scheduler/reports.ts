/** What a scheduler tells the world of its decisions: Events, and the pod's PodScheduled condition. */
import { isStatusError } from '../api/errors.ts'
import { rfc3339 } from '../api/time.ts'
import type { Pod, PodCondition } from '../api/types/core.ts'
import type { Link } from '../client/link.ts'
import { subjectMark } from '../registries/eventRecord.ts'

export interface Reports {
  scheduled(pod: Pod, node: string): void
  /**
   * `reason` is that of the condition: `Unschedulable`, or `SchedulerError`. `nominated`: the node that the pod is to come
   * to; '' for none; unless given, what the pod says stays.
   */
  failed(pod: Pod, reason: FailureReason, message: string, now: number, nominated?: string): void
  /** Of a pod that is bound: PostBind went wrong, which upstream has no word for. */
  warned(pod: Pod, message: string): void
}

type FailureReason = 'Unschedulable' | 'SchedulerError'

/** NoteLengthLimit of staging/src/k8s.io/api/events/v1; truncateMessage in pkg/scheduler/schedule_one.go. */
const LONGEST_NOTE = 1024
const ELLIPSIS = ' ...'
// Put together once: it is said of every pod.
const assigned = `Successfully assigned ${subjectMark} to {detail}`

export function createReports(link: Link, component: string): Reports {
  // Of the core group: a kube-scheduler that starts before the API server answers, as in clusters made by kubeadm, writes
  // none of events.k8s.io as long as it lives.
  const source = { component }

  function failed(pod: Pod, reason: FailureReason, message: string, now: number, nominated?: string): void {
    link.record(pod, 'Warning', 'FailedScheduling', shortened(message), source)
    const { namespace = '', name, uid } = pod.metadata
    try {
      const current = link.find<Pod>('pods', namespace, name)
      if (current === undefined || current.metadata.uid !== uid) return
      const conditions = withCondition(current, reason, message, now)
      const { nominatedNodeName = '', ...status } = current.status
      const node = nominated ?? nominatedNodeName
      if (conditions === undefined && node === nominatedNodeName) return
      const next = { ...status, ...(conditions === undefined ? {} : { conditions }) }
      link.patchStatus<Pod>('pods', namespace, name, uid, node === '' ? next : { ...next, nominatedNodeName: node })
    } catch (error) {
      // The condition is a courtesy: the pod is decided about again whether or not it could be written.
      if (!isStatusError(error)) throw error
    }
  }

  return {
    scheduled(pod, node) {
      link.record(pod, 'Normal', 'Scheduled', assigned, source, node)
    },
    failed,
    warned(pod, message) {
      link.record(pod, 'Warning', 'FailedPostBind', shortened(message), source)
    },
  }
}

/** The pod's conditions with PodScheduled false; undefined if they say so already. */
function withCondition(pod: Pod, reason: string, message: string, now: number): readonly PodCondition[] | undefined {
  const conditions = pod.status.conditions ?? []
  const before = conditions.find(({ type }) => type === 'PodScheduled')
  if (before?.status === 'False' && before.reason === reason && before.message === message) return undefined
  const { generation } = pod.metadata
  const since = before?.status === 'False' ? before.lastTransitionTime : undefined
  const condition = {
    type: 'PodScheduled',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: since ?? rfc3339(now),
    reason,
    message,
  } as unknown as PodCondition
  return before === undefined ? [...conditions, condition] : conditions.map((old) => (old === before ? condition : old))
}

function shortened(message: string): string {
  return message.length <= LONGEST_NOTE ? message : message.slice(0, LONGEST_NOTE - ELLIPSIS.length) + ELLIPSIS
}
