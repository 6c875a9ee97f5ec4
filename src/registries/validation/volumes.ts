/** Volumes and where containers mount them. Mirrors ValidateVolumes and ValidateVolumeMounts of core validation. */
import { duplicate, forbidden, invalid, notFound, notSupported, required } from '../../api/fieldErrors.ts'
import { QUANTITY_ERROR, parseQuantity } from '../../api/quantity.ts'
import type { Container, KeyToPath, Volume, VolumeDevice, VolumeMount } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkLabel, checkSubdomain } from './common.ts'

const HOST_PATHS = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const MODE = 'must be a number between 0 and 0777 (octal), both inclusive'

export function checkVolumes(volumes: readonly Volume[] | undefined, path: string, errors: Errors): void {
  if (volumes === undefined) return
  const names: string[] = []
  for (let i = 0; i < volumes.length; i++) {
    const volume = volumes[i] as Volume
    const at = `${path}[${i}]`
    checkSource(volume, at, errors)
    if (!volume.name) errors.push(required(`${at}.name`))
    else {
      checkLabel(errors, `${at}.name`, volume.name)
      if (names.includes(volume.name)) errors.push(duplicate(`${at}.name`, volume.name))
    }
    names.push(volume.name)
  }
}

export function checkMounts(
  container: Container,
  volumes: readonly Volume[] | undefined,
  path: string,
  errors: Errors,
): void {
  const { volumeMounts, volumeDevices } = container
  if (volumeMounts !== undefined) {
    for (let i = 0; i < volumeMounts.length; i++) {
      checkMount(volumeMounts, i, container, volumes, `${path}.volumeMounts[${i}]`, errors)
    }
  }
  if (volumeDevices !== undefined) {
    for (let i = 0; i < volumeDevices.length; i++) {
      checkDevice(volumeDevices, i, volumes, `${path}.volumeDevices[${i}]`, errors)
    }
  }
}

function checkMount(
  mounts: readonly VolumeMount[],
  index: number,
  container: Container,
  volumes: readonly Volume[] | undefined,
  at: string,
  errors: Errors,
): void {
  const mount = mounts[index] as VolumeMount
  if (!mount.name) errors.push(required(`${at}.name`))
  if (!volumes?.some((volume) => volume.name === mount.name)) errors.push(notFound(`${at}.name`, mount.name ?? ''))
  if (!mount.mountPath) errors.push(required(`${at}.mountPath`))
  for (let i = 0; i < index; i++) {
    if (mounts[i]?.mountPath !== mount.mountPath) continue
    errors.push(invalid(`${at}.mountPath`, mount.mountPath, 'must be unique'))
    break
  }
  if (container.volumeDevices?.some((device) => device.name === mount.name)) {
    errors.push(invalid(`${at}.name`, mount.name, 'must not already exist in volumeDevices'))
  }
  if (mount.subPath) checkDescending(mount.subPath, `${at}.subPath`, errors)
  if (!mount.subPathExpr) return
  if (mount.subPath)
    errors.push(invalid(`${at}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
  checkDescending(mount.subPathExpr, `${at}.subPathExpr`, errors)
}

function checkDevice(
  devices: readonly VolumeDevice[],
  index: number,
  volumes: readonly Volume[] | undefined,
  at: string,
  errors: Errors,
): void {
  const device = devices[index] as VolumeDevice
  const volume = volumes?.find(({ name }) => name === device.name)
  if (!device.name) errors.push(required(`${at}.name`))
  if (volume === undefined) errors.push(notFound(`${at}.name`, device.name ?? ''))
  else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
    const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'
    errors.push(invalid(`${at}.name`, device.name, detail))
  }
  if (!device.devicePath) errors.push(required(`${at}.devicePath`))
  for (let i = 0; i < index; i++) {
    if (devices[i]?.name === device.name) errors.push(invalid(`${at}.name`, device.name, 'must be unique'))
    if (devices[i]?.devicePath === device.devicePath) {
      errors.push(invalid(`${at}.devicePath`, device.devicePath, 'must be unique'))
    }
  }
}

function checkSource(volume: Volume, at: string, errors: Errors): void {
  const sources = Object.keys(volume)
    .sort()
    .filter((key) => key !== 'name')
  if (sources.length === 0) errors.push(required(at, 'must specify a volume type'))
  for (const extra of sources.slice(1)) {
    errors.push(forbidden(`${at}.${extra}`, 'may not specify more than 1 volume type'))
  }
  const { hostPath, emptyDir, configMap, secret, persistentVolumeClaim, nfs, projected } = volume
  if (hostPath !== undefined) {
    if (!hostPath.path) errors.push(required(`${at}.hostPath.path`))
    else checkNoBacksteps(hostPath.path, `${at}.hostPath.path`, errors)
    if (!HOST_PATHS.includes(hostPath.type ?? ''))
      errors.push(notSupported(`${at}.hostPath.type`, hostPath.type, HOST_PATHS))
  }
  if (emptyDir?.sizeLimit !== undefined) {
    const limit = parseQuantity(emptyDir.sizeLimit)
    if (limit === undefined) errors.push(invalid(`${at}.emptyDir.sizeLimit`, emptyDir.sizeLimit, QUANTITY_ERROR))
    else if (limit.nano < 0n)
      errors.push(forbidden(`${at}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity'))
  }
  if (configMap !== undefined) {
    if (!configMap.name) errors.push(required(`${at}.configMap.name`))
    else checkSubdomain(errors, `${at}.configMap.name`, configMap.name)
    checkFiles(configMap.items, configMap.defaultMode, `${at}.configMap`, errors)
  }
  if (secret !== undefined) {
    if (!secret.secretName) errors.push(required(`${at}.secret.secretName`))
    checkFiles(secret.items, secret.defaultMode, `${at}.secret`, errors)
  }
  if (persistentVolumeClaim !== undefined && !persistentVolumeClaim.claimName) {
    errors.push(required(`${at}.persistentVolumeClaim.claimName`))
  }
  if (nfs !== undefined) {
    if (!nfs.server) errors.push(required(`${at}.nfs.server`))
    if (!nfs.path) errors.push(required(`${at}.nfs.path`))
    else if (!nfs.path.startsWith('/')) errors.push(invalid(`${at}.nfs.path`, nfs.path, 'must be an absolute path'))
  }
  if (projected !== undefined) checkMode(projected.defaultMode, `${at}.projected.defaultMode`, errors)
}

function checkFiles(
  items: readonly KeyToPath[] | undefined,
  mode: number | undefined,
  at: string,
  errors: Errors,
): void {
  checkMode(mode, `${at}.defaultMode`, errors)
  for (const [i, item] of (items ?? []).entries()) {
    if (!item.key) errors.push(required(`${at}.items[${i}].key`))
    if (!item.path) errors.push(required(`${at}.items[${i}].path`))
    else checkDescending(item.path, `${at}.items[${i}].path`, errors)
    checkMode(item.mode, `${at}.items[${i}].mode`, errors)
  }
}

function checkMode(mode: number | undefined, at: string, errors: Errors): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) errors.push(invalid(at, mode, MODE))
}

/** A path that stays below where it starts. */
function checkDescending(text: string, at: string, errors: Errors): void {
  if (text.startsWith('/')) errors.push(invalid(at, text, 'must be a relative path'))
  checkNoBacksteps(text, at, errors)
}

function checkNoBacksteps(text: string, at: string, errors: Errors): void {
  if (text.split('/').includes('..')) errors.push(invalid(at, text, "must not contain '..'"))
}
