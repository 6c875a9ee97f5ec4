/** What becomes of a job because of how one of its pods failed. Mirrors pkg/controller/job/pod_failure_policy.go. */
import type {
  Job,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
} from '../../api/types/batch.ts'
import type { ContainerStatus, Pod, PodCondition } from '../../api/types/core.ts'
import { hasFailed } from './jobPods.ts'

/** What the first rule that fits says of a failed pod; without any, it counts. */
export interface Judgement {
  readonly counts: boolean
  readonly failsIndex: boolean
  /** Why the job fails with it, if it does. */
  readonly failsJob?: string
}

const counted: Judgement = Object.freeze({ counts: true, failsIndex: false })
const ignored: Judgement = Object.freeze({ counts: false, failsIndex: false })
const failsIndex: Judgement = Object.freeze({ counts: true, failsIndex: true })

export function judge({ spec }: Job, pod: Pod): Judgement {
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const why = matchOf(rule, pod)
    if (why === undefined) continue
    if (rule.action === 'Ignore') return ignored
    if (rule.action === 'FailIndex') return failsIndex
    if (rule.action === 'Count') return counted
    if (rule.action === 'FailJob') return { ...counted, failsJob: `${why} matching FailJob rule at index ${index}` }
  }
  return counted
}

/** What fails the job at once; undefined when none of its failed pods does. */
export function jobFailure(job: Job, pods: readonly Pod[]): string | undefined {
  if (job.spec.podFailurePolicy === undefined) return undefined
  for (const pod of pods) {
    const why = hasFailed(pod, job) ? judge(job, pod).failsJob : undefined
    if (why !== undefined) return why
  }
  return undefined
}

function matchOf({ onExitCodes, onPodConditions }: PodFailurePolicyRule, pod: Pod): string | undefined {
  const { namespace, name } = pod.metadata
  if (onExitCodes !== undefined) {
    const found = failedContainer(pod, onExitCodes)
    const code = found?.state!.terminated!.exitCode
    return found && `Container ${found.name} for pod ${namespace}/${name} failed with exit code ${code}`
  }
  const found = conditionOf(pod, onPodConditions ?? [])
  return found && `Pod ${namespace}/${name} has condition ${found.type}`
}

function failedContainer(
  { status }: Pod,
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
): ContainerStatus | undefined {
  const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]
  return all.find(({ name, state }) => {
    const code = state?.terminated?.exitCode ?? 0
    if (code === 0 || (containerName !== undefined && containerName !== name)) return false
    return operator === 'In' ? values.includes(code) : operator === 'NotIn' && !values.includes(code)
  })
}

function conditionOf(
  { status }: Pod,
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
): PodCondition | undefined {
  return status.conditions?.find((condition) =>
    patterns.some(({ type, status = 'True' }) => type === condition.type && status === condition.status),
  )
}
