import { describe, expect, test } from 'vitest'
import type { Cluster } from '../../src/index.ts'
import { bare } from '../cluster/support.ts'
import { SUBDOMAIN } from './said.ts'
import { causes } from '../support/causes.ts'

// What is wrong has no type.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Draft = any
type Case = readonly [what: string, kind: string, object: object, ...said: string[]]

const create = (cluster: Cluster, kind: string, object: object, name = 'new'): Draft =>
  cluster.resource(kind).create({ metadata: { name, ...(object as Draft).metadata }, ...withoutMeta(object) })
const withoutMeta = ({ metadata: _, ...rest }: Draft): object => rest as object

const about = { involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' } }
const modern = {
  regarding: about.involvedObject,
  eventTime: '2020-01-01T00:00:00.000000Z',
  reportingController: 'a.b/c',
  reportingInstance: 'i',
  action: 'a',
  reason: 'r',
  type: 'Normal',
}
const slice = (addressType: string, ...addresses: string[]): object => ({ addressType, endpoints: [{ addresses }] })
const volume = (source: object, more: object = {}): object => ({
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...source, ...more },
})
const claim = (more: object): object => ({
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more },
})
const policy = (ipBlock: object): object => ({ spec: { podSelector: {}, ingress: [{ from: [{ ipBlock }] }] } })
const FEATURE = `must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`
const LABEL = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`
const one = 'may not specify more than 1 volume type'

const disk = { driver: 'disk.example.com', volumeHandle: 'a' }
const anywhere = { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'Exists' }] }] } }

const created: readonly Case[] = [
  [
    'an attachment that says of its volume what only a volume of its own can',
    'storage.k8s.io/v1/VolumeAttachment',
    {
      spec: {
        attacher: 'disk.example.com',
        nodeName: 'a',
        source: {
          inlineVolumeSpec: {
            accessModes: ['x'],
            capacity: { storage: '1Gi' },
            claimRef: {},
            hostPath: { path: '/a' },
            nodeAffinity: anywhere,
            persistentVolumeReclaimPolicy: 'Delete',
            storageClassName: 'a',
            volumeMode: 'Block',
          },
        },
      },
    },
    'spec.source.inlineVolumeSpec.claimRef: Forbidden: may not be specified in the context of inline volumes',
    'spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes',
    'spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes',
    'spec.source.inlineVolumeSpec.accessModes: Unsupported value: "x": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
    'spec.source.inlineVolumeSpec.persistentVolumeReclaimPolicy: Forbidden: may only be Retain in the context of inline volumes',
    'spec.source.inlineVolumeSpec.nodeAffinity: Forbidden: may not be specified in the context of inline volumes',
    'spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of inline volumes',
    'spec.source.inlineVolumeSpec.volumeMode: Forbidden: may not specify volumeMode other than Filesystem in the context of inline volumes',
  ],
  [
    'endpoints at no address',
    'v1/Endpoints',
    { subsets: [{ addresses: [{}] }] },
    'subsets[0].addresses[0].ip: Invalid value: "": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    'subsets[0].addresses[0].ip: Invalid value: "": must be a valid IP address',
  ],
  [
    'an endpoint of another family',
    'discovery.k8s.io/v1/EndpointSlice',
    slice('IPv4', 'fd00::1', 'x'),
    'endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address',
    'endpoints[0].addresses[1]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
  [
    'an address that is not as it is written',
    'discovery.k8s.io/v1/EndpointSlice',
    slice('IPv6', 'FD00:0:0::1', '2001:db8:0:0:1:0:0:1', '::ffff:1.2.3.4', '::0'),
    'endpoints[0].addresses[0]: Invalid value: "FD00:0:0::1": must be in canonical form ("fd00::1")',
    'endpoints[0].addresses[1]: Invalid value: "2001:db8:0:0:1:0:0:1": must be in canonical form ("2001:db8::1:0:0:1")',
    'endpoints[0].addresses[2]: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
    'endpoints[0].addresses[3]: Invalid value: "::0": must be in canonical form ("::")',
  ],
  [
    'a port of a slice of no protocol, and a hint for no node',
    'discovery.k8s.io/v1/EndpointSlice',
    {
      addressType: 'IPv4',
      ports: [{ protocol: '' }],
      endpoints: [{ addresses: ['1.2.3.4'], hints: { forNodes: [{}] } }],
    },
    'ports[0].protocol: Unsupported value: "": supported values: "SCTP", "TCP", "UDP"',
    `endpoints[0].hints.forNodes[0].name: Invalid value: "": ${SUBDOMAIN}`,
  ],
  [
    'features of a machine that are no names, or in no order',
    'v1/Node',
    { status: { declaredFeatures: ['B', 'A', 'A', 'c'] } },
    'status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically',
    'status.declaredFeatures[2]: Duplicate value: "A"',
    `status.declaredFeatures[3]: Invalid value: "c": invalid feature name "c": ${FEATURE}`,
  ],
  [
    'a taint twice, and no swap',
    'v1/Node',
    {
      spec: {
        taints: [
          { key: 'a', effect: 'NoExecute' },
          { key: 'a', value: 'b', effect: 'NoExecute' },
          { key: 'a', effect: 'x' },
        ],
      },
      status: { nodeInfo: { swap: { capacity: 0 } } },
    },
    'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"b","Effect":"NoExecute","TimeAdded":null}: taints must be unique by key and effect pair',
    'metadata.taints[2].effect: Unsupported value: "x": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    'metadata.nodeSwapStatus.capacity: Invalid value: 0: must be greater than zero',
  ],
  [
    'an Event of nobody, whatever its metadata says',
    'v1/Event',
    {
      ...about,
      metadata: { labels: { '': 'a' } },
      eventTime: modern.eventTime,
      reportingComponent: 'a',
      action: 'a',
      reason: 'r',
    },
    'reportingInstance: Required value',
  ],
  [
    'a negative generation',
    'v1/ConfigMap',
    { metadata: { generation: -1 } },
    'metadata.generation: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'an Event whose time has no microseconds',
    'events.k8s.io/v1/Event',
    { ...modern, eventTime: '2020-01-01T00:00:00Z' },
    'eventTime: Invalid value: "2020-01-01T00:00:00Z": must be an RFC 3339 time, with microseconds, such as 2020-01-01T00:00:00.000000Z',
  ],
  [
    'all that is wrong with a new Event at once',
    'events.k8s.io/v1/Event',
    { ...modern, metadata: { finalizers: ['a'] }, reason: '', type: 'x', series: {} },
    'metadata.finalizers[0]: Invalid value: "a": name is neither a standard finalizer name nor is it fully qualified',
    'reason: Required value',
    'series.count: Invalid value: "": should be at least 2',
    'series.lastObservedTime: Required value',
    'type: Invalid value: "": has invalid value: x',
  ],
  [
    'two controllers',
    'v1/ConfigMap',
    {
      metadata: {
        ownerReferences: ['a', 'b'].map((uid) => ({ uid, name: uid, kind: 'Pod', apiVersion: 'v1', controller: true })),
      },
    },
    'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"Pod","name":"a","uid":"a","controller":true},{"apiVersion":"v1","kind":"Pod","name":"b","uid":"b","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for Pod/a and Pod/b',
  ],
  [
    'an exception from a range that is wrong itself',
    'networking.k8s.io/v1/NetworkPolicy',
    policy({ cidr: '10.0.0.1/8', except: ['11.0.0.0/16', 'x'] }),
    'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
    'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
    'spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  ],
  [
    'a selector without an operator, and a range of ports that ends before it begins',
    'networking.k8s.io/v1/NetworkPolicy',
    { spec: { podSelector: { matchExpressions: [{ key: 'a' }] }, ingress: [{ ports: [{ port: 80, endPort: 70 }] }] } },
    'spec.podSelector.matchExpressions[0].operator: Invalid value: "": not a valid selector operator',
    'spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`',
  ],
  [
    'parameters of no scope',
    'networking.k8s.io/v1/IngressClass',
    { spec: { controller: 'a.b/c', parameters: { kind: 'K', name: 'n', scope: '' } } },
    'spec.parameters.scope: Unsupported value: "": supported values: "Cluster", "Namespace"',
  ],
  [
    'a volume of two sources, of which the first counts',
    'v1/PersistentVolume',
    volume({ cephfs: { monitors: [] }, awsElasticBlockStore: {}, flexVolume: {} }),
    'spec.awsElasticBlockStore.volumeID: Required value',
    `spec.cephFS: Forbidden: ${one}`,
    'spec.flexVolume.driver: Required value',
  ],
  [
    'a volume of a class of attributes without a driver, and of a strange size',
    'v1/PersistentVolume',
    volume({ local: { path: '/a' } }, { volumeAttributesClassName: 'A', capacity: { storage: '-1', cpu: '1n' } }),
    'spec.capacity: Unsupported value: {"cpu":"1m","storage":"-1"}: supported values: "storage"',
    'spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
    'spec.capacity[storage]: Invalid value: "-1": must be greater than zero',
    'spec.nodeAffinity: Required value: Local volume requires node affinity',
    `spec.volumeAttributesClassName: Invalid value: "A": ${SUBDOMAIN}`,
    'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
  ],
  ...sourceCases(),
  [
    'short names that are none, and a first version that is no name',
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    {
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Cluster',
        names: { plural: 'widgets', kind: 'Widget', singular: '', listKind: '', shortNames: [''] },
        versions: [{ name: '1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    },
    `spec.versions[0].name: Invalid value: "1": ${LABEL}`,
    `spec.version: Invalid value: "1": ${LABEL}`,
    `spec.names.shortNames[0]: Invalid value: "": ${LABEL}`,
  ],
  [
    'a claim whose sources differ, and of a class that is no name',
    'v1/PersistentVolumeClaim',
    claim({
      dataSource: { kind: 'PersistentVolumeClaim', name: 'a' },
      dataSourceRef: { kind: 'K', apiGroup: 'A', name: 'b' },
      volumeAttributesClassName: 'A',
    }),
    `spec.dataSourceRef.apiGroup: Invalid value: "A": ${SUBDOMAIN}`,
    'spec: Invalid value: {}: must match dataSourceRef',
    `spec.volumeAttributesClassName: Invalid value: "A": ${SUBDOMAIN}`,
  ],
]

/** One source each, and what is said of it. */
function sourceCases(): readonly Case[] {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas'
  const cases: readonly (readonly [source: object, ...said: string[]])[] = [
    [
      { gcePersistentDisk: { partition: 256 } },
      'spec.persistentDisk.pdName: Required value',
      'spec.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
    ],
    [
      { glusterfs: { endpoints: 'a', path: 'b', endpointsNamespace: '' } },
      'spec.glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name',
    ],
    [{ flocker: {} }, 'spec.flocker: Required value: one of datasetName and datasetUUID is required'],
    [
      { nfs: { server: 'a' } },
      'spec.nfs.path: Required value',
      'spec.nfs.path: Invalid value: "": must be an absolute path',
    ],
    [{ quobyte: { volume: 'a', registry: 'b' } }, `spec.quobyte.registry: Invalid value: "b": ${pairs}`],
    [
      { iscsi: { targetPortal: 'a', iqn: 'b', lun: 256, chapAuthSession: true } },
      'spec.iscsi.iqn: Invalid value: "b": must be valid format',
      'spec.iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
      'spec.iscsi.secretRef: Required value',
    ],
    [
      { cinder: { volumeID: 'a', secretRef: {} } },
      'spec.cinder.secretRef.name: Required value',
      'spec.cinder.secretRef.namespace: Required value',
    ],
    [{ fc: { targetWWNs: ['a'] } }, 'spec.fc.lun: Required value: lun is required if targetWWNs is specified'],
    [
      { flexVolume: { driver: 'a', options: { 'x.k8s.io/a': 'b' } } },
      'spec.flexVolume.options[x.k8s.io/a]: Invalid value: "x.k8s.io/a": kubernetes.io and k8s.io namespaces are reserved',
    ],
    [
      { azureFile: { secretName: 'a', shareName: 'b', secretNamespace: '' } },
      'spec.azureFile.secretNamespace: Required value',
    ],
    [
      { azureDisk: { diskName: 'a', diskURI: 'b', cachingMode: 'c' } },
      'spec.azureDisk.cachingMode: Unsupported value: "c": supported values: "None", "ReadOnly", "ReadWrite"',
      'spec.azureDisk.diskURI: Unsupported value: "b": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
    ],
    [{ storageos: { secretRef: { name: 'a', namespace: 'b' } } }, 'spec.storageos.volumeName: Required value'],
    [
      { csi: { volumeHandle: 'a', nodeExpandSecretRef: { name: 'A' } } },
      'spec.csi.driver: Required value',
      'spec.csi.nodeExpandSecretRef.namespace: Required value',
      `spec.csi.nodeExpandSecretRef.name: Invalid value: "A": ${SUBDOMAIN}`,
    ],
  ]
  return cases.map(([source, ...said]) => [
    `a volume of ${Object.keys(source)[0]}`,
    'v1/PersistentVolume',
    volume(source),
    ...said,
  ])
}

describe('creating is refused with every field at fault:', () => {
  for (const [what, kind, object, ...said] of created) {
    test(`${what} (${kind})`, () => {
      expect(causes(() => create(bare(), kind, object))).toEqual(said)
    })
  }
})

type Update = readonly [
  what: string,
  kind: string,
  object: object,
  change: (draft: Draft) => unknown,
  ...said: string[],
]

const updated: readonly Update[] = [
  [
    'who reports an Event, and of what',
    'events.k8s.io/v1/Event',
    modern,
    (d) => {
      d.regarding = { kind: 'Pod', name: 'b', uid: 'c', namespace: 'default' }
      d.action = 'b'
    },
    'action: Invalid value: "b": field is immutable',
    'involvedObject: Invalid value: {"Kind":"Pod","Namespace":"default","Name":"b","UID":"c","APIVersion":"","ResourceVersion":"","FieldPath":""}: field is immutable',
  ],
  [
    'the old id of a machine',
    'v1/Node',
    {},
    (d) => (d.spec.externalID = 'a'),
    'spec.externalID: Forbidden: may not be updated',
  ],
  [
    'the mode of a volume',
    'v1/PersistentVolume',
    volume({ hostPath: { path: '/a' } }),
    (d) => (d.spec.volumeMode = 'Block'),
    'volumeMode: Invalid value: "Block": field is immutable',
  ],
  [
    'where a volume is, and the class of its attributes to none',
    'v1/PersistentVolume',
    volume({ csi: disk }, { nodeAffinity: anywhere, volumeAttributesClassName: 'fast' }),
    (d) => {
      d.spec.csi.controllerExpandSecretRef = { name: 'may', namespace: 'be-added' }
      delete d.spec.nodeAffinity
      delete d.spec.volumeAttributesClassName
    },
    'nodeAffinity: Invalid value: null: field is immutable, except for updating from beta label to GA',
    'spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden',
  ],
  [
    'the mode of a claim, and its size to nothing',
    'v1/PersistentVolumeClaim',
    claim({}),
    (d) => {
      d.spec.volumeMode = 'Block'
      delete d.spec.resources
    },
    'spec.resources[storage]: Required value',
    'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    'volumeMode: Invalid value: "Block": field is immutable',
  ],
  [
    'a claim to take its data from another namespace as well',
    'v1/PersistentVolumeClaim',
    claim({ dataSource: { kind: 'PersistentVolumeClaim', name: 'a' } }),
    (d) => (d.spec.dataSourceRef.namespace = 'other'),
    'spec: Invalid value: {}: may not be specified when dataSourceRef.namespace is specified',
    'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
  ],
]

describe('updating is refused with every field at fault:', () => {
  for (const [what, kind, object, change, ...said] of updated) {
    test(`${what} (${kind})`, () => {
      const cluster = bare()
      create(cluster, kind, object, 'old')
      expect(causes(() => cluster.resource(kind).update('old', (draft) => void change(draft)))).toEqual(said)
    })
  }

  test('an address of a machine twice', () => {
    const cluster = bare()
    create(cluster, 'v1/Node', {}, 'old')
    const addresses = [1, 2].map(() => ({ type: 'InternalIP', address: '1.2.3.4' }))
    expect(
      causes(() => cluster.nodes.updateStatus('old', (draft) => void (draft.status.addresses = addresses))),
    ).toEqual(['status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"1.2.3.4"}'])
  })

  test('a headless service keeps two families until it asks for one', () => {
    const cluster = bare()
    create(cluster, 'v1/Service', { spec: { clusterIP: 'None' } }, 'old')
    expect(causes(() => cluster.services.update('old', (d) => void (d.spec.ipFamilies = ['IPv4'])))).toEqual([
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be \'SingleStack\' to release the secondary IP family',
    ])
    const single = cluster.services.update('old', (d) => void (d.spec.ipFamilyPolicy = 'SingleStack'))
    expect(single.spec.ipFamilies).toEqual(['IPv4'])
  })
})

describe('what is taken reads back', () => {
  test.each([
    [
      'a slice without topology, and with conditions',
      'discovery.k8s.io/v1/EndpointSlice',
      { addressType: 'IPv4', endpoints: [{ addresses: ['1.2.3.4'], deprecatedTopology: { 'Bad Key': 'a' } }] },
      { endpoints: [{ addresses: ['1.2.3.4'], conditions: {} }] },
    ],
    [
      'a machine without the configuration of its kubelet',
      'v1/Node',
      { spec: { configSource: { configMap: {} } }, status: { config: {}, capacity: { cpu: '1' }, allocatable: {} } },
      { spec: {}, status: { capacity: { cpu: '1' }, allocatable: { cpu: '1' } } },
    ],
    ['an Event with a source', 'v1/Event', about, { source: {} }],
    ['an Event with a source, by its newer name', 'events.k8s.io/v1/Event', modern, { deprecatedSource: {} }],
    [
      'a generation that nobody counts',
      'v1/ConfigMap',
      { metadata: { generation: 7, deletionGracePeriodSeconds: 5 } },
      { metadata: { generation: 7 } },
    ],
    [
      'a policy of no types with one',
      'networking.k8s.io/v1/NetworkPolicy',
      { spec: { policyTypes: [] } },
      { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
    ],
    [
      'a claim’s source in both fields',
      'v1/PersistentVolumeClaim',
      claim({ dataSourceRef: { apiGroup: 'x.y', kind: 'K', name: 'a' } }),
      { spec: { dataSource: { apiGroup: 'x.y', kind: 'K', name: 'a' } } },
    ],
    [
      'a claim without a source that the older field cannot name',
      'v1/PersistentVolumeClaim',
      claim({ dataSource: { kind: 'K', name: 'a' }, resources: { requests: { storage: '1n' } } }),
      { spec: { resources: { requests: { storage: '1m' } } } },
    ],
  ])('%s', (_, kind, object, expected) => {
    const made = create(bare(), kind, object)
    expect(made).toMatchObject(expected)
    expect(made.metadata.deletionGracePeriodSeconds).toBeUndefined()
    expect(made.spec?.configSource ?? made.status?.config ?? made.endpoints?.[0].deprecatedTopology).toBeUndefined()
    if (kind === 'v1/PersistentVolumeClaim' && (object as Draft).spec.dataSource)
      expect(made.spec.dataSource).toBeUndefined()
  })

  test('a limit range without a name gets one', () => {
    const { metadata } = bare()
      .resource('v1/LimitRange')
      .create({ metadata: {} } as never)
    expect(metadata.name).toMatch(/^[\da-f-]{36}$/)
  })

  test('endpoints that older rules let in are kept where they do not change', () => {
    const cluster = bare()
    create(cluster, 'v1/Endpoints', { subsets: [{ addresses: [{ ip: '1.2.3.4' }] }] })
    const labelled = cluster.resource('v1/Endpoints').update('new', (d: Draft) => void (d.metadata.labels = { a: 'b' }))
    expect(labelled.metadata.labels).toEqual({ a: 'b' })
  })
})
