/** The volumes of pods and of persistent volumes. Mirrors the print…VolumeSource functions of describe.go. */
import type { PersistentVolumeSpec, Volume } from '../../api/types/core.ts'
import { claimLines } from './claim.ts'
import { field, indented, type Lines } from './lines.ts'
import {
  azureFileLines,
  cephfsLines,
  cinderLines,
  csiLines,
  downwardLines,
  emptyDirLines,
  flexLines,
  glusterfsLines,
  iscsiLines,
  namespacedReference,
  projectedLines,
  rbdLines,
  reference,
  said,
  scaleIOLines,
  storageosLines,
  yes,
} from './volumeSources.ts'

/** What is said of a source: what it is, then its fields. */
type Sources<T> = { readonly [K in keyof T]?: (source: NonNullable<T[K]>) => Lines }

/** Pods' volumes; `space` is that of a template's description, one further in. */
export function volumeLines(volumes: readonly Volume[] | undefined, space: string): Lines {
  if (volumes === undefined || volumes.length === 0) return [`${space}Volumes:\t<none>`]
  const inner = space === '' ? '' : ' '
  return [
    `${space}Volumes:`,
    ...volumes.flatMap((volume) => [`  ${inner}${volume.name}:`, ...sourceLines(volume, inPods)]),
  ]
}

/** Where a persistent volume's bytes are. */
export function persistentSourceLines(spec: PersistentVolumeSpec): Lines {
  return sourceLines(spec, inPersistentVolumes)
}

/** A volume has one source: the field beside its name, of a persistent volume the one that says where the bytes are. */
function sourceLines<T extends object>(volume: T, sources: Sources<T>): Lines {
  const kind = (Object.keys(volume) as (keyof T)[]).find((key) => Object.hasOwn(sources, key))
  const lines = kind === undefined ? undefined : sources[kind]?.(volume[kind]!)
  return lines === undefined ? ['  <unknown>'] : indented(lines, 2)
}

/** Sources that are the same for both. */
const common: Sources<Volume & PersistentVolumeSpec> = {
  hostPath: ({ path, type }) =>
    said('HostPath (bare host directory volume)', [
      ['Path', path],
      ['HostPathType', type ?? '<none>'],
    ]),
  gcePersistentDisk: ({ pdName, fsType, partition = 0, readOnly }) =>
    said('GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)', [
      ['PDName', pdName],
      ['FSType', fsType],
      ['Partition', partition],
      ['ReadOnly', yes(readOnly)],
    ]),
  awsElasticBlockStore: ({ volumeID, fsType, partition = 0, readOnly }) =>
    said('AWSElasticBlockStore (a Persistent Disk resource in AWS)', [
      ['VolumeID', volumeID],
      ['FSType', fsType],
      ['Partition', partition],
      ['ReadOnly', yes(readOnly)],
    ]),
  nfs: ({ server, path, readOnly }) =>
    said('NFS (an NFS mount that lasts the lifetime of a pod)', [
      ['Server', server],
      ['Path', path],
      ['ReadOnly', yes(readOnly)],
    ]),
  quobyte: ({ registry, volume, readOnly }) =>
    said("Quobyte (a Quobyte mount on the host that shares a pod's lifetime)", [
      ['Registry', registry],
      ['Volume', volume],
      ['ReadOnly', yes(readOnly)],
    ]),
  portworxVolume: ({ volumeID }) => said('PortworxVolume (a Portworx Volume resource)', [['VolumeID', volumeID]]),
  azureDisk: ({ diskName, diskURI, kind, fsType, cachingMode, readOnly }) =>
    said('AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)', [
      ['DiskName', diskName],
      ['DiskURI', diskURI],
      // Upstream has a space before this tab.
      ['Kind', kind],
      ['FSType', fsType],
      ['CachingMode', cachingMode],
      ['ReadOnly', yes(readOnly)],
    ]).map((line) => line.replace(/^Kind:/u, 'Kind: ')),
  vsphereVolume: ({ volumePath, fsType, storagePolicyName }) =>
    said('vSphereVolume (a Persistent Disk resource in vSphere)', [
      ['VolumePath', volumePath],
      ['FSType', fsType],
      ['StoragePolicyName', storagePolicyName],
    ]),
  photonPersistentDisk: ({ pdID, fsType }) =>
    said('PhotonPersistentDisk (a Persistent Disk resource in photon platform)', [
      ['PdID', pdID],
      ['FSType', fsType],
    ]),
  fc: ({ targetWWNs = [], lun, fsType, readOnly }) =>
    said('FC (a Fibre Channel disk)', [
      ['TargetWWNs', targetWWNs.join(', ')],
      ['LUN', lun ?? '<none>'],
      ['FSType', fsType],
      ['ReadOnly', yes(readOnly)],
    ]),
  flocker: ({ datasetName, datasetUUID }) =>
    said('Flocker (a Flocker volume mounted by the Flocker agent)', [
      ['DatasetName', datasetName],
      ['DatasetUUID', datasetUUID],
    ]),
}

