import { describe, expect, it } from 'vitest'
import { parseTime } from '../../src/api/time.ts'
import type { Pod, PodStatus } from '../../src/api/types/core.ts'
import { endpointSlices } from '../../src/registries/endpointSlices.ts'
import { endpoints } from '../../src/registries/endpoints.ts'
import { events } from '../../src/registries/events.ts'
import { ingresses } from '../../src/registries/networking/ingresses.ts'
import { nodes } from '../../src/registries/nodes.ts'
import { pods } from '../../src/registries/pods.ts'
import { services } from '../../src/registries/services.ts'
import { podOf } from './podFixtures.ts'

const metadata = {
  name: 'x',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2020-01-01T00:00:00Z',
}
const now = parseTime('2020-01-01T00:10:00Z') ?? 0

function cells<T>(
  definition: { columns: readonly { priority?: 0 | 1; cell: (object: T, now: number) => string }[] },
  object: T,
  wide = false,
): readonly string[] {
  return definition.columns.filter(({ priority }) => wide || priority !== 1).map(({ cell }) => cell(object, now))
}

function podWith(status: PodStatus, more: object = {}, spec: object = {}): Pod {
  const pod = podOf(spec)
  return { ...pod, metadata: { ...pod.metadata, ...more }, status }
}

const status = (name: string, state: object, ready = false, restartCount = 0, more: object = {}) =>
  ({ name, state, ready, restartCount, image: 'i', imageID: '', ...more }) as NonNullable<
    PodStatus['containerStatuses']
  >[number]
const running = { running: { startedAt: '2020-01-01T00:00:00Z' } }
const ended = (exitCode: number, reason?: string) => ({
  terminated: { exitCode, ...(reason === undefined ? {} : { reason }) },
})
const crashed = { lastState: { terminated: { exitCode: 1, finishedAt: '2020-01-01T00:08:00Z' } } }
const twoInits = {
  initContainers: [
    { name: 'a', image: 'i' },
    { name: 'b', image: 'i' },
  ],
}
const sidecar = { initContainers: [{ name: 's', image: 'i', restartPolicy: 'Always' }] }

