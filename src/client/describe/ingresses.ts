/** Ingresses and their classes. Mirrors describeIngressV1 and describeIngressClassV1 of k8s.io/kubectl/pkg/describe/describe.go. */
import type { Service } from '../../api/types/core.ts'
import type { Ingress, IngressBackend, IngressClass } from '../../api/types/networking.ts'
import { loadBalancerAddresses } from '../../registries/columns/common.ts'
import type { Around } from './around.ts'
import { annotations, field, indented, labels, labelsAndAnnotations, type Lines, optional, section } from './lines.ts'
import { readyAddresses, slicesOf } from './services.ts'

export function describeIngress(ingress: Ingress, around: Around): Lines {
  const { metadata, spec, status } = ingress
  const backend = (one: IngressBackend): string => backendText(one, metadata.namespace, around)
  const byDefault = spec.defaultBackend === undefined ? '<default>' : backend(spec.defaultBackend)
  return [
    field('Name', metadata.name),
    ...labels('Labels', metadata.labels),
    field('Namespace', metadata.namespace),
    field('Address', loadBalancerAddresses(status).join(',')),
    field('Ingress Class', spec.ingressClassName ?? '<none>'),
    field('Default backend', byDefault),
    ...tlsLines(spec.tls),
    ...ruleLines(ingress, backend, byDefault),
    ...annotations('Annotations', metadata.annotations),
  ]
}

function tlsLines(tls: Ingress['spec']['tls'] = []): Lines {
  const lines = tls.map(({ secretName = '', hosts = [] }) =>
    secretName === '' ? `SNI routes ${hosts.join(',')}` : `${secretName} terminates ${hosts.join(',')}`,
  )
  return lines.length === 0 ? [] : section('TLS', lines)
}

function ruleLines({ spec }: Ingress, backend: (one: IngressBackend) => string, byDefault: string): Lines {
  const lines = (spec.rules ?? []).flatMap(({ host, http }) =>
    http === undefined
      ? []
      : [`${host || '*'}\t`, ...http.paths.map((one) => `  \t${one.path ?? ''} \t${backend(one.backend)}`)],
  )
  return [
    'Rules:',
    ...indented([
      'Host\tPath\tBackends',
      '----\t----\t--------',
      ...(lines.length === 0 ? [`*\t*\t${byDefault}`] : lines),
    ]),
  ]
}

/** `web:80 (10.244.0.2:8080)` */
function backendText({ service, resource }: IngressBackend, namespace = '', around: Around): string {
  if (service === undefined)
    return resource === undefined
      ? ''
      : `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`
  const { name, port = {} } = service
  const text = `${name}:${port.number || (port.name ?? '')}`
  const found = around.find<Service>('v1/Service', namespace, name)
  if (found === undefined) return `${text} (<error: services "${name}" not found>)`
  const ports = found.spec.ports ?? []
  const matching = ports.findLast((one) => (port.number ? one.port === port.number : one.name === port.name))
  return `${text} (${readyAddresses(slicesOf(name, namespace, around), matching?.name ?? '')})`
}

export function describeIngressClass({ metadata, spec }: IngressClass): Lines {
  const { parameters } = spec
  return [
    field('Name', metadata.name),
    ...labelsAndAnnotations(metadata),
    field('Controller', spec.controller),
    ...(parameters === undefined
      ? []
      : section('Parameters', [
          ...optional('APIGroup', parameters.apiGroup),
          field('Kind', parameters.kind),
          field('Name', parameters.name),
        ])),
  ]
}
