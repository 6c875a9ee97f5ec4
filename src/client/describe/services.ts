/** Services and where they lead. Mirrors describeService and formatEndpointSlices of describe.go. */
import { formatLabels } from '../../api/selectors.ts'
import type { Service, ServicePort } from '../../api/types/core.ts'
import type { EndpointSlice } from '../../api/types/discovery.ts'
import type { Around } from './around.ts'
import { field, heading, type Lines, optional } from './lines.ts'

export function describeService(service: Service, around: Around): Lines {
  const { spec } = service
  const slices = slicesOf(service.metadata.name, service.metadata.namespace, around)
  return [
    ...heading(service),
    field('Selector', formatLabels(spec.selector)),
    field('Type', spec.type),
    ...optional('IP Family Policy', spec.ipFamilyPolicy),
    field('IP Families', joined(spec.ipFamilies)),
    field('IP', spec.clusterIP),
    field('IPs', joined(spec.clusterIPs)),
    ...outsideLines(service),
    ...(spec.ports ?? []).flatMap((port) => portLines(port, slices)),
    field('Session Affinity', spec.sessionAffinity),
    ...optional('External Traffic Policy', spec.externalTrafficPolicy),
    ...optional('Internal Traffic Policy', spec.internalTrafficPolicy),
    ...optional('HealthCheck NodePort', spec.healthCheckNodePort || undefined),
    ...optional('LoadBalancer Source Ranges', spec.loadBalancerSourceRanges?.join(',')),
    ...optional('Traffic Distribution', spec.trafficDistribution),
  ]
}

export function slicesOf(service: string, namespace: string | undefined, around: Around): readonly EndpointSlice[] {
  const labelSelector = { 'kubernetes.io/service-name': service }
  return around.list<EndpointSlice>('discovery.k8s.io/v1/EndpointSlice', { namespace, labelSelector })
}

function joined(list: readonly string[] | undefined): string {
  return list === undefined || list.length === 0 ? '<none>' : list.join(',')
}

function outsideLines({ spec, status }: Service): Lines {
  const ingress = (status.loadBalancer?.ingress ?? []).map(({ ip = '', ipMode, hostname = '' }) =>
    ip === '' ? hostname : `${ip}${ipMode === undefined ? '' : ` (${ipMode})`}`,
  )
  return [
    ...optional('External IPs', spec.externalIPs?.join(',')),
    ...optional('Desired LoadBalancer IP', spec.loadBalancerIP),
    ...optional('External Name', spec.externalName),
    ...(ingress.length === 0 ? [] : [field('LoadBalancer Ingress', ingress.join(', '))]),
  ]
}

function portLines(servicePort: ServicePort, slices: readonly EndpointSlice[]): Lines {
  const { name = '', port, protocol = '', targetPort = 0, appProtocol, nodePort = 0 } = servicePort
  const shown = name === '' ? '<unset>' : name
  return [
    field('Port', `${shown}\t${port}/${protocol}`),
    field('TargetPort', `${targetPort}/${protocol}`),
    ...optional('AppProtocol', appProtocol),
    ...(nodePort === 0 ? [] : [field('NodePort', `${shown}\t${nodePort}/${protocol}`)]),
    field('Endpoints', readyAddresses(slices, name)),
  ]
}

/** So many addresses are told. */
const MOST_ADDRESSES = 3

/** The first addresses that are ready, with the port of that name, and how many more there are. */
export function readyAddresses(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>'
  let ready = 0
  const listed: string[] = []
  // As upstream has it, whatever comes after the third counts as more, ready or not.
  let isMore = false
  for (const { endpoints, ports } of slices) {
    for (const port of withPorts(ports).filter((one) => one === undefined || (one.name ?? '') === portName)) {
      for (const { addresses, conditions } of endpoints ?? []) {
        if (listed.length === MOST_ADDRESSES) isMore = true
        if (conditions?.ready === false) continue
        if (!isMore) listed.push(addressText(addresses[0]!, port?.port))
        ready++
      }
    }
  }
  return isMore ? `${listed.join(',')} + ${ready - MOST_ADDRESSES} more...` : listed.join(',')
}

/** A headless service may have no ports: its addresses stand alone. */
function withPorts(
  ports: EndpointSlice['ports'],
): readonly (NonNullable<EndpointSlice['ports']>[number] | undefined)[] {
  return ports === undefined || ports.length === 0 ? [undefined] : ports
}

function addressText(address: string, port: number | undefined): string {
  if (port === undefined) return address
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}
