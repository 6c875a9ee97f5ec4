/** How kubectl sums up a pod. Mirrors printPod of pkg/printers/internalversion/printers.go. */
import { hasEnded } from '../../api/podPhase.ts'
import { orNone } from '../../api/table.ts'
import type { ContainerState, ContainerStatus, Pod } from '../../api/types/core.ts'
import type { Column } from '../definition.ts'
import { ageColumn, nameColumn, since } from './common.ts'

export const podColumns: readonly Column<Pod>[] = [
  nameColumn(),
  { name: 'Ready', cell: (pod) => summary(pod).ready },
  { name: 'Status', cell: (pod) => summary(pod).reason },
  { name: 'Restarts', cell: restartsCell },
  ageColumn(),
  { name: 'IP', priority: 1, cell: (pod) => orNone(pod.status.podIPs?.[0]?.ip ?? pod.status.podIP) },
  { name: 'Node', priority: 1, cell: (pod) => orNone(pod.spec.nodeName) },
  { name: 'Nominated Node', priority: 1, cell: (pod) => orNone(pod.status.nominatedNodeName) },
  { name: 'Readiness Gates', priority: 1, cell: readinessGatesCell },
]

/** The status a person reads: `Running`, `CrashLoopBackOff`, `Init:1/2`, `Terminating`, … */
export function podReason(pod: Pod): string {
  return summary(pod).reason
}

/** How many of its containers are ready, such as `1/2`. */
export function podReady(pod: Pod): string {
  return summary(pod).ready
}

interface Summary {
  readonly ready: string
  readonly reason: string
  readonly restarts: number
  readonly lastRestart: string | undefined
}

function summary(pod: Pod): Summary {
  const inits = pod.spec.initContainers ?? []
  const sidecars = inits.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name)
  const total = (pod.spec.containers ?? []).length + sidecars.length
  const init = initProgress(pod, sidecars)
  const started = init.reason === undefined || conditionIs(pod, 'Initialized')
  if (!started) return finish(pod, total, init.ready, init.reason ?? '', init.restarts, init.lastRestart)

  let { sidecarRestarts: restarts, ready } = init
  let lastRestart = init.sidecarLastRestart
  let reason = init.reason ?? baseReason(pod)
  let running = false
  let failure: string | undefined
  const statuses = pod.status.containerStatuses ?? []
  for (let i = statuses.length - 1; i >= 0; i--) {
    const status = statuses[i] as ContainerStatus
    restarts += status.restartCount
    lastRestart = later(lastRestart, status.lastState?.terminated?.finishedAt)
    const waiting = waitingReason(status.state)
    const ended = endReason(status.state)
    if (waiting !== undefined || ended !== undefined) {
      reason = waiting ?? ended!
      if (waiting === undefined && status.state?.terminated?.exitCode !== 0) failure = reason
    } else if (status.ready && status.state?.running) {
      running = true
      ready++
    }
  }
  if (reason === 'Completed') {
    if (running && conditionIs(pod, 'Ready')) reason = 'Running'
    else reason = failure ?? (running ? 'NotReady' : reason)
  }
  return finish(pod, total, ready, reason, restarts, lastRestart)
}

function finish(
  pod: Pod,
  total: number,
  ready: number,
  reason: string,
  restarts: number,
  lastRestart: string | undefined,
): Summary {
  let shown = reason
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (pod.status.reason === 'NodeLost') shown = 'Unknown'
    else if (!hasEnded(pod)) shown = 'Terminating'
  }
  return { ready: `${ready}/${total}`, reason: shown, restarts, lastRestart }
}

interface InitProgress {
  /** Absent once every init container is done. */
  readonly reason: string | undefined
  readonly ready: number
  readonly restarts: number
  readonly lastRestart: string | undefined
  readonly sidecarRestarts: number
  readonly sidecarLastRestart: string | undefined
}

function initProgress(pod: Pod, sidecars: readonly string[]): InitProgress {
  let ready = 0
  let restarts = 0
  let sidecarRestarts = 0
  let lastRestart: string | undefined
  let sidecarLastRestart: string | undefined
  let reason: string | undefined
  for (const [i, status] of (pod.status.initContainerStatuses ?? []).entries()) {
    const sidecar = sidecars.includes(status.name)
    restarts += status.restartCount
    lastRestart = later(lastRestart, status.lastState?.terminated?.finishedAt)
    if (sidecar) {
      sidecarRestarts += status.restartCount
      sidecarLastRestart = later(sidecarLastRestart, status.lastState?.terminated?.finishedAt)
    }
    if (status.state?.terminated?.exitCode === 0) continue
    if (sidecar && status.started === true) {
      if (status.ready) ready++
      continue
    }
    const waiting = waitingReason(status.state)
    const said = endReason(status.state) ?? (waiting === 'PodInitializing' ? undefined : waiting)
    reason = said === undefined ? `Init:${i}/${pod.spec.initContainers?.length ?? 0}` : `Init:${said}`
    break
  }
  return { reason, ready, restarts, lastRestart, sidecarRestarts, sidecarLastRestart }
}

function baseReason(pod: Pod): string {
  const gated = pod.status.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  )
  return gated ? 'SchedulingGated' : pod.status.reason || (pod.status.phase ?? '')
}

function waitingReason(state: ContainerState | undefined): string | undefined {
  return state?.waiting?.reason || undefined
}

function endReason(state: ContainerState | undefined): string | undefined {
  const ended = state?.terminated
  if (ended === undefined) return undefined
  return ended.reason || (ended.signal ? `Signal:${ended.signal}` : `ExitCode:${ended.exitCode}`)
}

function restartsCell(pod: Pod, now: number): string {
  const { restarts, lastRestart } = summary(pod)
  return restarts === 0 || lastRestart === undefined ? String(restarts) : `${restarts} (${since(lastRestart, now)} ago)`
}

function readinessGatesCell(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  return `${gates.filter(({ conditionType }) => conditionIs(pod, conditionType)).length}/${gates.length}`
}

function conditionIs(pod: Pod, type: string): boolean {
  return pod.status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
}

/** RFC 3339 times in UTC of one precision sort as text. */
function later(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a
}
