/** Where containers have a pod's volumes. Mirrors ValidateVolumeMounts and ValidateVolumeDevices of core validation. */
import { forbidden, invalid, notFound, notSupported, required } from '../../api/fieldErrors.ts'
import type { Container, Volume, VolumeDevice, VolumeMount } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkDescending, climbs } from './paths.ts'

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']
const RECURSIONS = ['Disabled', 'Enabled', 'IfPossible']

/** `volumes` are those of the pod that are sound. */
export function checkMounts(container: Container, volumes: readonly Volume[], path: string, errors: Errors): void {
  const { volumeMounts, volumeDevices } = container
  if (volumeMounts !== undefined) {
    for (let i = 0; i < volumeMounts.length; i++) {
      checkMount(volumeMounts, i, container, volumes, `${path}.volumeMounts`, errors)
    }
  }
  if (volumeDevices !== undefined) {
    for (let i = 0; i < volumeDevices.length; i++) {
      checkDevice(volumeDevices, i, container, volumes, `${path}.volumeDevices[${i}]`, errors)
    }
  }
}

/** Upstream leaves out which of the mounts it is where it looks at more than name and path. */
function checkMount(
  mounts: readonly VolumeMount[],
  index: number,
  container: Container,
  volumes: readonly Volume[],
  path: string,
  errors: Errors,
): void {
  const mount = mounts[index] as VolumeMount
  const { name = '', mountPath = '', subPath, subPathExpr } = mount
  const at = `${path}[${index}]`
  if (name === '') errors.push(required(`${at}.name`))
  if (!volumes.some((volume) => volume.name === name)) errors.push(notFound(`${at}.name`, name))
  if (mountPath === '') errors.push(required(`${at}.mountPath`))
  const isTaken = mounts.findIndex((other) => (other.mountPath ?? '') === mountPath) < index
  if (isTaken) errors.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'))
  if (container.volumeDevices !== undefined) {
    const devices = new Map(container.volumeDevices.map((device) => [device.name ?? '', device.devicePath ?? '']))
    checkApart(name, mountPath, devices, 'volumeDevices', at, 'mountPath', errors)
  }
  if (subPath) checkDescending(subPath, `${path}.subPath`, errors)
  if (subPathExpr) {
    if (subPath)
      errors.push(invalid(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
    checkDescending(subPathExpr, `${path}.subPathExpr`, errors)
  }
  checkPropagation(mount, container, `${path}.mountPropagation`, errors)
  checkRecursion(mount, `${path}.recursiveReadOnly`, errors)
}

function checkPropagation({ mountPropagation: mode }: VolumeMount, container: Container, at: string, errors: Errors) {
  if (mode === undefined) return
  if (!PROPAGATIONS.includes(mode)) errors.push(notSupported(at, mode, PROPAGATIONS))
  if (mode !== 'Bidirectional' || container.securityContext?.privileged === true) return
  errors.push(forbidden(at, 'Bidirectional mount propagation is available only to privileged containers'))
}

function checkRecursion({ recursiveReadOnly, readOnly, mountPropagation }: VolumeMount, at: string, errors: Errors) {
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return
  if (!RECURSIONS.includes(recursiveReadOnly)) {
    errors.push(notSupported(at, recursiveReadOnly, RECURSIONS))
    return
  }
  if (readOnly !== true) errors.push(forbidden(at, 'may only be specified when readOnly is true'))
  if (mountPropagation !== undefined && mountPropagation !== 'None') {
    errors.push(forbidden(at, 'may only be specified when mountPropagation is None or not specified'))
  }
}

function checkDevice(
  devices: readonly VolumeDevice[],
  index: number,
  container: Container,
  volumes: readonly Volume[],
  at: string,
  errors: Errors,
): void {
  const { name = '', devicePath = '' } = devices[index] as VolumeDevice
  const before = devices.slice(0, index)
  const volume = volumes.find((other) => other.name === name)
  if (name === '') errors.push(required(`${at}.name`))
  else if (before.some((other) => other.name === name)) errors.push(invalid(`${at}.name`, name, 'must be unique'))
  if (volume === undefined) errors.push(notFound(`${at}.name`, name))
  else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
    const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'
    errors.push(invalid(`${at}.name`, name, detail))
  }
  if (devicePath === '') errors.push(required(`${at}.devicePath`))
  if (climbs(devicePath)) errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"))
  else if (before.some((other) => (other.devicePath ?? '') === devicePath)) {
    errors.push(invalid(`${at}.devicePath`, devicePath, 'must be unique'))
  }
  if (container.volumeMounts === undefined) return
  const mounts = new Map(container.volumeMounts.map((mount) => [mount.name ?? '', mount.mountPath ?? '']))
  checkApart(name, devicePath, mounts, 'volumeMounts', at, 'devicePath', errors)
}

/** A volume is mounted or a device, and so is a path. `others` are the paths of the other list, by volume. */
function checkApart(
  name: string,
  path: string,
  others: ReadonlyMap<string, string>,
  list: string,
  at: string,
  field: string,
  errors: Errors,
): void {
  if (others.has(name)) errors.push(invalid(`${at}.name`, name, `must not already exist in ${list}`))
  if (![...others.values()].includes(path)) return
  errors.push(invalid(`${at}.${field}`, path, `must not already exist as a path in ${list}`))
}
