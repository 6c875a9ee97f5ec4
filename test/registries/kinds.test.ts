import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/api/meta.ts'
import { bindings } from '../../src/registries/bindings.ts'
import type { ResourceDefinition } from '../../src/registries/definition.ts'
import { endpoints } from '../../src/registries/endpoints.ts'
import { events } from '../../src/registries/events.ts'
import { leases } from '../../src/registries/leases.ts'
import { minions } from '../../src/registries/minions.ts'
import { namespaces } from '../../src/registries/namespaces.ts'
import { nodes } from '../../src/registries/nodes.ts'
import { pods } from '../../src/registries/pods.ts'
import { replicationControllers } from '../../src/registries/replicationControllers.ts'
import { services } from '../../src/registries/services.ts'
import { messages } from './podFixtures.ts'

type Case = readonly [about: string, object: object, ...messages: string[]]

const metadata = {
  name: 'x',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2020-01-01T00:00:00Z',
}

function complaints<T extends KubeObject>(definition: ResourceDefinition<T>, object: object): readonly string[] {
  const whole = { apiVersion: 'v1', kind: definition.kind, metadata, ...object } as unknown as T
  return messages(definition.validate(definition.defaults(whole)))
}

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } }

describe('a replication controller', () => {
  const cases: readonly Case[] = [
    ['with a template', { spec: { template } }],
    ['of none', { spec: { replicas: 0, template } }],
    [
      'of less than none',
      { spec: { replicas: -1, template } },
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'with a negative wait',
      { spec: { minReadySeconds: -1, template } },
      'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
    ],
    ['without a template', { spec: { selector: { app: 'web' } } }, 'spec.template: Required value'],
    ['without labels to select by', { spec: { template: { spec: template.spec } } }, 'spec.selector: Required value'],
    [
      'that does not select its own pods',
      { spec: { selector: { app: 'db' }, template } },
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      'whose pods restart only on failure',
      { spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'OnFailure' } } } },
      'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
    ],
    [
      'whose pods have a deadline',
      { spec: { template: { ...template, spec: { ...template.spec, activeDeadlineSeconds: 1 } } } },
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
    ],
    [
      'with a broken template',
      { spec: { template: { ...template, spec: { containers: [{ name: 'web' }] } } } },
      'spec.template.spec.containers[0].image: Required value',
    ],
  ]
  for (const [about, object, ...said] of cases) {
    it(`${about}`, () => {
      expect(complaints(replicationControllers, object)).toEqual(said)
    })
  }
})

describe('endpoints', () => {
  const cases: readonly Case[] = [
    ['of nothing', {}],
    ['with an address and a port', { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] }],
    [
      'without addresses',
      { subsets: [{ ports: [{ port: 80 }] }] },
      'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
    ],
    [
      'at no address',
      { subsets: [{ addresses: [{ ip: 'x' }] }] },
      'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address',
    ],
    [
      'at a link-local address',
      { subsets: [{ notReadyAddresses: [{ ip: '169.254.1.1' }] }] },
      'subsets[0].notReadyAddresses[0].ip: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ],
    [
      'with two ports, one without a name',
      { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'a', port: 80 }, { port: 0 }] }] },
      'subsets[0].ports[1].name: Required value',
      'subsets[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
  ]
  for (const [about, object, ...said] of cases) {
    it(`${about}`, () => {
      expect(complaints(endpoints, object)).toEqual(said)
    })
  }
})

