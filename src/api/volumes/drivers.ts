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

/** Who provisions for a class's provisioner: the driver it has become, or itself. */
export function driverOf(provisioner: string): string {
  return (Object.hasOwn(DRIVERS, provisioner) ? DRIVERS[provisioner] : undefined) ?? provisioner
}
