/** Probes in a line. Mirrors DescribeProbe of describe.go, and the escaping of net/url. */
import type { HTTPGetAction, Probe } from '../../api/types/core.ts'
import { goList } from './lines.ts'

export function probeText(probe: Probe): string {
  const { initialDelaySeconds = 0, timeoutSeconds = 0, periodSeconds = 0 } = probe
  const { successThreshold = 0, failureThreshold = 0 } = probe
  const how = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s`
  return `${what(probe)} ${how} #success=${successThreshold} #failure=${failureThreshold}`
}

function what({ exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec !== undefined) return `exec ${goList(exec.command)}`
  if (httpGet !== undefined) return `http-get ${urlOf(httpGet)}`
  if (tcpSocket !== undefined) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`
  return grpc === undefined ? 'unknown' : `grpc <pod>:${grpc.port} ${grpc.service ?? ''}`
}

function urlOf({ scheme = '', host = '', port, path = '' }: HTTPGetAction): string {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const slash = path === '' || path.startsWith('/') ? '' : '/'
  return `${scheme.toLowerCase()}://${authority}${slash}${escaped(path)}`
}

function escaped(path: string): string {
  return path.replace(/[^\w\-.~$&+,/:;=@]/gu, (character) =>
    // What encodeURIComponent leaves alone is one byte.
    /[!'()*]/u.test(character)
      ? `%${character.charCodeAt(0).toString(16).toUpperCase()}`
      : encodeURIComponent(character),
  )
}
