/** Probes and life-cycle hooks. Mirrors validateProbe, validateHandler and validateLifecycle of core validation. */
import { forbidden, invalid, required } from '../../api/fieldErrors.ts'
import type { Container, HTTPGetAction, LifecycleHandler, Probe } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkChoice, checkNotNegative, checkPort } from './common.ts'

type Handler = Omit<LifecycleHandler, 'sleep'> & Pick<LifecycleHandler, 'sleep'> & Pick<Probe, 'grpc'>

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const

/** Probes and hooks of a container that keeps running. */
export function checkProbes(container: Container, grace: number | undefined, path: string, errors: Errors): void {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container
  if (lifecycle?.postStart) checkHandler(lifecycle.postStart, grace, `${path}.lifecycle.postStart`, errors)
  if (lifecycle?.preStop) checkHandler(lifecycle.preStop, grace, `${path}.lifecycle.preStop`, errors)
  if (livenessProbe !== undefined) {
    checkProbe(livenessProbe, grace, `${path}.livenessProbe`, errors)
    checkSucceedsOnce(livenessProbe, `${path}.livenessProbe`, errors)
  }
  if (readinessProbe !== undefined) {
    checkProbe(readinessProbe, grace, `${path}.readinessProbe`, errors)
    const seconds = readinessProbe.terminationGracePeriodSeconds
    const at = `${path}.readinessProbe.terminationGracePeriodSeconds`
    if (seconds !== undefined) errors.push(invalid(at, seconds, 'must not be set for readinessProbes'))
  }
  if (startupProbe !== undefined) {
    checkProbe(startupProbe, grace, `${path}.startupProbe`, errors)
    checkSucceedsOnce(startupProbe, `${path}.startupProbe`, errors)
  }
}

/** A container that must end before the next starts has no use for probes. */
export function checkNoProbes(container: Container, path: string, errors: Errors): void {
  for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (container[name] === undefined) continue
    errors.push(forbidden(`${path}.${name}`, 'may not be set for init containers without restartPolicy=Always'))
  }
}

function checkProbe(probe: Probe, grace: number | undefined, path: string, errors: Errors): void {
  checkHandler(probe, grace, path, errors)
  checkNotNegative(errors, `${path}.initialDelaySeconds`, probe.initialDelaySeconds)
  checkNotNegative(errors, `${path}.timeoutSeconds`, probe.timeoutSeconds)
  checkNotNegative(errors, `${path}.periodSeconds`, probe.periodSeconds)
  checkNotNegative(errors, `${path}.successThreshold`, probe.successThreshold)
  checkNotNegative(errors, `${path}.failureThreshold`, probe.failureThreshold)
  const seconds = probe.terminationGracePeriodSeconds
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'))
  }
}

function checkSucceedsOnce(probe: Probe, path: string, errors: Errors): void {
  const times = probe.successThreshold ?? 1
  if (times !== 1) errors.push(invalid(`${path}.successThreshold`, times, 'must be 1'))
}

function checkHandler(handler: Handler, grace: number | undefined, path: string, errors: Errors): void {
  let given = 0
  for (const name of HANDLERS) {
    if (handler[name] === undefined) continue
    if (given++ > 0) errors.push(forbidden(`${path}.${name}`, 'may not specify more than 1 handler type'))
    else checkAction(handler, name, grace, `${path}.${name}`, errors)
  }
  if (given === 0) errors.push(required(path, 'must specify a handler type'))
}

function checkAction(
  handler: Handler,
  name: (typeof HANDLERS)[number],
  grace: number | undefined,
  path: string,
  errors: Errors,
): void {
  if (name === 'exec' && !handler.exec?.command?.length) errors.push(required(`${path}.command`))
  if (name === 'httpGet' && handler.httpGet) checkHttpGet(handler.httpGet, path, errors)
  if (name === 'tcpSocket') checkPort(errors, `${path}.port`, handler.tcpSocket?.port)
  if (name === 'grpc') checkPort(errors, `${path}.port`, handler.grpc?.port)
  const seconds = handler.sleep?.seconds ?? 0
  if (name === 'sleep' && grace !== undefined && (seconds < 0 || seconds > grace)) {
    errors.push(invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`))
  }
}

function checkHttpGet(action: HTTPGetAction, path: string, errors: Errors): void {
  if (!action.path) errors.push(required(`${path}.path`))
  checkPort(errors, `${path}.port`, action.port)
  checkChoice(errors, `${path}.scheme`, action.scheme, ['HTTP', 'HTTPS'])
  for (const { name = '' } of action.httpHeaders ?? []) {
    if (!/^[-A-Za-z0-9]+$/.test(name)) errors.push(invalid(`${path}.httpHeaders`, name, HEADER))
  }
}

const HEADER =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation " +
  "is '[-A-Za-z0-9]+')"
