import type { ConfigMap, Namespace } from '../api/types/core.ts'
import type { ControlLoop } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { createIn } from './createIn.ts'

const namespaces = 'v1/Namespace'
const configMaps = 'v1/ConfigMap'
const name = 'kube-root-ca.crt'
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

/** Sees to it that every namespace has the config map that pods find the certificate in: pkg/controller/certificates/rootcacertpublisher. */
export const rootCaCertificatePublisher: ControlLoop = {
  name: 'root-ca-certificate-publisher-controller',
  watches: [{ kind: namespaces }, { kind: configMaps, keys: namespaceOf }],
  reconcile(key, { cache, api }) {
    const namespace = cache.get<Namespace>(namespaces, key)
    if (namespace === undefined || namespace.status.phase !== 'Active') return
    const current = api.find<ConfigMap>('configmaps', key, name)
    if (current === undefined) {
      createIn(() => api.create('configmaps', key, rootCaConfigMap(key)))
    } else if (!isAsPublished(current)) {
      const metadata = { ...current.metadata, annotations: { ...current.metadata.annotations, ...annotations } }
      api.update('configmaps', { ...current, metadata, data: { 'ca.crt': certificate } })
    }
  },
}

/** What is published in a namespace. */
export function rootCaConfigMap(namespace: string): {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string; readonly annotations: object }
  readonly data: object
} {
  const data = { 'ca.crt': certificate }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, annotations }, data }
}

function isAsPublished({ metadata, data = {} }: ConfigMap): boolean {
  const description = 'kubernetes.io/description'
  return (
    Object.keys(data).length === 1 &&
    data['ca.crt'] === certificate &&
    metadata.annotations?.[description] === annotations[description]
  )
}

/** The namespace whose config map this is. */
function namespaceOf({ object }: ObjectChange): readonly string[] {
  return object.metadata.name === name ? [object.metadata.namespace!] : none
}
