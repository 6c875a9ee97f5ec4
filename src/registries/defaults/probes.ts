/** Probes and life-cycle hooks. Mirrors SetDefaults_Probe and SetDefaults_HTTPGetAction of pkg/apis/core/v1/defaults.go. */
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../../api/types/core.ts'

export function defaultProbe(probe: Probe): Probe {
  const httpGet = probe.httpGet && defaultHttpGet(probe.httpGet)
  const grpc = probe.grpc && (probe.grpc.service === undefined ? { ...probe.grpc, service: '' } : probe.grpc)
  const complete = probe.timeoutSeconds && probe.periodSeconds && probe.successThreshold && probe.failureThreshold
  if (complete && httpGet === probe.httpGet && grpc === probe.grpc) return probe
  return {
    ...probe,
    ...(httpGet && { httpGet }),
    ...(grpc && { grpc }),
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  }
}

/** Signals of one's own to stop are not enabled: a life cycle that says nothing else is none. */
export function defaultLifecycle(lifecycle: Lifecycle): Lifecycle | undefined {
  if (lifecycle.stopSignal !== undefined) {
    const { stopSignal: _, ...rest } = lifecycle
    return (rest.postStart ?? rest.preStop) ? defaultLifecycle(rest) : undefined
  }
  const postStart = lifecycle.postStart && defaultHandler(lifecycle.postStart)
  const preStop = lifecycle.preStop && defaultHandler(lifecycle.preStop)
  if (postStart === lifecycle.postStart && preStop === lifecycle.preStop) return lifecycle
  return { ...lifecycle, ...(postStart && { postStart }), ...(preStop && { preStop }) }
}

function defaultHandler(handler: LifecycleHandler): LifecycleHandler {
  const httpGet = handler.httpGet && defaultHttpGet(handler.httpGet)
  return httpGet === undefined || httpGet === handler.httpGet ? handler : { ...handler, httpGet }
}

function defaultHttpGet(action: HTTPGetAction): HTTPGetAction {
  return action.path && action.scheme
    ? action
    : { ...action, path: action.path || '/', scheme: action.scheme || 'HTTP' }
}
