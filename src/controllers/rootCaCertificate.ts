import type { ConfigMap, Namespace } from '../api/types/core.ts'
import type { ControlLoop } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import type { CowCell } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import { createIn } from './createIn.ts'

const namespaces = 'v1/Namespace'
const configMaps = 'v1/ConfigMap'
export const configMapName = 'kube-root-ca.crt'
const name = configMapName
const none: readonly string[] = Object.freeze([])

const annotations: Readonly<Record<string, string>> = Object.freeze({
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the ' +
    'internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
})

/** In the form of a certificate; what it encodes says that no authority is simulated which could have issued one. */
const certificate = [
  '-----BEGIN CERTIFICATE-----',
  'V2F2ZXRhbmsgc2ltdWxhdGVzIG5vIGNlcnRpZmljYXRlIGF1dGhvcml0eTogdGhp',
  'cyBpcyBub3QgYSBjZXJ0aWZpY2F0ZS4=',
  '-----END CERTIFICATE-----',
  '',
].join('\n')

export const publisherName = 'root-ca-certificate-publisher-controller'

/** The certificate that is published: the simulation's own, unless the cluster was imported with another. */
export function rootCertificate(memory: Memory): CowCell<string> {
  return memory.cell('controllers.rootCertificate', certificate)
}

/** Sees to it that every namespace has the config map that pods find the certificate in: pkg/controller/certificates/rootcacertpublisher. */
export function createRootCaCertificatePublisher(memory: Memory): ControlLoop {
  const published = rootCertificate(memory)
  return {
    name: publisherName,
    watches: [{ kind: namespaces }, { kind: configMaps, keys: namespaceOf }],
    reconcile(key, { cache, api }) {
      const namespace = cache.get<Namespace>(namespaces, key)
      if (namespace === undefined || namespace.status.phase !== 'Active') return
      const current = api.find<ConfigMap>('configmaps', key, name)
      if (current === undefined) {
        createIn(() => api.create('configmaps', key, rootCaConfigMap(key, published.value)))
      } else if (!isAsPublished(current, published.value)) {
        const metadata = { ...current.metadata, annotations: { ...current.metadata.annotations, ...annotations } }
        api.update('configmaps', { ...current, metadata, data: { 'ca.crt': published.value } })
      }
    },
  }
}

/** What is published in a namespace. */
export function rootCaConfigMap(
  namespace: string,
  published: string,
): {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string; readonly annotations: object }
  readonly data: object
} {
  const data = { 'ca.crt': published }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, annotations }, data }
}

function isAsPublished({ metadata, data = {} }: ConfigMap, published: string): boolean {
  const description = 'kubernetes.io/description'
  return (
    Object.keys(data).length === 1 &&
    data['ca.crt'] === published &&
    metadata.annotations?.[description] === annotations[description]
  )
}

/** The namespace whose config map this is. */
function namespaceOf({ object }: ObjectChange): readonly string[] {
  return object.metadata.name === name ? [object.metadata.namespace!] : none
}
