import { expect, test } from 'vitest'
import type { EndpointSlice, Manifest } from '../../src/index.ts'
import { bare, refused } from '../cluster/support.ts'

const slice = (more: Manifest<EndpointSlice> = {}): Manifest<EndpointSlice> => ({
  metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.0.0.1'] }],
  ports: [{ port: 80 }],
  ...more,
})

test('a slice has a name and a protocol for each port, and a generation that follows its content', () => {
  const cluster = bare()
  const made = cluster.endpointSlices.create(slice())
  expect(made).toMatchObject({ ports: [{ name: '', port: 80, protocol: 'TCP' }], metadata: { generation: 1 } })
  const annotated = cluster.endpointSlices.update('web-1', (draft) => void (draft.metadata.annotations = { a: 'b' }))
  expect(annotated.metadata.generation).toBe(1)
  const labelled = cluster.endpointSlices.update('web-1', (draft) => void (draft.metadata.labels = {}))
  expect(labelled.metadata.generation).toBe(2)
  const grown = cluster.endpointSlices.update(
    'web-1',
    (draft) => void draft.endpoints!.push({ addresses: ['10.0.0.2'] }),
  )
  expect(grown.metadata.generation).toBe(3)
})

test('a table shows three of its ports and addresses', () => {
  const cluster = bare()
  const namespace = 'kube-public'
  const endpoints = ['1', '2', '3', '4', '5'].map((last) => ({ addresses: [`10.0.0.${last}`] }))
  const ports = [{ port: 80 }, { name: 'any' }]
  cluster.endpointSlices.create(slice({ metadata: { name: 'web-1', namespace }, endpoints, ports }))
  cluster.endpointSlices.create({ metadata: { name: 'web-2', namespace }, addressType: 'IPv6', endpoints: [] })
  expect(cluster.table('endpointslices', { namespace })).toBe(
    [
      'NAME    ADDRESSTYPE   PORTS     ENDPOINTS                                AGE',
      'web-1   IPv4          80,any    10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...   0s',
      'web-2   IPv6          <unset>   <unset>                                  0s',
      '',
    ].join('\n'),
  )
})

const cases: readonly (readonly [string, Manifest<EndpointSlice>, string])[] = [
  ['of no type', { addressType: undefined }, 'addressType: Required value'],
  [
    'of a strange type',
    { addressType: 'IP' },
    'addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"',
  ],
  [
    'with an endpoint of no address',
    { endpoints: [{ addresses: [] }] },
    'endpoints[0].addresses: Required value: must contain at least 1 address',
  ],
  [
    'with an address of another type',
    { endpoints: [{ addresses: ['fd00::1'] }] },
    'endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address',
  ],
  [
    'with an address of this machine',
    { endpoints: [{ addresses: ['127.0.0.1'] }] },
    'may not be in the loopback range',
  ],
  [
    'with half a name',
    { addressType: 'FQDN', endpoints: [{ addresses: ['localhost'] }] },
    'should be a domain with at least two segments separated by dots',
  ],
  [
    'with a bad host name',
    { endpoints: [{ addresses: ['10.0.0.1'], hostname: 'A' }] },
    'endpoints[0].hostname: Invalid value: "A"',
  ],
  [
    'with one port name twice',
    {
      ports: [
        { name: 'a', port: 1 },
        { name: 'a', port: 2 },
      ],
    },
    'ports[1].name: Duplicate value: "a"',
  ],
  [
    'with a strange protocol',
    { ports: [{ protocol: 'HTTP', port: 1 }] },
    'ports[0].protocol: Unsupported value: "HTTP"',
  ],
  [
    'with a zone hinted at twice',
    { endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'a' }, { name: 'a' }] } }] },
    'endpoints[0].hints.forZones[1].name: Duplicate value: "a"',
  ],
  [
    'of more than a thousand endpoints',
    { endpoints: Array.from({ length: 1001 }, () => ({ addresses: ['10.0.0.1'] })) },
    'endpoints: Too many: 1001: must have at most 1000 items',
  ],
]
test.each(cases)('a slice %s is refused', (_, more, said) => {
  const error = refused(() => bare().endpointSlices.create(slice(more)))
  expect([error.reason, error.message]).toEqual(['Invalid', expect.stringContaining(said)])
})

test('a slice never changes its type of addresses', () => {
  const cluster = bare()
  cluster.endpointSlices.create(slice({ endpoints: [] }))
  expect(() => cluster.endpointSlices.update('web-1', (draft) => void (draft.addressType = 'IPv6'))).toThrow(
    'addressType: Invalid value: "IPv6": field is immutable',
  )
})
