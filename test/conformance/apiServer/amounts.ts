import type { Json } from './answers.ts'
import type { Step } from './conversations.ts'

const labels = { app: 'web' }
const selector = { matchLabels: labels }
const restartPolicy = 'Never'

const resources = (amount: string): object => ({
  requests: { memory: amount, 'example.com/a': amount },
  limits: { 'example.com/a': amount },
})

/** A pod's spec with an amount in whatever may hold one. */
const asking = (amount: string, more: object = {}): object => ({
  containers: [
    {
      name: 'main',
      image: 'web:1',
      resources: resources(amount),
    },
  ],
  volumes: [{ name: 'scratch', emptyDir: { sizeLimit: amount } }],
  ...more,
})
const template = (amount: string, more?: object): object => ({ metadata: { labels }, spec: asking(amount, more) })
const claim = (amount: string): object => ({
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: amount }, limits: { storage: amount } },
})

/** Specs with one amount in them, by kind. */
const specs: Readonly<Record<string, (amount: string) => object>> = {
  'v1/Pod': asking,
  'v1/ReplicationController': (amount) => ({ selector: labels, template: template(amount) }),
  'apps/v1/ReplicaSet': (amount) => ({ selector, template: template(amount) }),
  'apps/v1/Deployment': (amount) => ({ selector, template: template(amount) }),
  'apps/v1/DaemonSet': (amount) => ({ selector, template: template(amount) }),
  'apps/v1/StatefulSet': (amount) => ({
    selector,
    template: template(amount),
    serviceName: 'web',
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim(amount) }],
  }),
  'batch/v1/Job': (amount) => ({ template: { spec: asking(amount, { restartPolicy }) } }),
  'batch/v1/CronJob': (amount) => ({
    schedule: '* * * * *',
    jobTemplate: { spec: { template: { spec: asking(amount, { restartPolicy }) } } },
  }),
  'v1/PersistentVolumeClaim': claim,
}

const named = (kind: string, more: object): Json => {
  const at = kind.lastIndexOf('/')
  return { apiVersion: kind.slice(0, at), kind: kind.slice(at + 1), metadata: { name: 'amounts' }, ...more } as Json
}
const changing = (of: string, patch: object, subresource?: 'resize'): Step => ({
  patch: patch as Json,
  of,
  name: 'amounts',
  type: 'strategic',
  ...(subresource && { subresource }),
})
const pod = (name: string, memory: string): Json =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'main', image: 'a' }], runtimeClassName: 'amounts', overhead: { memory } },
  }) as Json

/** Whether 1Gi becomes 1073741824, and then more, of everything that may not be changed, or whose changes are counted. */
export const amounts: readonly Step[] = [
  ...Object.entries(specs).flatMap(([kind, spec]): Step[] => [
    { create: named(kind, { spec: spec('1Gi') }) },
    changing(kind, { spec: spec('1073741824') }),
    changing(kind, { spec: spec('1073741825') }),
  ]),
  changing('v1/Pod', { spec: { containers: [{ name: 'main', resources: resources('1Gi') }] } }, 'resize'),
  { create: named('node.k8s.io/v1/RuntimeClass', { handler: 'a', overhead: { podFixed: { memory: '64Mi' } } }) },
  // Texts that look like amounts.
  changing('apps/v1/Deployment', { spec: { template: { spec: { nodeSelector: { requests: '1Gi' } } } } }),
  changing('apps/v1/Deployment', { spec: { template: { spec: { nodeSelector: { requests: '1024Mi' } } } } }),
  { create: pod('alike', '67108864') },
  { create: pod('unlike', '67108865') },
]
