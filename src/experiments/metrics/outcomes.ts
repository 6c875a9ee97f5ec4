import type { Run } from '../run/run.ts'
import type { Metric } from './metric.ts'

export const placed: Metric = {
  name: 'placed',
  about: 'Pods that came to be on a node.',
  unit: 'pods',
  better: 'more',
  measure: ({ pods }) => pods.filter(({ boundMs }) => boundMs !== undefined).length,
}

export const preemptions: Metric = {
  name: 'preemptions',
  about: 'Pods that a scheduler evicted for others; the run does not create them again.',
  unit: 'pods',
  better: 'less',
  measure: ({ preempted }) => preempted,
}

export const unscheduled: Metric = {
  name: 'unscheduled',
  about:
    'Pods that never were on a node, in all and by what the scheduler said last: a pod may be kept off by several.',
  unit: 'pods',
  better: 'less',
  otherwise: 0,
  measure(run) {
    const counts = new Map<string, number>()
    const left = run.pods.filter(({ boundMs }) => boundMs === undefined)
    for (const { name } of left) {
      for (const reason of reasonsOf(run, name)) counts.set(reason, (counts.get(reason) ?? 0) + 1)
    }
    const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
    return { all: left.length, ...Object.fromEntries(sorted) }
  },
}

/** Why a pod is on no node, in kube-scheduler’s words. */
function reasonsOf({ cluster }: Run, pod: string): readonly string[] {
  const slash = pod.indexOf('/')
  const found = cluster.pods.find(pod.slice(slash + 1), { namespace: pod.slice(0, slash) })
  if (found === undefined) return ['gone before it was bound']
  const message = found.status.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )?.message
  return message === undefined ? ['no decision yet'] : reasonsIn(message)
}

/** `0/5 nodes are available: 2 node(s) had untolerated taint(s), 3 Insufficient cpu. …` names two reasons. */
export function reasonsIn(message: string): readonly string[] {
  const list = /^\d+\/\d+ nodes are available: (.*?)\.(?: |$)/.exec(message)?.[1]
  if (list === undefined) return [message]
  const reasons = list.split(/, (?=\d+ )/).map((part) => part.replace(/^\d+ /, ''))
  return [...new Set(reasons)]
}
