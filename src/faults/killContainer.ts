import { callOptions } from '../api/callOptions.ts'
import { badRequest, notFound } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import { nearestName } from '../api/schema/nearest.ts'
import type { Pod } from '../api/types/core.ts'
import { checkText, type FaultDefinition, type FaultParts, type FaultTiming } from './fault.ts'

/** The process of a container dies: the container is started again as its pod's restart policy has it. */
export interface KillContainer {
  readonly type: 'killContainer'
  readonly namespace: string
  readonly pod: string
  /** The pod's first unless given. */
  readonly container?: string
  /** 0 to 255. */
  readonly exitCode: number
}

/** Signals by name, as Linux numbers them. */
const signals = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
} as const

export interface KillOptions extends Pick<FaultTiming, 'after'> {
  /** `default` unless given, or unless the pod says. */
  readonly namespace?: string | undefined
  /** The pod's first unless given. */
  readonly container?: string | undefined
  /** What it exits with; 137 unless given. */
  readonly exitCode?: number | undefined
  /** What kills it: it exits with 128 and the signal's number. */
  readonly signal?: keyof typeof signals | undefined
}

/** A pod by name, or itself. */
export type NamedPod = string | { readonly metadata: { readonly name: string; readonly namespace?: string } }

export const killContainer: FaultDefinition<KillContainer> = {
  type: 'killContainer',
  fields: ['namespace', 'pod', 'container', 'exitCode'],
  check(parts, fault) {
    const { exitCode } = fault
    if (!Number.isInteger(exitCode) || exitCode < 0 || exitCode > 255)
      throw badRequest(`exitCode: expected a whole number from 0 to 255, got ${said(exitCode)}`)
    victim(parts, fault)
  },
  begin(parts, fault) {
    const { node, uid, container } = victim(parts, fault)
    const { exitCode } = fault
    parts.environment.kernel.interrupt('kubelet', { type: 'kill', node, uid, container, exitCode })
  },
  say: ({ namespace, pod, container, exitCode }) =>
    `${container === undefined ? 'a container' : `container ${container}`} of pod ${namespace}/${pod} is killed, exit code ${exitCode}`,
}

/** The fault that is asked for. Throws BadRequest. */
export function killOf(
  pod: NamedPod,
  options: KillOptions | undefined,
): { readonly fault: KillContainer; readonly timing: FaultTiming } {
  const { namespace, container, exitCode, signal, ...timing } = callOptions('killContainer', options)
  if (signal !== undefined && exitCode !== undefined)
    throw badRequest('signal: a container that exits with an exitCode of its own is not killed by a signal')
  if (signal !== undefined && !Object.hasOwn(signals, signal))
    throw badRequest(`signal: expected one of ${Object.keys(signals).join(', ')}, got ${said(signal)}`)
  const { name, namespace: own } = isObject(pod) && isObject(pod['metadata']) ? pod['metadata'] : { name: pod }
  const fault: KillContainer = {
    type: 'killContainer',
    namespace: namespace ?? (own as string | undefined) ?? 'default',
    pod: name as string,
    ...(container === undefined ? {} : { container }),
    exitCode: exitCode ?? 128 + signals[signal ?? 'SIGKILL'],
  }
  return { fault, timing }
}

/** Where it happens. Throws NotFound, or BadRequest where there is nothing to kill. */
function victim(
  { environment }: FaultParts,
  { namespace, pod: name, container }: KillContainer,
): { readonly node: string; readonly uid: string; readonly container: string } {
  checkText('namespace', namespace)
  checkText('pod', name)
  const { records } = environment.watches
  const pod = records.find(records.resource('pods'), namespace, name) as Pod | undefined
  if (pod === undefined) throw notFound('pods', name)
  const { nodeName, containers, initContainers = [], ephemeralContainers = [] } = pod.spec
  if (!nodeName) throw badRequest(`pod ${JSON.stringify(name)} is on no node yet: nothing of it runs`)
  const names = [...containers, ...initContainers, ...ephemeralContainers].map((one) => one.name)
  if (container !== undefined) checkText('container', container)
  if (container !== undefined && !names.includes(container)) {
    const nearest = nearestName(container, names)
    const meant = nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}? `
    throw badRequest(
      `container: pod ${JSON.stringify(name)} has none named ${JSON.stringify(container)}: ${meant}there are ${names.join(', ')}`,
    )
  }
  return { node: nodeName, uid: pod.metadata.uid, container: container ?? names[0]! }
}
