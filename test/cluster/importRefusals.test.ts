import { describe, expect, test } from 'vitest'
import { createCluster, importCluster, isStatusError } from '../../src/index.ts'

describe('is refused whole, with path and reason', () => {
  const identity = { uid: 'uid-1', creationTimestamp: '2026-01-01T00:00:00Z' }
  const pod = (metadata: object, spec: object = { containers: [{ name: 'a', image: 'a' }] }): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'default', ...identity, ...metadata },
    spec,
  })
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', ...identity, uid: 'uid-n' }, status: {} }
  const service = (name: string): object => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default', ...identity, uid: `uid-${name}` },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.0.0.7',
      clusterIPs: ['10.0.0.7'],
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    },
  })

  test.each<[string, unknown, string]>([
    ['no dump', 7, 'document 1: expected an object with apiVersion and kind, got number'],
    ['nothing', 'kind: List\napiVersion: v1\nitems: []', 'the dump holds no objects'],
    ['bad YAML', 'kind: List\nitems: [\n  - }', 'error converting YAML to JSON: yaml: line 3, column'],
    ['no kind', { items: [] }, "document 1: Object 'Kind' is missing"],
    ['no metadata', { apiVersion: 'v1', kind: 'Pod' }, 'objects[0]: metadata: Required value'],
    [
      'twice the same',
      [pod({}), pod({ uid: 'uid-2' })],
      'objects[1] (v1/Pod default/a): Duplicate value: v1/Pod default/a is objects[0] too',
    ],
    [
      'twice the same uid',
      [pod({}), pod({ name: 'b' })],
      'objects[1] (v1/Pod default/b): Duplicate value: uid uid-1 is objects[0] too',
    ],
    [
      'a manifest',
      pod({ uid: undefined }),
      'metadata.uid: Required value: only objects of a running cluster can be imported',
    ],
    ['no namespace', pod({ namespace: undefined }), 'objects[0] (v1/Pod a): metadata.namespace: Required value'],
    [
      'an unknown field beside one of a wrong type',
      pod({}, { containers: 7, kontainers: 1 }),
      'unknown field "spec.kontainers"',
    ],
    [
      'what no server would hold',
      pod({}, { containers: [{ name: 'A b', image: 'a' }] }),
      'spec.containers[0].name: Invalid value: "A b"',
    ],
    [
      'one address twice',
      [service('x'), service('y')],
      'spec.clusterIPs: Duplicate value: "10.0.0.7, which default/x has"',
    ],
    ['a node of no size', node, 'objects[0] (v1/Node n): nodes "n": status.allocatable[cpu]: Required value'],
  ])('%s', (_, dump, message) => {
    let said: unknown
    try {
      importCluster(dump)
    } catch (error) {
      said = error
    }
    expect(isStatusError(said)).toBe(true)
    expect((said as Error).message).toContain(message)
  })

  test('options that make no sense', () => {
    expect(() => importCluster([pod({})], { nodes: 3 } as object)).toThrow(
      'options.nodes: the nodes are those of the dump',
    )
    for (const [options, message] of [
      [{ color: 'red' }, 'options.color'],
      [null, 'options: expected an object, got null'],
      [{ epoch: 'tomorrow' }, 'options.epoch: expected an RFC 3339 time such as 2020-01-01T00:00:00Z, got "tomorrow"'],
      [{ behaviours: {} }, 'options.behaviours: expected a list, got {}'],
    ] as const)
      expect(() => importCluster([pod({})], options as object)).toThrow(message)
    expect(() => createCluster({ nodes: 'imported' as unknown as number })).toThrow('see importCluster')
  })
})
