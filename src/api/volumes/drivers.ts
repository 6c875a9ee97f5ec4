import type { PersistentVolumeSpec } from '../types/core.ts'

/** The drivers that serve what kubelets once served themselves. Mirrors staging/src/k8s.io/csi-translation-lib/plugins. */
const DRIVERS: Readonly<Record<string, string>> = Object.freeze({
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com',
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/azure-file': 'file.csi.azure.com',
  'kubernetes.io/cinder': 'cinder.csi.openstack.org',
  'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io',
  'kubernetes.io/portworx-volume': 'pxd.portworx.com',
  'kubernetes.io/vsphere-volume': 'csi.vsphere.vmware.com',
})

/** Where a volume that kubelets once served themselves says what it is. */
const SOURCES = [
  ['awsElasticBlockStore', 'kubernetes.io/aws-ebs'],
  ['azureDisk', 'kubernetes.io/azure-disk'],
  ['azureFile', 'kubernetes.io/azure-file'],
  ['cinder', 'kubernetes.io/cinder'],
  ['gcePersistentDisk', 'kubernetes.io/gce-pd'],
  ['portworxVolume', 'kubernetes.io/portworx-volume'],
  ['vsphereVolume', 'kubernetes.io/vsphere-volume'],
] as const satisfies readonly (readonly [keyof PersistentVolumeSpec, string])[]

/** The plugin of old of a volume that a driver serves now; undefined of all others. */
export function migratedPlugin(spec: PersistentVolumeSpec): string | undefined {
  return SOURCES.find(([field]) => spec[field] !== undefined)?.[1]
}

/** The CSI driver that serves a volume; undefined where none does. */
export function driverOfVolume(spec: PersistentVolumeSpec): string | undefined {
  const plugin = migratedPlugin(spec)
  return plugin === undefined ? spec.csi?.driver : driverOf(plugin)
}

/** Who provisions for a class's provisioner: the driver it has become, or itself. */
export function driverOf(provisioner: string): string {
  return (Object.hasOwn(DRIVERS, provisioner) ? DRIVERS[provisioner] : undefined) ?? provisioner
}
