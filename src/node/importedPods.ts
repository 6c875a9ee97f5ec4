/** What a kubelet that takes over another's pods makes of what that one reported. */
import { hasEnded } from '../api/podPhase.ts'
import { parseIPv4 } from '../api/addresses.ts'
import { parseTime } from '../api/time.ts'
import type { ContainerState, ContainerStatus, Pod } from '../api/types/core.ts'
import { afterRestarts } from './backOff.ts'
import { allocatedSpec } from './importedResize.ts'
import { parseGoDuration } from './goDuration.ts'
import type { ImportedPod } from './importedStatus.ts'
import { ACTIVE, type BackOff, type ContainerRuntime, type PodRuntime, WAITING } from './runtimeState.ts'

/** Reasons of containers that wait for a timer because something could not be had. */
const blocked: readonly string[] = Object.freeze([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
])

/** How a pod stands that was running elsewhere; undefined for one that had not been begun, or had ended. */
export function importedRuntime(pod: Pod): PodRuntime | undefined {
  const { metadata, spec, status } = pod
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status
  if (hasEnded(pod) || containerStatuses.length === 0) return undefined
  const all = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses]
  const known = new Map(all.map((one) => [one.name, one]))
  const { namespace = '', name, uid, resourceVersion } = metadata
  return {
    uid,
    namespace,
    name,
    resourceVersion: Number(resourceVersion),
    spec: allocatedSpec({ spec, status }),
    attempt: 0,
    address: spec.hostNetwork === true ? 0 : (parseIPv4(status.podIP ?? '') ?? 0),
    stage: ACTIVE,
    containers: [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])].map(
      ({ name: ofContainer }) => containerOf(known.get(ofContainer)),
    ),
  }
}

/** What of a pod's status no runtime knows, and is kept. */
export function importedFacts({ status }: Pod): ImportedPod {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status
  return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].map((one) => ({ status: one }))
}

function containerOf(status: ContainerStatus | undefined): ContainerRuntime {
  if (status === undefined) return WAITING
  const { state = WAITING.state, lastState = WAITING.lastState, restartCount: attempt } = status
  const created = !!status.containerID
  const kept = {
    attempt,
    lastState,
    created,
    ready: status.ready,
    started: status.started ?? state.running !== undefined,
  }
  if (state.running !== undefined)
    return { stage: 'running', state, ...kept, backOff: afterStart(attempt, state.running) }
  if (state.terminated !== undefined)
    return { stage: 'exited', state, ...kept, backOff: afterStart(attempt, state.terminated) }
  const { reason = '', message = '' } = state.waiting ?? {}
  if (reason === 'CrashLoopBackOff')
    return { stage: 'backOff', state, ...kept, backOff: crashLoop(attempt, lastState, message) }
  if (blocked.includes(reason)) return { stage: 'blocked', state, ...kept, backOff: undefined }
  return { stage: 'waiting', state: WAITING.state, ...kept, backOff: undefined }
}

/** The back-off of a container that was started as often. */
function afterStart(restarts: number, { startedAt }: { readonly startedAt?: unknown }): BackOff | undefined {
  const since = typeof startedAt === 'string' ? parseTime(startedAt) : undefined
  return restarts === 0 || since === undefined ? undefined : { ms: afterRestarts(restarts), since }
}

function crashLoop(restarts: number, { terminated }: ContainerState, message: string): BackOff {
  const said = parseGoDuration(/^back-off (\S+) restarting/u.exec(message)?.[1] ?? '')
  return { ms: said ?? afterRestarts(restarts + 1), since: parseTime(String(terminated?.startedAt)) ?? 0 }
}