const inPods: Sources<Volume> = {
  ...common,
  emptyDir: emptyDirLines,
  gitRepo: ({ repository, revision }) =>
    said('GitRepo (a volume that is pulled from git when the pod is created)', [
      ['Repository', repository],
      ['Revision', revision],
    ]),
  secret: ({ secretName, optional }) =>
    said('Secret (a volume populated by a Secret)', [
      ['SecretName', secretName],
      ['Optional', yes(optional)],
    ]),
  configMap: ({ name, optional }) =>
    said('ConfigMap (a volume populated by a ConfigMap)', [
      ['Name', name],
      ['Optional', yes(optional)],
    ]),
  iscsi: (source) => iscsiLines(source, reference(source.secretRef)),
  glusterfs: ({ endpoints, path, readOnly }) => glusterfsLines(endpoints, [], path, readOnly),
  persistentVolumeClaim: ({ claimName, readOnly }) =>
    said('PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)', [
      ['ClaimName', claimName],
      ['ReadOnly', yes(readOnly)],
    ]),
  ephemeral: ({ volumeClaimTemplate }) => [
    field('Type', 'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)'),
    ...(volumeClaimTemplate === undefined ? [] : claimLines(volumeClaimTemplate)),
  ],
  rbd: (source) => rbdLines(source, reference(source.secretRef)),
  downwardAPI: downwardLines,
  cinder: ({ volumeID, fsType, readOnly, secretRef }) => cinderLines(volumeID, fsType, readOnly, reference(secretRef)),
  scaleIO: (source) => scaleIOLines(source, []),
  cephfs: (source) => cephfsLines(source, reference(source.secretRef)),
  storageos: (source) => storageosLines(source),
  azureFile: ({ secretName, shareName, readOnly }) => azureFileLines(secretName, [], shareName, readOnly),
  flexVolume: (source) => flexLines(source, reference(source.secretRef)),
  projected: projectedLines,
  csi: (source) => csiLines(source, []),
  image: ({ reference: image, pullPolicy }) =>
    said('Image (a container image or OCI artifact)', [
      ['Reference', image],
      ['PullPolicy', pullPolicy],
    ]),
}

const inPersistentVolumes: Sources<PersistentVolumeSpec> = {
  ...common,
  iscsi: (source) => iscsiLines(source, namespacedReference(source.secretRef)),
  glusterfs: ({ endpoints, endpointsNamespace = '<unset>', path, readOnly }) =>
    glusterfsLines(endpoints, [['EndpointsNamespace', endpointsNamespace]], path, readOnly),
  rbd: (source) => rbdLines(source, namespacedReference(source.secretRef)),
  cinder: ({ volumeID, fsType, readOnly, secretRef }) =>
    cinderLines(volumeID, fsType, readOnly, namespacedReference(secretRef)),
  scaleIO: (source) =>
    scaleIOLines(source, [
      ['SecretName', source.secretRef.name],
      ['SecretNamespace', source.secretRef.namespace],
    ]),
  cephfs: (source) => cephfsLines(source, namespacedReference(source.secretRef)),
  storageos: (source) => storageosLines(source),
  azureFile: ({ secretName, secretNamespace, shareName, readOnly }) =>
    azureFileLines(secretName, [['SecretNamespace', secretNamespace]], shareName, readOnly),
  flexVolume: (source) => flexLines(source, namespacedReference(source.secretRef)),
  csi: (source) => csiLines(source, [['VolumeHandle', source.volumeHandle]]),
  local: ({ path }) => said('LocalVolume (a persistent volume backed by local storage on a node)', [['Path', path]]),
}
