import { describe, expect, test } from 'vitest'
import type { Cluster, Manifest, Service } from '../../src/index.ts'
import { bare } from '../cluster/support.ts'
import { causes } from '../support/causes.ts'

type Spec = Manifest<Service['spec']>

const http = { port: 80 }
const manifest = (name: string, spec: Spec = {}): Manifest<Service> => ({
  metadata: { name },
  spec: { ports: [http], ...spec },
})
const make = (cluster: Cluster, name: string, spec: Spec = {}): Service => cluster.services.create(manifest(name, spec))

describe('a service is refused', () => {
  const cluster = bare()
  const cases: readonly (readonly [what: string, spec: Spec, ...said: string[]])[] = [
    ['without ports', { ports: [] }, 'spec.ports: Required value'],
    ['that is not even a name', { type: 'ExternalName' }, 'spec.externalName: Required value'],
    [
      'with two ports without names',
      { ports: [http, { port: 81 }] },
      'spec.ports[0].name: Required value',
      'spec.ports[1].name: Required value',
    ],
    [
      'with one port name twice',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'a', port: 81 },
        ],
      },
      'spec.ports[1].name: Duplicate value: "a"',
    ],
    [
      'with one port twice',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      },
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ],
    [
      'with a port out of range',
      { ports: [{ port: 65536, targetPort: 1 }] },
      'spec.ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive',
    ],
    [
      'with a bad target name',
      { ports: [{ port: 80, targetPort: 'a--b' }] },
      'spec.ports[0].targetPort: Invalid value: "a--b": must not contain consecutive hyphens',
    ],
    [
      'with a node port of its own',
      { ports: [{ port: 80, nodePort: 30080 }] },
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
    [
      'with a node port out of range',
      { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      'of a strange type',
      { type: 'Magic' },
      'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
    [
      'with a strange affinity',
      { sessionAffinity: 'Cookie' },
      'spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"',
    ],
    [
      'with an address that is none',
      { clusterIP: '10.0.0.256' },
      'spec.clusterIPs[0]: Invalid value: "10.0.0.256": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      'with an address elsewhere',
      { clusterIP: '10.95.255.255' },
      'spec.clusterIPs: Invalid value: ["10.95.255.255"]: failed to allocate IP 10.95.255.255: the provided network does not match the current range',
    ],
    [
      'with an address that another has',
      { clusterIP: '10.96.0.1' },
      'spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated',
    ],
    [
      'with an address of a family that the cluster has not',
      { clusterIP: 'fd00::1' },
      'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster',
    ],
    [
      'with two addresses of one family',
      { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7', '10.96.0.8'] },
      'spec.clusterIPs: Invalid value: ["10.96.0.7","10.96.0.8"]: may specify no more than one IP for each IP family',
    ],
    [
      'with its addresses by the newer field alone',
      { clusterIPs: ['10.96.0.7'] },
      'spec.clusterIPs: Invalid value: ["10.96.0.7"]: must be empty when `clusterIP` is not specified',
    ],
    [
      'of a family that the cluster has not',
      { ipFamilies: ['IPv6'] },
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ],
    [
      'of two families at any price',
      { ipFamilyPolicy: 'RequireDualStack' },
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
    [
      'that is a name and has an address',
      { type: 'ExternalName', externalName: 'example.com', clusterIP: '10.96.0.7' },
      'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
    ],
    [
      'at a loopback address',
      { externalIPs: ['127.0.0.1'] },
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
    [
      'headless and on every node',
      { type: 'NodePort', clusterIP: 'None' },
      'spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services',
    ],
    [
      'with a load balancer’s fields and none',
      { loadBalancerClass: 'a/b', loadBalancerSourceRanges: ['10.0.0.0/8'], healthCheckNodePort: 30001 },
      "spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
    [
      'with sources of which one is no range, and no balancer',
      { loadBalancerSourceRanges: ['10.0.0.0/8', 'x'] },
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
      'spec.LoadBalancerSourceRanges[1]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
    [
      'with ranges that can be read in two ways',
      {
        type: 'LoadBalancer',
        loadBalancerSourceRanges: ['010.0.0.0/8', '::ffff:10.0.0.0/104', '10.0.0.1/8', 'fd00::/08'],
      },
      'spec.LoadBalancerSourceRanges[0]: Invalid value: "010.0.0.0/8": must not have leading 0s in IP or prefix length',
      'spec.LoadBalancerSourceRanges[1]: Invalid value: "::ffff:10.0.0.0/104": must not have an IPv4-mapped IPv6 address',
      'spec.LoadBalancerSourceRanges[2]: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
      'spec.LoadBalancerSourceRanges[3]: Invalid value: "fd00::/08": must not have leading 0s in IP or prefix length',
    ],
    [
      'at addresses that can be read in two ways',
      { externalIPs: ['010.0.0.1', '::ffff:10.0.0.1'] },
      'spec.externalIPs[0]: Invalid value: "010.0.0.1": must not have leading 0s',
      'spec.externalIPs[1]: Invalid value: "::ffff:10.0.0.1": must not be an IPv4-mapped IPv6 address',
    ],
    [
      'with an unknown way to spread traffic',
      { trafficDistribution: 'Fair' },
      'spec.trafficDistribution: Unsupported value: "Fair": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ],
  ]
  test.each(cases)('%s', (what, spec, ...said) => {
    expect(causes(() => make(cluster, 'new', spec as Spec))).toEqual(said)
    expect(cluster.services.find('new')).toBeUndefined()
  })
})

describe('a service reads back', () => {
  const read = (name: string, spec: Spec): Service['spec'] => make(bare(), name, spec).spec
  const address = expect.stringMatching(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/) as string

  test('with type, address, family and target ports', () => {
    const made = make(bare(), 'web', { selector: { app: 'web' } })
    expect(made.spec).toEqual({
      clusterIP: address,
      clusterIPs: [made.spec.clusterIP],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      selector: { app: 'web' },
      sessionAffinity: 'None',
      type: 'ClusterIP',
    })
    expect(made.status).toEqual({ loadBalancer: {} })
  })

  test('without an address when it is headless', () => {
    expect(read('web', { clusterIP: 'None', selector: { app: 'web' }, ports: undefined })).toMatchObject({
      clusterIP: 'None',
      clusterIPs: ['None'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    })
    expect(read('web', { clusterIP: 'None' })).toMatchObject({
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'RequireDualStack',
    })
  })

  test('as a mere name, with nothing handed out', () => {
    expect(read('web', { type: 'ExternalName', externalName: 'example.com.', ports: undefined })).toEqual({
      externalName: 'example.com.',
      sessionAffinity: 'None',
      type: 'ExternalName',
    })
  })

  test('with a port on every node for each of its ports, one for both protocols of a port', () => {
    const ports = [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      { name: 'metrics', port: 9153, nodePort: 30053 },
    ]
    const { ports: made = [], externalTrafficPolicy } = read('dns', { type: 'NodePort', ports })
    const nodePorts = made.map(({ nodePort }) => nodePort!)
    expect(externalTrafficPolicy).toBe('Cluster')
    expect([nodePorts[0], nodePorts[2]]).toEqual([nodePorts[1], 30053])
    expect(nodePorts[0]).toBeGreaterThanOrEqual(30086)
  })

  test('with a port for health checks when traffic stays on its node', () => {
    const local = read('web', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' })
    expect(local).toMatchObject({ allocateLoadBalancerNodePorts: true, clusterIP: address })
    expect(local.healthCheckNodePort).toBeGreaterThanOrEqual(30086)
    expect(local.healthCheckNodePort).not.toBe(local.ports![0]!.nodePort)
    const none = read('web', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false })
    expect([none.ports![0]!.nodePort, none.healthCheckNodePort]).toEqual([undefined, undefined])
  })

  test('with the affinity it asks for', () => {
    expect(read('web', { sessionAffinity: 'ClientIP' }).sessionAffinityConfig).toEqual({
      clientIP: { timeoutSeconds: 10_800 },
    })
  })
})

describe('every cluster has a service `kubernetes`', () => {
  test('with the first address, its endpoints and its slice', () => {
    const cluster = bare()
    expect(cluster.services.get('kubernetes')).toMatchObject({
      metadata: { labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443, protocol: 'TCP' }] },
    })
    const port = { name: 'https', port: 6443, protocol: 'TCP' }
    expect(cluster.endpoints.get('kubernetes').subsets).toEqual([{ addresses: [{ ip: '172.18.0.1' }], ports: [port] }])
    expect(cluster.endpointSlices.get('kubernetes')).toMatchObject({
      metadata: { labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      endpoints: [{ addresses: ['172.18.0.1'], conditions: { ready: true } }],
      ports: [port],
    })
    cluster.advance('10m')
    expect(cluster.table('svc', { namespace: 'default' })).toBe(
      [
        'NAME         TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE',
        'kubernetes   ClusterIP   10.96.0.1    <none>        443/TCP   10m',
        '',
      ].join('\n'),
    )
  })
})

describe('an update', () => {
  test('that does not repeat what was handed out keeps it', () => {
    const cluster = bare()
    const made = make(cluster, 'web', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', selector: { a: 'b' } })
    const again = cluster.services.update(
      manifest('web', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', selector: { a: 'b' } }),
    )
    expect(again).toEqual(made)
    const grown = cluster.services.update('web', (draft) => {
      draft.spec.ports = [
        { name: '', port: 81, protocol: 'TCP' },
        { name: 'more', port: 82, protocol: 'TCP' },
      ]
      draft.spec.ports[0]!.name = 'web'
    })
    expect(grown.spec.clusterIP).toBe(made.spec.clusterIP)
    expect(grown.spec.healthCheckNodePort).toBe(made.spec.healthCheckNodePort)
    const kept = cluster.services.update(
      manifest('web', { ports: grown.spec.ports!.map(({ name, port }) => ({ name, port })), type: 'NodePort' }),
    )
    expect(kept.spec.ports).toEqual(grown.spec.ports!.map((port) => ({ ...port, targetPort: port.port })))
  })

  test('never changes an address', () => {
    const cluster = bare()
    make(cluster, 'web', { clusterIP: '10.96.0.9' })
    make(cluster, 'headless', { clusterIP: 'None', selector: { app: 'web' } })
    const move = (name: string, clusterIP: string) => (): unknown =>
      cluster.services.update(name, (draft) => void (draft.spec.clusterIP = clusterIP))
    const said = (address: string): string[] => [
      `spec.clusterIPs[0]: Invalid value: ["${address}"]: may not change once set`,
    ]
    expect(causes(move('web', '10.96.0.8'))).toEqual(said('10.96.0.8'))
    expect(causes(move('web', 'None'))).toEqual(said('None'))
    expect(causes(move('headless', '10.96.0.8'))).toEqual(said('10.96.0.8'))
  })

  test('to a mere name gives all of it back, and back again takes anew', () => {
    const cluster = bare()
    const address = make(cluster, 'web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }).spec.clusterIP!
    const named = cluster.services.update('web', (draft) => {
      draft.spec.type = 'ExternalName'
      draft.spec.externalName = 'example.com'
    })
    expect(named.spec).toEqual({
      externalName: 'example.com',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      sessionAffinity: 'None',
      type: 'ExternalName',
    })
    make(cluster, 'heir', { type: 'NodePort', clusterIP: address, ports: [{ port: 80, nodePort: 30080 }] })
    const back = cluster.services.update('web', (draft) => void (draft.spec.type = 'ClusterIP'))
    expect(back.spec.clusterIP).toMatch(/^10\./)
    expect(back.spec.clusterIP).not.toBe(address)
  })

  test('from nodes to the cluster gives the ports back, and a taken port is refused', () => {
    const cluster = bare()
    make(cluster, 'web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })
    make(cluster, 'api', { type: 'NodePort' })
    const steal = (): unknown =>
      cluster.services.update('api', (draft) => void (draft.spec.ports![0]!.nodePort = 30080))
    expect(causes(steal)).toEqual(['spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated'])
    const inside = cluster.services.update('web', (draft) => void (draft.spec.type = 'ClusterIP'))
    expect([inside.spec.ports![0]!.nodePort, inside.spec.externalTrafficPolicy]).toEqual([undefined, undefined])
    steal()
    expect(cluster.services.get('api').spec.ports![0]!.nodePort).toBe(30080)
  })

  test('may not change the port for health checks, nor the class of a balancer', () => {
    const cluster = bare()
    make(cluster, 'web', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', loadBalancerClass: 'a/b' })
    expect(
      causes(() =>
        cluster.services.update('web', (draft) => {
          draft.spec.healthCheckNodePort = 31000
          draft.spec.loadBalancerClass = 'a/c'
        }),
      ),
    ).toEqual([
      'spec.loadBalancerClass: Invalid value: "a/c": may not change once set',
      'spec.healthCheckNodePort: Forbidden: field is immutable',
    ])
  })

  test('of the status says where a load balancer answers, and nothing else does', () => {
    const cluster = bare()
    make(cluster, 'web', { type: 'LoadBalancer' })
    make(cluster, 'inside')
    const answer = { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } }
    const balanced = cluster.services.updateStatus('web', (draft) => void (draft.status = answer))
    expect(balanced.status.loadBalancer).toEqual({ ingress: [{ ip: '203.0.113.7', ipMode: 'VIP' }] })
    expect(causes(() => cluster.services.updateStatus('inside', (draft) => void (draft.status = answer)))).toEqual([
      "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
    ])
    const inside = cluster.services.update('web', (draft) => void (draft.spec.type = 'ClusterIP'))
    expect(inside.status).toEqual({ loadBalancer: {} })
  })
})
