/** What controllers of pods share. */
import { controllerUid } from '../../api/controllerRef.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { LabelSelectorInput } from '../../api/selectors.ts'
import type { Pod } from '../../api/types/core.ts'
import type { Around } from './around.ts'
import { field, indented, type Lines } from './lines.ts'

const NONE_YET = { Running: 0, Pending: 0, Succeeded: 0, Failed: 0 } as const

/** `2 Running / 0 Waiting / 0 Succeeded / 0 Failed`: of the pods it controls. Mirrors getPodStatusForController of describe.go. */
export function podsStatus(owner: KubeObject, labelSelector: LabelSelectorInput | undefined, around: Around): string {
  const { namespace, uid } = owner.metadata
  const counts: Record<string, number> = { ...NONE_YET }
  for (const pod of around.list<Pod>('v1/Pod', { namespace, labelSelector })) {
    const { phase } = pod.status
    if (phase !== undefined && controllerUid(pod) === uid) counts[phase] = (counts[phase] ?? 0) + 1
  }
  const { Running, Pending, Succeeded, Failed } = counts
  return `${Running} Running / ${Pending} Waiting / ${Succeeded} Succeeded / ${Failed} Failed`
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
}

export function conditionLines(conditions: readonly Condition[] = []): Lines {
  if (conditions.length === 0) return []
  const rows = conditions.map(({ type, status, reason = '' }) => `${type} \t${status}\t${reason}`)
  return ['Conditions:', ...indented(['Type\tStatus\tReason', '----\t------\t------', ...rows])]
}

export function replicasLine(current: number | undefined, desired: number | undefined): string {
  return field('Replicas', `${current ?? 0} current / ${desired ?? 1} desired`)
}
