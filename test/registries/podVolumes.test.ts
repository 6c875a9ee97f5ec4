import { describe, expect, it } from 'vitest'
import { complaintsAbout, type PodRefusal } from './podFixtures.ts'
import { LABEL, SUBDOMAIN } from './said.ts'

/** What is said of volumes, each in the words of the API server of v1.36. */
const cases: readonly PodRefusal[] = [
  [
    'of the first kind of two',
    { volumes: [{ name: 'v', nfs: { server: 'a', path: '/' }, cephfs: { monitors: ['a'] }, downwardAPI: {} }] },
    {},
    'spec.volumes[0].cephFS: Forbidden: may not specify more than 1 volume type',
    'spec.volumes[0].downwarAPI: Forbidden: may not specify more than 1 volume type',
  ],
  [
    'of no path on its machine',
    { volumes: [{ name: 'v', hostPath: { type: 'x' } }] },
    {},
    'spec.volumes[0].hostPath.path: Required value',
  ],
  [
    'of a strange path on its machine',
    { volumes: [{ name: 'v', hostPath: { path: '/a/../b', type: 'x' } }] },
    {},
    'spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
    'spec.volumes[0].hostPath.type: Unsupported value: "x": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
  ],
  [
    'of a repository',
    { volumes: [{ name: 'v', gitRepo: { directory: '/..' } }] },
    {},
    'spec.volumes[0].gitRepo.repository: Required value',
    'spec.volumes[0].gitRepo.directory: Invalid value: "/..": must be a relative path',
    'spec.volumes[0].gitRepo.directory: Invalid value: "/..": must not contain \'..\'',
  ],
  [
    'of a part of a disk',
    { volumes: [{ name: 'v', gcePersistentDisk: { partition: 256 } }] },
    {},
    'spec.volumes[0].persistentDisk.pdName: Required value',
    'spec.volumes[0].persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
  ],
  [
    'of a part of a disk of Amazon',
    { volumes: [{ name: 'v', awsElasticBlockStore: { partition: -1 } }] },
    {},
    'spec.volumes[0].awsElasticBlockStore.volumeID: Required value',
    'spec.volumes[0].awsElasticBlockStore.partition: Invalid value: -1: must be between 1 and 255, inclusive',
  ],
  [
    'of no share',
    { volumes: [{ name: 'v', nfs: {} }] },
    {},
    'spec.volumes[0].nfs.server: Required value',
    'spec.volumes[0].nfs.path: Required value',
    'spec.volumes[0].nfs.path: Invalid value: "": must be an absolute path',
  ],
  [
    'of a target without a name',
    { volumes: [{ name: 'v', iscsi: { lun: 256, chapAuthSession: true, targetPortal: '' } }] },
    {},
    'spec.volumes[0].iscsi.targetPortal: Required value',
    'spec.volumes[0].iscsi.iqn: Required value',
    'spec.volumes[0].iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
    'spec.volumes[0].iscsi.secretRef: Required value',
  ],
  [
    'of a target with a strange name',
    { volumes: [{ name: 'v', iscsi: { targetPortal: 'a', iqn: 'iqn.2020', lun: 1, initiatorName: 'b' } }] },
    {},
    'spec.volumes[0].iscsi.iqn: Invalid value: "iqn.2020": must be valid format',
    'spec.volumes[0].iscsi.initiatorname: Invalid value: "b": must be valid format starting with iqn, eui, or naa',
  ],
  [
    'of a target that is far',
    {
      volumes: [
        {
          name: 'v',
          iscsi: {
            targetPortal: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
            iqn: 'eui.0123456789abcdef',
            lun: 1,
            initiatorName: 'naa.1',
          },
        },
      ],
    },
    {},
    'spec.volumes[0].iscsi.initiatorname: Invalid value: "naa.1": must be valid format',
    'spec.volumes[0].name: Invalid value: "v": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
  ],
  [
    'of no bricks',
    { volumes: [{ name: 'v', glusterfs: {} }] },
    {},
    'spec.volumes[0].glusterfs.endpoints: Required value',
    'spec.volumes[0].glusterfs.path: Required value',
  ],
  [
    'of no data set',
    { volumes: [{ name: 'v', flocker: {} }] },
    {},
    'spec.volumes[0].flocker: Required value: one of datasetName and datasetUUID is required',
  ],
  [
    'of two data sets',
    { volumes: [{ name: 'v', flocker: { datasetName: 'a/b', datasetUUID: 'c' } }] },
    {},
    'spec.volumes[0].flocker: Invalid value: "resource": datasetName and datasetUUID can not be specified simultaneously',
    'spec.volumes[0].flocker.datasetName: Invalid value: "a/b": must not contain \'/\'',
  ],
  [
    'of no image of Ceph',
    { volumes: [{ name: 'v', rbd: {} }] },
    {},
    'spec.volumes[0].rbd.monitors: Required value',
    'spec.volumes[0].rbd.image: Required value',
  ],
  [
    'of no disk of OpenStack',
    { volumes: [{ name: 'v', cinder: { secretRef: {} } }] },
    {},
    'spec.volumes[0].cinder.volumeID: Required value',
    'spec.volumes[0].cinder.secretRef.name: Required value',
  ],
  ['of nobody to ask', { volumes: [{ name: 'v', cephfs: {} }] }, {}, 'spec.volumes[0].cephfs.monitors: Required value'],
  [
    'of a registry without a port',
    { volumes: [{ name: 'v', quobyte: { registry: 'a,b:1', volume: 'v' } }] },
    {},
    'spec.volumes[0].quobyte.registry: Invalid value: "a,b:1": must be a host:port pair or multiple pairs separated by commas',
  ],
  [
    'of a tenant with a long name',
    {
      volumes: [
        {
          name: 'v',
          quobyte: { registry: 'b:1', tenant: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' },
        },
      ],
    },
    {},
    'spec.volumes[0].quobyte.tenant: Required value: must be a UUID and may not exceed a length of 64 characters',
    'spec.volumes[0].quobyte.volume: Required value',
  ],
  [
    'of a fibre that is nothing',
    { volumes: [{ name: 'v', fc: {} }] },
    {},
    'spec.volumes[0].fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both',
  ],
  [
    'of a fibre that is two',
    { volumes: [{ name: 'v', fc: { targetWWNs: ['a'], wwids: ['b'] } }] },
    {},
    'spec.volumes[0].fc.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified simultaneously',
    'spec.volumes[0].fc.lun: Required value: lun is required if targetWWNs is specified',
  ],
  [
    'of a fibre with a number',
    { volumes: [{ name: 'v', fc: { targetWWNs: ['a'], lun: 256 } }] },
    {},
    'spec.volumes[0].fc.lun: Invalid value: 256: must be between 0 and 255, inclusive',
  ],
  [
    'of a driver with options of Kubernetes',
    {
      volumes: [
        { name: 'v', flexVolume: { options: { 'a.K8S.io/b': '', 'kubernetes.io': '', 'xkubernetes.io/a': '' } } },
      ],
    },
    {},
    'spec.volumes[0].flexVolume.driver: Required value',
    'spec.volumes[0].flexVolume.options[a.K8S.io/b]: Invalid value: "a.K8S.io/b": kubernetes.io and k8s.io namespaces are reserved',
    'spec.volumes[0].flexVolume.options[kubernetes.io]: Invalid value: "kubernetes.io": kubernetes.io and k8s.io namespaces are reserved',
  ],
  [
    'of files without a name',
    {
      volumes: [
        {
          name: 'v',
          configMap: {
            defaultMode: 512,
            items: [
              { path: '..a', mode: -1 },
              { key: 'a', path: '/../b' },
            ],
          },
        },
      ],
    },
    {},
    'spec.volumes[0].configMap.name: Required value',
    'spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    'spec.volumes[0].configMap.items[0].key: Required value',
    'spec.volumes[0].configMap.items[0].path: Invalid value: "..a": must not start with \'..\'',
    'spec.volumes[0].configMap.items[0].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive',
    'spec.volumes[0].configMap.items[1].path: Invalid value: "/../b": must be a relative path',
    'spec.volumes[0].configMap.items[1].path: Invalid value: "/../b": must not contain \'..\'',
  ],
  [
    'of a secret without a name',
    { volumes: [{ name: 'v', secret: { items: [{ key: 'a' }] } }] },
    {},
    'spec.volumes[0].secret.secretName: Required value',
    'spec.volumes[0].secret.items[0].path: Required value',
  ],
  [
    'of no share of Azure',
    { volumes: [{ name: 'v', azureFile: {} }] },
    {},
    'spec.volumes[0].azureFile.secretName: Required value',
    'spec.volumes[0].azureFile.shareName: Required value',
  ],
  [
    'of a managed disk',
    { volumes: [{ name: 'v', azureDisk: { diskName: 'a', diskURI: 'b', kind: 'Managed', cachingMode: 'x' } }] },
    {},
    'spec.volumes[0].azureDisk.cachingMode: Unsupported value: "x": supported values: "None", "ReadOnly", "ReadWrite"',
    'spec.volumes[0].azureDisk.diskURI: Unsupported value: "b": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"',
  ],
  [
    'of a disk of no kind',
    { volumes: [{ name: 'v', azureDisk: { kind: 'x' } }] },
    {},
    'spec.volumes[0].azureDisk.diskName: Required value',
    'spec.volumes[0].azureDisk.diskURI: Required value',
    'spec.volumes[0].azureDisk.kind: Unsupported value: "x": supported values: "Dedicated", "Managed", "Shared"',
    'spec.volumes[0].azureDisk.diskURI: Unsupported value: "": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
  ],
  [
    'of no path of vSphere',
    { volumes: [{ name: 'v', vsphereVolume: {} }] },
    {},
    'spec.volumes[0].vsphereVolume.volumePath: Required value',
  ],
  [
    'of no disk of Photon',
    { volumes: [{ name: 'v', photonPersistentDisk: {} }] },
    {},
    'spec.volumes[0].photonPersistentDisk.pdID: Required value',
  ],
  [
    'of nothing of Portworx',
    { volumes: [{ name: 'v', portworxVolume: {} }] },
    {},
    'spec.volumes[0].portworxVolume.volumeID: Required value',
  ],
  [
    'of nothing of StorageOS',
    { volumes: [{ name: 'v', storageos: { volumeNamespace: 'A.b', secretRef: {} } }] },
    {},
    'spec.volumes[0].storageos.volumeName: Required value',
    `spec.volumes[0].storageos.volumeNamespace: Invalid value: "A.b": ${LABEL}`,
    'spec.volumes[0].storageos.secretRef.name: Required value',
  ],
  [
    'of StorageOS',
    { volumes: [{ name: 'v', storageos: { volumeName: 'A' } }] },
    {},
    `spec.volumes[0].storageos.volumeName: Invalid value: "A": ${LABEL}`,
  ],
  [
    'of nothing of ScaleIO',
    { volumes: [{ name: 'v', scaleIO: {} }] },
    {},
    'spec.volumes[0].scaleIO.gateway: Required value',
    'spec.volumes[0].scaleIO.system: Required value',
    'spec.volumes[0].scaleIO.volumeName: Required value',
  ],
  [
    'of a driver with a bad name',
    { volumes: [{ name: 'v', csi: { driver: 'A_b', nodePublishSecretRef: {} } }] },
    {},
    `spec.volumes[0].csi.driver: Invalid value: "A_b": ${SUBDOMAIN}`,
    'spec.volumes[0].csi.nodePublishSecretRef.name: Required value',
  ],
  [
    'of a driver with a bad secret',
    { volumes: [{ name: 'v', csi: { driver: 'a.b', nodePublishSecretRef: { name: 'A' } } }] },
    {},
    `spec.volumes[0].csi.name: Invalid value: "A": ${SUBDOMAIN}`,
  ],
  [
    'of a claim that is not described',
    { volumes: [{ name: 'v', ephemeral: {} }] },
    {},
    'spec.volumes[0].ephemeral.volumeClaimTemplate: Required value',
  ],
  [
    'of a claim that says too much',
    {
      volumes: [
        {
          name: 'v',
          ephemeral: {
            volumeClaimTemplate: { metadata: { name: 'a', labels: { a: '-' } }, spec: { accessModes: ['x'] } },
          },
        },
      ],
    },
    {},
    "spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.labels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
    'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: "x": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
    'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
  ],
  [
    'of no image',
    { volumes: [{ name: 'v', image: { pullPolicy: 'x' } }] },
    {},
    'spec.volumes[0].image.reference: Required value',
    'spec.volumes[0].image.pullPolicy: Unsupported value: "x": supported values: "Always", "IfNotPresent", "Never"',
  ],
  [
    'of the pod itself',
    {
      volumes: [
        {
          name: 'v',
          downwardAPI: {
            defaultMode: 512,
            items: [
              { path: '', mode: 512 },
              { path: 'a', fieldRef: { fieldPath: 'status.podIP' }, resourceFieldRef: { resource: 'x' } },
              { path: '../b', resourceFieldRef: { resource: 'limits.cpu' } },
            ],
          },
        },
      ],
    },
    {},
    'spec.volumes[0].downwardAPI.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    'spec.volumes[0].downwardAPI.path: Required value',
    'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
    'spec.volumes[0].downwardAPI.mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    'spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
    'spec.volumes[0].downwardAPI: Invalid value: "resource": fieldRef and resourceFieldRef can not be specified simultaneously',
    'spec.volumes[0].downwardAPI.path: Invalid value: "../b": must not contain \'..\'',
    'spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value',
  ],
  [
    'of several places',
    {
      volumes: [
        {
          name: 'v',
          projected: {
            sources: [
              {
                secret: { items: [{ key: 'a', path: 'a' }] },
                configMap: { name: 'c', items: [{ key: 'a', path: 'a' }] },
              },
              { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.labels' } }] } },
            ],
          },
        },
      ],
    },
    {},
    'spec.volumes[0].projected.sources[0].secret.name: Required value',
    'spec.volumes[0].projected: Invalid value: "c": conflicting duplicate paths',
    'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
    'spec.volumes[0].projected: Invalid value: "a": conflicting duplicate paths',
  ],
  [
    'of a token for a moment',
    {
      volumes: [
        {
          name: 'v',
          projected: {
            defaultMode: 512,
            sources: [
              { serviceAccountToken: { expirationSeconds: 1, path: '/t' } },
              { serviceAccountToken: { expirationSeconds: 4294967297, path: '' } },
            ],
          },
        },
      ],
    },
    {},
    'spec.volumes[0].projected.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes',
    'spec.volumes[0].projected.path: Invalid value: "/t": must be a relative path',
    'spec.volumes[0].projected.sources[1].serviceAccountToken.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
    'spec.volumes[0].projected.path: Required value',
  ],
]

describe('a volume', () => {
  for (const [about, spec, container, ...said] of cases) {
    it(`${about} is refused`, () => {
      expect(complaintsAbout(spec, container)).toEqual(said)
    })
  }
})