describe('a pod is summed up as kubectl does', () => {
  it.each([
    ['new', podWith({ phase: 'Pending' }), '0/1', 'Pending', '0'],
    [
      'creating',
      podWith({ phase: 'Pending', containerStatuses: [status('web', { waiting: { reason: 'ContainerCreating' } })] }),
      '0/1',
      'ContainerCreating',
      '0',
    ],
    [
      'running',
      podWith({ phase: 'Running', containerStatuses: [status('web', running, true)] }),
      '1/1',
      'Running',
      '0',
    ],
    [
      'crashing',
      podWith({
        phase: 'Running',
        containerStatuses: [status('web', { waiting: { reason: 'CrashLoopBackOff' } }, false, 3, crashed)],
      }),
      '0/1',
      'CrashLoopBackOff',
      '3 (2m ago)',
    ],
    [
      'ended',
      podWith({ phase: 'Succeeded', containerStatuses: [status('web', ended(0, 'Completed'))] }),
      '0/1',
      'Completed',
      '0',
    ],
    [
      'ended without a reason',
      podWith({ phase: 'Failed', containerStatuses: [status('web', ended(3))] }),
      '0/1',
      'ExitCode:3',
      '0',
    ],
    [
      'initializing',
      podWith({ phase: 'Pending', initContainerStatuses: [status('a', ended(0)), status('b', running)] }, {}, twoInits),
      '0/1',
      'Init:1/2',
      '0',
    ],
    [
      'failing to initialize',
      podWith(
        {
          phase: 'Pending',
          initContainerStatuses: [status('a', { waiting: { reason: 'CrashLoopBackOff' } }, false, 2)],
        },
        {},
        twoInits,
      ),
      '0/1',
      'Init:CrashLoopBackOff',
      '2',
    ],
    [
      'with a sidecar',
      podWith(
        {
          phase: 'Running',
          initContainerStatuses: [status('s', running, true, 1, { started: true })],
          containerStatuses: [status('web', running, true)],
        },
        {},
        sidecar,
      ),
      '2/2',
      'Running',
      '1',
    ],
    [
      'going',
      podWith(
        { phase: 'Running', containerStatuses: [status('web', running, true)] },
        { deletionTimestamp: '2020-01-01T00:01:00Z' },
      ),
      '1/1',
      'Terminating',
      '0',
    ],
    [
      'lost',
      podWith({ phase: 'Running', reason: 'NodeLost' }, { deletionTimestamp: '2020-01-01T00:01:00Z' }),
      '0/1',
      'Unknown',
      '0',
    ],
    [
      'gated',
      podWith({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
      '0/1',
      'SchedulingGated',
      '0',
    ],
    [
      'ended in part, with one that failed',
      podWith({
        phase: 'Running',
        containerStatuses: [status('a', ended(0, 'Completed')), status('b', ended(3, 'Error'))],
      }),
      '0/1',
      'Error',
      '0',
    ],
    [
      'ended in part, with one that failed for a reason of the same name',
      podWith({
        phase: 'Running',
        containerStatuses: [
          status('a', ended(0, 'Completed')),
          status('b', running, true),
          status('c', { waiting: { reason: 'Completed' }, ...ended(1) }),
        ],
      }),
      '1/1',
      'NotReady',
      '0',
    ],
    [
      'ended in part, ready',
      podWith({
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [status('a', ended(0, 'Completed')), status('b', ended(3)), status('c', running, true)],
      }),
      '1/1',
      'Running',
      '0',
    ],
    [
      'failed to initialize and waiting to try again',
      podWith(
        {
          phase: 'Pending',
          initContainerStatuses: [status('a', { waiting: { reason: 'CrashLoopBackOff' }, ...ended(1, 'Error') })],
        },
        {},
        twoInits,
      ),
      '0/1',
      'Init:Error',
      '0',
    ],
    ['evicted', podWith({ phase: 'Failed', reason: 'Evicted' }), '0/1', 'Evicted', '0'],
  ])('%s', (_, pod, ready, reason, restarts) => {
    expect(cells(pods, pod)).toEqual(['web', ready, reason, restarts, '10m'])
  })

  it('wide, with addresses', () => {
    expect(
      cells(
        pods,
        podWith({ podIP: '10.0.0.1' }, {}, { nodeName: 'n', readinessGates: [{ conditionType: 'a' }] }),
        true,
      ).slice(5),
    ).toEqual(['10.0.0.1', 'n', '<none>', '0/1'])
  })
})

describe('other kinds in a table', () => {
  it('nodes', () => {
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { ...metadata, labels: { 'node-role.kubernetes.io/control-plane': '' } },
      spec: { unschedulable: true },
      status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
    } as const
    expect(cells(nodes, node)).toEqual(['x', 'NotReady,SchedulingDisabled', 'control-plane', '10m', ''])
    expect(cells(nodes, { ...node, status: {} })[1]).toBe('Unknown,SchedulingDisabled')
    const kernel = (nodeInfo: object) => cells(nodes, { ...node, status: { nodeInfo } } as never, true)[8]
    expect(kernel({ kernelVersion: '6.1', architecture: 'arm64' })).toBe('6.1 (arm64)')
    expect([kernel({ architecture: 'arm64' }), kernel({})]).toEqual(['<unknown> (arm64)', '<unknown>'])
  })

  it('services', () => {
    const service = (spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata, spec, status: {} }) as never
    expect(
      cells(services, service({ type: 'ClusterIP', clusterIP: '10.0.0.1', ports: [{ port: 80, protocol: 'TCP' }] })),
    ).toEqual(['x', 'ClusterIP', '10.0.0.1', '<none>', '80/TCP', '10m'])
    expect(
      cells(
        services,
        service({
          type: 'LoadBalancer',
          ports: [
            { port: 80, nodePort: 30080, protocol: 'TCP' },
            { port: 53, protocol: 'UDP' },
          ],
        }),
      ),
    ).toEqual(['x', 'LoadBalancer', '<none>', '<pending>', '80:30080/TCP,53/UDP', '10m'])
    expect(cells(services, service({ type: 'ExternalName', externalName: 'a.b' })).slice(1, 5)).toEqual([
      'ExternalName',
      '<none>',
      'a.b',
      '<none>',
    ])
  })

  it('load balancers with their addresses in order, each once', () => {
    const ingress = [{ ip: '2.2.2.2' }, { hostname: 'b.example' }, { ip: '1.1.1.1' }, { ip: '2.2.2.2' }, {}]
    const status = { loadBalancer: { ingress } }
    const spec = { type: 'LoadBalancer', externalIPs: ['9.9.9.9', '1.1.1.1'] }
    expect(cells(services, { apiVersion: 'v1', kind: 'Service', metadata, spec, status } as never)[3]).toBe(
      '1.1.1.1,2.2.2.2,b.example,9.9.9.9,1.1.1.1',
    )
    expect(cells(ingresses, { metadata, spec: {}, status } as never)[3]).toBe('1.1.1.1,2.2.2.2,b.example')
  })

  it('endpoint slices whose ports have neither number nor name', () => {
    const slice = { metadata, addressType: 'IPv4', endpoints: [], ports: [{ name: '' }] }
    expect(cells(endpointSlices, slice as never)).toEqual(['x', 'IPv4', '<unset>', '<unset>', '10m'])
  })

  it('endpoints, three and how many more', () => {
    const of = (...ips: string[]) =>
      ({
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata,
        subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 80 }] }],
      }) as const
    expect([cells(endpoints, { ...of(), subsets: [] })[1], cells(endpoints, of())[1]]).toEqual(['<none>', ''])
    expect(cells(endpoints, of('1.1.1.1', '1.1.1.2'))[1]).toBe('1.1.1.1:80,1.1.1.2:80')
    expect(cells(endpoints, of('1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'))[1]).toBe(
      '1.1.1.1:80,1.1.1.2:80,1.1.1.3:80 + 1 more...',
    )
  })

  it('events', () => {
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata,
      involvedObject: { kind: 'Pod', name: 'web', namespace: 'default' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off\n',
      count: 4,
      firstTimestamp: '2020-01-01T00:00:00Z',
      lastTimestamp: '2020-01-01T00:09:00Z',
      source: { component: 'kubelet', host: 'n' },
    } as const
    expect(cells(events, event)).toEqual(['60s', 'Warning', 'BackOff', 'pod/web', 'Back-off'])
    const countOf = (more: object) => cells(events, { ...event, ...more } as never, true)[8]
    expect([countOf({ count: 0 }), countOf({ series: { count: 7 } }), countOf({ series: {} })]).toEqual(['1', '7', '0'])
    expect(cells(events, event, true)).toEqual([
      '60s',
      'Warning',
      'BackOff',
      'pod/web',
      '',
      'kubelet, n',
      'Back-off',
      '10m',
      '4',
      'x',
    ])
  })
})
