/** What a failed probe's Event says. Mirrors pkg/probe and pkg/kubelet/prober/prober.go. */
import type { Container, Probe } from '../api/types/core.ts'
import type { ProbeKind, Said } from './answers.ts'
import { goDuration } from './goDuration.ts'
import { timeoutMs } from './probeSeries.ts'

/** In place of the pod's address, so that many Events share one text. */
export const HOST = '{detail}'

const titles: Readonly<Record<ProbeKind, string>> = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' }

export function probeOf(container: Container, kind: ProbeKind): Probe | undefined {
  if (kind === 'readiness') return container.readinessProbe
  return kind === 'liveness' ? container.livenessProbe : container.startupProbe
}

/** `Readiness probe failed: …`; `{detail}` in it stands for the pod's address. */
export function failureText(kind: ProbeKind, probe: Probe, container: Container, said: Said): string {
  return `${titles[kind]} probe failed: ${outputOf(probe, container, said)}`
}

function outputOf(probe: Probe, container: Container, { answer, latencyMs }: Said): string {
  const isLate = latencyMs > timeoutMs(probe)
  if (!isLate && typeof answer === 'string') return answer
  if (probe.httpGet !== undefined) return httpOutput(probe.httpGet, container, isLate, answer)
  if (probe.tcpSocket !== undefined) {
    const { host = '', port } = probe.tcpSocket
    return `dial tcp ${host || HOST}:${portOf(port, container)}: ${isLate ? 'i/o timeout' : 'connect: connection refused'}`
  }
  const limit = goDuration(timeoutMs(probe))
  if (probe.grpc !== undefined)
    return isLate
      ? `timeout: health rpc did not complete within ${limit}`
      : 'service unhealthy (responded with "NOT_SERVING")'
  return isLate ? `command timed out: "${probe.exec?.command?.join(' ') ?? ''}" timed out after ${limit}` : ''
}

/** What comes of asking by HTTP; `{detail}` in it stands for the pod's address. */
export function httpOutput(
  { host = '', port, path = '/', scheme = 'HTTP' }: NonNullable<Probe['httpGet']>,
  container: Container,
  isLate: boolean,
  answer: Said['answer'],
): string {
  if (!isLate && typeof answer === 'number') return `HTTP probe failed with statuscode: ${answer}`
  const place = `${host || HOST}:${portOf(port, container)}`
  const url = `${scheme.toLowerCase()}://${place}${path.startsWith('/') ? path : `/${path}`}`
  if (!isLate) return `Get "${url}": dial tcp ${place}: connect: connection refused`
  return `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
}

/** A port by its name among the container's ports. */
function portOf(port: number | string, { ports = [] }: Container): number | string {
  return typeof port === 'number' ? port : (ports.find(({ name }) => name === port)?.containerPort ?? port)
}
