import { describe, expect, it } from 'vitest'
import { parseTime } from '../../src/api/time.ts'
import type { Pod, PodStatus } from '../../src/api/types/core.ts'
import { endpoints } from '../../src/registries/endpoints.ts'
import { events } from '../../src/registries/events.ts'
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