describe('a machine', () => {
  const taint = { key: 'a', effect: 'NoSchedule' }
  const cases: readonly Case[] = [
    ['as it registers', { status: { capacity: { cpu: '4', memory: '16Gi', pods: '110' } } }],
    [
      'with one taint twice',
      { spec: { taints: [taint, taint] } },
      'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
    ],
    ['with a taint without effect', { spec: { taints: [{ key: 'a' }] } }, 'metadata.taints[0].effect: Required value'],
    [
      'with a strange effect',
      { spec: { taints: [{ key: 'a', effect: 'Burn' }] } },
      'metadata.taints[0].effect: Unsupported value: "Burn": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
    [
      'with a range that is none',
      { spec: { podCIDRs: ['10.0.0.0/33'] } },
      'spec.podCIDRs[0]: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
    [
      'with two ranges of a kind',
      { spec: { podCIDRs: ['10.0.0.0/24', '10.0.1.0/24'] } },
      'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for each IP family',
    ],
    [
      'with negative memory',
      { status: { capacity: { memory: '-1' } } },
      'status.capacity.memory: Invalid value: "-1": must be greater than or equal to 0',
      'status.allocatable.memory: Invalid value: "-1": must be greater than or equal to 0',
    ],
    [
      'for half a pod',
      { status: { capacity: { pods: '0.5' }, allocatable: { pods: '1' } } },
      'status.capacity.pods: Invalid value: "500m": must be an integer',
    ],
  ]
  for (const [about, object, ...said] of cases) {
    it(`${about}, be it a node or a minion`, () => {
      expect(complaints(nodes, object)).toEqual(said)
      expect(complaints(minions, object)).toEqual(said)
    })
  }

  it('keeps the range and the provider it was given', () => {
    const node = (spec: object) => nodes.defaults({ metadata, spec, status: {} } as never)
    const given = node({ podCIDRs: ['10.0.0.0/24'], providerID: 'a' })
    expect(nodes.validateUpdate(given, node({}))).toEqual([])
    expect(messages(nodes.validateUpdate(node({ podCIDRs: ['10.0.1.0/24'], providerID: 'b' }), given))).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ])
  })

  it('can as a minion be created, read and deleted, never updated', () => {
    expect(minions.verbs).toEqual(['create', 'get', 'list', 'watch', 'delete'])
    expect(nodes.verbs).toContain('update')
  })
})

describe('a binding', () => {
  it('is write-only', () => {
    expect(bindings.verbs).toEqual(['create'])
  })

  for (const [about, object, ...said] of [
    ['to a node', { target: { kind: 'Node', name: 'n' } }],
    ['to a name', { target: { name: 'n' } }],
    ['to no name', { target: { kind: 'Node' } }, 'target.name: Required value'],
    [
      'to a pod',
      { target: { kind: 'Pod', name: 'p' } },
      'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"',
    ],
  ] as readonly Case[]) {
    it(`${about}`, () => {
      expect(complaints(bindings, object)).toEqual(said)
    })
  }
})

describe('events, leases and namespaces', () => {
  for (const [about, object, ...said] of [
    ['about its own namespace', { involvedObject: { namespace: 'default' } }],
    ['about a node', { involvedObject: { kind: 'Node', name: 'n' } }],
    [
      'about another namespace',
      { involvedObject: { namespace: 'other' } },
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ],
    [
      'without a reporter',
      {
        eventTime: '2020-01-01T00:00:00.000000Z',
        involvedObject: { namespace: 'default' },
        reportingComponent: 'a',
        reason: 'R',
      },
      'reportingInstance: Required value',
      'action: Required value',
    ],
  ] as readonly Case[]) {
    it(`an event ${about}`, () => {
      expect(complaints(events, object)).toEqual(said)
    })
  }

  for (const [about, object, ...said] of [
    ['of 40 s', { spec: { leaseDurationSeconds: 40 } }],
    [
      'of no time',
      { spec: { leaseDurationSeconds: 0 } },
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    ],
    [
      'handed over less than never',
      { spec: { leaseTransitions: -1 } },
      'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
    ],
  ] as readonly Case[]) {
    it(`a lease ${about}`, () => {
      expect(complaints(leases, object)).toEqual(said)
    })
  }

  it('a namespace has only finalizers of known or qualified names', () => {
    expect(complaints(namespaces, { spec: { finalizers: ['kubernetes', 'a.b/c'] } })).toEqual([])
    expect(complaints(namespaces, { spec: { finalizers: ['mine'] } })).toEqual([
      'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ])
  })
})

describe('every kind', () => {
  const all = [bindings, endpoints, events, leases, minions, namespaces, nodes, pods, replicationControllers, services]

  it.each(all.map((definition) => [definition.plural, definition] as const))(
    '%s keeps its index and columns apart and in order',
    (_, definition) => {
      expect(new Set(definition.verbs).size).toBe(definition.verbs.length)
      expect(new Set(definition.columns.map(({ name }) => name)).size).toBe(definition.columns.length)
      expect(definition.plural).toBe(definition.plural.toLowerCase())
    },
  )
})
