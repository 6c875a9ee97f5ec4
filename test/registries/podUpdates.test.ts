import { describe, expect, it } from 'vitest'
import { createCluster, type Cluster } from '../../src/index.ts'
import type { Pod } from '../../src/api/types/core.ts'
import { causes } from '../support/causes.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const at = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`
const affinityOf = (...terms: object[]): object => ({ nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: terms } } })
const term = { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }
const container = { name: 'web', image: 'nginx:1.27', resources: { requests: { cpu: '1' } } }
const init = { name: 'init', image: 'busybox:1' }
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/web'

type Case = readonly [about: string, pod: object, change: object, ...said: string[]]

function clusterWith(pod: object): Cluster {
  const cluster = createCluster({ seed: 1, nodes: 0 })
  cluster.advance('10s')
  const { spec, metadata, status } = pod as { spec?: object; metadata?: object; status?: object }
  const created = cluster.pods.create({
    metadata: { name: 'web', ...metadata },
    spec: { containers: [container], initContainers: [init], restartPolicy: 'Never', ...spec },
  } as Parameters<typeof cluster.pods.create>[0])
  if (status !== undefined) cluster.pods.updateStatus({ ...created, status: { ...created.status, ...status } })
  return cluster
}

describe('an update of a pod', () => {
  it.each<Case>([
    [
      'that takes a toleration away',
      { spec: { tolerations: [{ key: 'a', operator: 'Exists' }] } },
      { spec: { tolerations: [{ key: 'b', operator: 'Exists' }] } },
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
    [
      'with a deadline below none',
      {},
      { spec: { activeDeadlineSeconds: -1 } },
      'spec.activeDeadlineSeconds: Invalid value: -1: must be between 1 and 2147483647, inclusive',
      'spec.activeDeadlineSeconds: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    ],
    [
      'that widens where a gated pod may run',
      { spec: { schedulingGates: [{ name: 'a' }], nodeSelector: { a: 'b' } } },
      { spec: { nodeSelector: { a: 'c' } } },
      'spec.nodeSelector: Invalid value: {"a":"c"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ],
    [
      'that adds terms for a gated pod',
      { spec: { schedulingGates: [{ name: 'a' }], affinity: affinityOf(term) } },
      { spec: { affinity: affinityOf(term, {}) } },
      `${at}: Invalid value: [{"MatchExpressions":[{"Key":"a","Operator":"In","Values":["b"]}],"MatchFields":null},{"MatchExpressions":null,"MatchFields":null}]: no additions/deletions to non-empty NodeSelectorTerms list are allowed`,
    ],
    [
      'that changes a term of a gated pod',
      { spec: { schedulingGates: [{ name: 'a' }], affinity: affinityOf(term) } },
      { spec: { affinity: affinityOf({}) } },
      `${at}[0]: Invalid value: {"MatchExpressions":null,"MatchFields":null}: only additions are allowed (no mutations or deletions)`,
    ],
    [
      'that narrows a term of a gated pod',
      { spec: { schedulingGates: [{ name: 'a' }], affinity: affinityOf(term) } },
      {
        spec: {
          affinity: affinityOf({ matchExpressions: [...term.matchExpressions, { key: 'c', operator: 'Exists' }] }),
        },
      },
    ],
    [
      'that gives a gated pod its first affinity',
      { spec: { schedulingGates: [{ name: 'a' }] } },
      { spec: { affinity: affinityOf(term) } },
    ],
    [
      'that adds a gate',
      { spec: { schedulingGates: [{ name: 'a' }] } },
      { spec: { schedulingGates: [{ name: 'b' }] } },
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'",
    ],
    [
      'that says a profile late',
      {},
      { metadata: { annotations: { [APP_ARMOR]: 'unconfined' } } },
      `metadata.annotations[${APP_ARMOR}]: Forbidden: may not add AppArmor annotations`,
    ],
    [
      'that makes a pod a mirror',
      {},
      { metadata: { annotations: { 'kubernetes.io/config.mirror': 'a' } } },
      'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "a": must set spec.nodeName if mirror pod annotation is set',
      'metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation',
    ],
    [
      'that costs no number',
      {},
      { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '+1' } } },
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a 32bit integer',
    ],
    [
      'that costs less than nothing',
      {},
      { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-2147483648' } } },
    ],
  ])('%s', (...row) => {
    const [, pod, patch, ...said] = row as unknown as Case
    const cluster = clusterWith(pod)
    expect(causes(() => cluster.pods.patch('web', patch, { type: 'merge' }))).toEqual(said)
  })

  it('that takes its account away takes the token with it', () => {
    const cluster = clusterWith({})
    const pod = cluster.pods.get('web')
    const { serviceAccountName: _, serviceAccount: __, ...spec } = pod.spec
    const [first] = causes(() => cluster.pods.update({ ...pod, spec }))
    expect(first).toBe(
      'spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set',
    )
  })
})

const ended = { name: 'web', state: { terminated: { exitCode: 0 } } }

describe('an update of a pod’s status', () => {
  it.each<Case>([
    [
      'with conditions of no type',
      {},
      {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'a/b/c', status: 'x', observedGeneration: -1 },
        ],
      },
      expect.stringMatching(
        /^status\.conditions\[1\]\.observedGeneration: Invalid value: -1: must be a non-negative integer$/,
      ) as string,
      expect.stringMatching(
        /^status\.conditions\[1\]\.Type: Invalid value: "a\/b\/c": a valid label key must/,
      ) as string,
    ],
    [
      'that changes its class',
      {},
      { qosClass: 'Guaranteed' },
      'status.qosClass: Invalid value: "Guaranteed": field is immutable',
    ],
    [
      'with a generation below none',
      {},
      { observedGeneration: -1 },
      'status.observedGeneration: Invalid value: -1: must be a non-negative integer',
    ],
    [
      'that starts what has ended',
      { status: { containerStatuses: [ended] } },
      { containerStatuses: [{ name: 'web' }] },
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ],
    [
      'that starts what is started again',
      { spec: { restartPolicy: 'Always' }, status: { containerStatuses: [ended] } },
      { containerStatuses: [{ name: 'web' }] },
    ],
    [
      'with claims that the pod does not have',
      {},
      { resourceClaimStatuses: [{ name: 'a', resourceClaimName: 'b' }, { name: 'a' }] },
      'status.resourceClaimStatuses[0].name: Invalid value: "a": must match the name of an entry in `spec.resourceClaims`',
      'status.resourceClaimStatuses[1].name: Invalid value: "a": must match the name of an entry in `spec.resourceClaims`',
      'status.resourceClaimStatuses[1].name: Duplicate value: "a"',
    ],
    [
      'with a claim for nothing',
      {},
      { extendedResourceClaimStatus: {} },
      'status.extendedResourceClaimStatus.requestMappings: Required value: at least one request mapping is required',
      'status.extendedResourceClaimStatus.resourceClaimName: Required value',
    ],
    [
      'with addresses of one family',
      {},
      { podIPs: [{ ip: '1.2.3.4' }, { ip: '1.2.3.5' }], hostIP: '1.2.3.4', hostIPs: [{ ip: '1.2.3.5' }] },
      'status.podIPs: Invalid value: [{"IP":"1.2.3.4"},{"IP":"1.2.3.5"}]: may specify no more than one IP for each IP family',
      'status.hostIPs[0].ip: Invalid value: "1.2.3.5": must be equal to `hostIP`',
    ],
    [
      'with what is no address',
      {},
      { podIP: 'x' },
      'status.podIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      'with a user out of range',
      {},
      { containerStatuses: [{ name: 'web', user: { linux: { uid: -1, gid: 0 } } }] },
      'status.containerStatuses[0].user.linux.uid: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    ],
    [
      'with devices that were not asked for',
      {},
      {
        containerStatuses: [
          {
            name: 'web',
            allocatedResourcesStatus: [
              { name: 'a', resources: [{ resourceID: 'x', health: 'x' }] },
              { name: 'cpu' },
              { name: 'claim:a' },
            ],
          },
        ],
      },
      'status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: "a": must match one of the container\'s resource requests',
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].health: Unsupported value: "x": supported values: "Healthy", "Unhealthy", "Unknown"',
      "status.containerStatuses[0].allocatedResourcesStatus[2].name: Invalid value: \"claim:a\": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty",
    ],
    [
      'that nominates a pod with a node',
      { spec: { nodeName: 'n' } },
      { nominatedNodeName: 'N' },
      expect.stringMatching(/^status\.nominatedNodeName: Invalid value: "N": a lowercase RFC 1123 subdomain/) as string,
      'status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node',
    ],
  ])('%s', (...row) => {
    const [, pod, status, ...said] = row as unknown as Case
    const cluster = clusterWith(pod)
    const before = cluster.pods.get('web')
    const next = { ...before, status: { ...before.status, ...status } } as Pod
    expect(causes(() => cluster.pods.updateStatus(next))).toEqual(said)
  })

  it('keeps class and generations, fills in states and addresses, and may change labels', () => {
    const conditions = [{ type: 'Ready', status: 'True', observedGeneration: 1 }]
    const cluster = clusterWith({ status: { conditions, observedGeneration: 1 } })
    const pod = cluster.pods.get('web')
    const status = {
      podIP: '1.2.3.4',
      containerStatuses: [{ name: 'web' }],
      conditions: [{ type: 'Ready', status: 'False' }],
    }
    const updated = cluster.pods.updateStatus({
      ...pod,
      metadata: { ...pod.metadata, labels: { a: 'b' } },
      status,
    } as object as Pod)
    expect(updated.metadata.labels).toEqual({ a: 'b' })
    expect(updated.status).toMatchObject({
      qosClass: pod.status.qosClass,
      observedGeneration: 1,
      conditions: [{ type: 'Ready', status: 'False', observedGeneration: 1 }],
      podIPs: [{ ip: '1.2.3.4' }],
      containerStatuses: [{ name: 'web', state: {}, lastState: {} }],
    })
  })
})

describe('the counts of a status', () => {
  it.each([
    ['apps/v1/ReplicaSet', { apiVersion: 'apps/v1', kind: 'ReplicaSet' }, { matchLabels: { a: 'b' } }],
    ['v1/ReplicationController', { apiVersion: 'v1', kind: 'ReplicationController' }, { a: 'b' }],
    ['apps/v1/Deployment', { apiVersion: 'apps/v1', kind: 'Deployment' }, { matchLabels: { a: 'b' } }],
  ] as const)('of a %s are no more than there are', (kind, type, selector) => {
    const cluster = createCluster({ seed: 1, nodes: 0 })
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } }
    const client = cluster.resource(kind)
    const made = client.create({ ...type, metadata: { name: 'web' }, spec: { selector, template } } as never) as object
    expect(
      causes(() => client.updateStatus({ ...made, status: { readyReplicas: 1, availableReplicas: 2 } } as never)),
    ).toEqual([
      'status.readyReplicas: Invalid value: 1: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas',
    ])
  })
})
