import { describe, expect, it } from 'vitest'
import type { Pod, PodSpec } from '../../src/api/types/core.ts'
import { addDefaultTolerations } from '../../src/registries/admission/defaultTolerationSeconds.ts'
import { pullPolicyFor } from '../../src/registries/defaults/containers.ts'
import { Draft } from '../../src/registries/defaults/mutable.ts'
import { namespaces } from '../../src/registries/namespaces.ts'
import { nodes } from '../../src/registries/nodes.ts'
import { admittedPodSpec, defaultTemplateSpec } from '../../src/registries/podSpec.ts'
import { qosClassOf } from '../../src/registries/qos.ts'
import { replicationControllers } from '../../src/registries/replicationControllers.ts'
import { defaultedPod, podOf, storedPod, system } from './podFixtures.ts'

const metadata = {
  name: 'x',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2020-01-01T00:00:00Z',
}

const admittedOf = (spec: PodSpec): PodSpec => admittedPodSpec(spec, system)

describe('a pod is filled in as Kubernetes does', () => {
  it('in every field', () => {
    const spec = admittedOf(
      podOf(
        { volumes: [{ name: 'v' }, { name: 'c', configMap: { name: 'c' } }] },
        {
          ports: [{ containerPort: 80 }],
          resources: { limits: { cpu: '0.5', memory: '1024Mi' }, requests: { cpu: '100m' } },
          livenessProbe: { httpGet: { port: 80 } },
          env: [{ name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        },
      ).spec,
    )
    expect(spec).toEqual({
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'c', configMap: { name: 'c', defaultMode: 420 } },
      ],
      containers: [
        {
          name: 'web',
          image: 'nginx:1.27',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          env: [{ name: 'N', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }],
          resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '100m', memory: '1Gi' } },
          livenessProbe: {
            httpGet: { path: '/', port: 80, scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
      tolerations: ['not-ready', 'unreachable'].map((trouble) => ({
        key: `node.kubernetes.io/${trouble}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
    })
  })

  it('once: what is complete is handed back as it is', () => {
    const spec = admittedOf(
      podOf({}, { readinessProbe: { grpc: { port: 1 } }, resources: { requests: { cpu: 0.0001 } } }).spec,
    )
    expect(admittedOf(spec)).toBe(spec)
    expect(spec.containers[0]?.resources?.requests).toEqual({ cpu: '1m' })
    const admitted = admittedPodSpec(spec, system)
    expect(admittedPodSpec(admitted, system)).toBe(admitted)
  })

  it('and what was given is not touched', () => {
    const given = deepFreeze(podOf({}, { ports: [{ containerPort: 80 }] }))
    expect(() => defaultedPod(given)).not.toThrow()
  })

  it('on the host network with host ports, but a template without', () => {
    const spec = podOf({ hostNetwork: true }, { ports: [{ containerPort: 80 }] }).spec
    expect(admittedOf(spec).containers[0]?.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }])
    expect(defaultTemplateSpec(spec).containers[0]?.ports).toEqual([{ containerPort: 80, protocol: 'TCP' }])
  })

  it('a template leaves requests and service links to the pod', () => {
    const spec = defaultTemplateSpec(podOf({}, { resources: { limits: { cpu: '1' } } }).spec)
    expect(spec.containers[0]?.resources).toEqual({ limits: { cpu: '1' } })
    expect(spec.enableServiceLinks).toBeUndefined()
  })

  it.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['nginx@sha256:abc', 'IfNotPresent'],
    ['host:5000/nginx', 'Always'],
    ['host:5000/nginx:1', 'IfNotPresent'],
    [`nginx:latest@sha256:${'a'.repeat(64)}`, 'Always'],
    [`nginx@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
    ['Nginx', 'IfNotPresent'],
    ['Registry:5000/nginx', 'Always'],
    ['a'.repeat(64), 'IfNotPresent'],
  ])('the image %s is pulled %s', (image, policy) => {
    expect(pullPolicyFor(image)).toBe(policy)
  })

  it('and starts Pending, with its quality of service', () => {
    expect(storedPod().status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' })
  })

  it.each([
    [{}, 'BestEffort'],
    [{ requests: { cpu: '0' } }, 'BestEffort'],
    [{ requests: { cpu: '1' } }, 'Burstable'],
    [{ limits: { memory: '1Gi' } }, 'Burstable'],
    [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } }, 'Burstable'],
    [{ requests: { 'nvidia.com/gpu': '1' }, limits: { 'nvidia.com/gpu': '1' } }, 'BestEffort'],
  ])('resources %j make it %s', (resources, qos) => {
    expect(qosClassOf(admittedOf(podOf({}, { resources }).spec))).toBe(qos)
  })
})

describe('admission', () => {
  const tolerating = ({ spec }: Pod) => {
    const draft = new Draft(spec)
    addDefaultTolerations(draft)
    return draft.value
  }
  const seconds = (pod: Pod) =>
    tolerating(pod).tolerations?.map(({ key, tolerationSeconds }) => [key, tolerationSeconds])

  it('gives a pod five minutes on a lost machine, unless it says otherwise', () => {
    const both = [
      ['node.kubernetes.io/not-ready', 300],
      ['node.kubernetes.io/unreachable', 300],
    ]
    expect(seconds(podOf())).toEqual(both)
    const own = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }
    expect(seconds(podOf({ tolerations: [own] }))).toEqual([[own.key, 5], both[0]])
    const all = podOf({ tolerations: [{ operator: 'Exists' }] })
    expect(tolerating(all)).toBe(all.spec)
  })

  it('names the priority and the preemption policy', () => {
    expect(admittedPodSpec(podOf().spec, system)).toMatchObject({
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    })
    expect(admittedPodSpec(podOf({ priorityClassName: 'system-node-critical' }).spec, system).priority).toBe(
      2_000_001_000,
    )
  })
})

describe('the other kinds are filled in too', () => {
  it('a replication controller by its template’s labels', () => {
    const template = { metadata: { labels: { app: 'web' } }, spec: podOf().spec }
    const controller = replicationControllers.defaults({ metadata, spec: { template } } as never)
    expect(controller).toMatchObject({
      metadata: { labels: { app: 'web' } },
      spec: { replicas: 1, selector: { app: 'web' } },
    })
    expect(replicationControllers.defaults(controller)).toBe(controller)
    expect(replicationControllers.prepareForCreate?.(controller).status).toEqual({ replicas: 0 })
  })

  it('a namespace with its name as a label, its finalizer and its phase', () => {
    const namespace = namespaces.prepareForCreate?.(
      namespaces.defaults({ metadata: { ...metadata, name: 'shop' } } as never),
    )
    expect(namespace).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'shop' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })
  })

  it('a machine with its capacity as what may be allocated', () => {
    const node = nodes.defaults({ metadata, status: { capacity: { cpu: 4, memory: '16384Mi' } } } as never)
    expect(node.status).toEqual({ capacity: { cpu: '4', memory: '16Gi' }, allocatable: { cpu: '4', memory: '16Gi' } })
    expect(nodes.defaults(node)).toBe(node)
  })
})

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}
