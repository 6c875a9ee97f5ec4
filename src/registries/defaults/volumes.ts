/** Volumes. Mirrors SetDefaults_Volume and its neighbours in pkg/apis/core/v1/defaults.go. */
import { mapKept } from '../../api/mapKept.ts'
import { canonicalQuantity } from '../../api/quantity.ts'
import type { DownwardAPIVolumeFile, ProjectedVolumeSource, Volume, VolumeProjection } from '../../api/types/core.ts'
import { EMPTY } from './mutable.ts'

/** 0644: what files of these volumes may be. */
const FILE_MODE = 420
const TOKEN_SECONDS = 3600

export function defaultVolume(volume: Volume): Volume {
  if (volume.projected !== undefined) {
    const projected = defaultProjected(volume.projected)
    return projected === volume.projected ? volume : { ...volume, projected }
  }
  const { configMap, secret, emptyDir, downwardAPI, hostPath } = volume
  if (configMap !== undefined) {
    return configMap.defaultMode === undefined
      ? { ...volume, configMap: { ...configMap, defaultMode: FILE_MODE } }
      : volume
  }
  if (secret !== undefined) {
    return secret.defaultMode === undefined ? { ...volume, secret: { ...secret, defaultMode: FILE_MODE } } : volume
  }
  if (emptyDir !== undefined) return withCanonicalSize(volume)
  if (downwardAPI !== undefined) {
    const items = downwardAPI.items && mapKept(downwardAPI.items, defaultDownwardFile)
    if (downwardAPI.defaultMode !== undefined && items === downwardAPI.items) return volume
    const defaultMode = downwardAPI.defaultMode ?? FILE_MODE
    return { ...volume, downwardAPI: { ...downwardAPI, ...(items && { items }), defaultMode } }
  }
  if (hostPath !== undefined)
    return hostPath.type === undefined ? { ...volume, hostPath: { ...hostPath, type: '' } } : volume
  return hasSource(volume) ? volume : { ...volume, emptyDir: EMPTY }
}

function withCanonicalSize(volume: Volume): Volume {
  const limit = volume.emptyDir?.sizeLimit
  if (limit === undefined) return volume
  const sizeLimit = canonicalQuantity(limit)
  return sizeLimit === limit ? volume : { ...volume, emptyDir: { ...volume.emptyDir, sizeLimit } }
}

function defaultProjected(projected: ProjectedVolumeSource): ProjectedVolumeSource {
  const sources = projected.sources && mapKept(projected.sources, defaultProjection)
  if (projected.defaultMode !== undefined && sources === projected.sources) return projected
  return { ...projected, ...(sources && { sources }), defaultMode: projected.defaultMode ?? FILE_MODE }
}

function defaultProjection(source: VolumeProjection): VolumeProjection {
  const token = source.serviceAccountToken
  if (token !== undefined && token.expirationSeconds === undefined) {
    return { ...source, serviceAccountToken: { ...token, expirationSeconds: TOKEN_SECONDS } }
  }
  const items = source.downwardAPI?.items
  if (items === undefined) return source
  const next = mapKept(items, defaultDownwardFile)
  return next === items ? source : { ...source, downwardAPI: { ...source.downwardAPI, items: next } }
}

function defaultDownwardFile(file: DownwardAPIVolumeFile): DownwardAPIVolumeFile {
  if (file.fieldRef === undefined || file.fieldRef.apiVersion !== undefined) return file
  return { ...file, fieldRef: { ...file.fieldRef, apiVersion: 'v1' } }
}

/** Any key beside the name is a source. */
function hasSource(volume: Volume): boolean {
  for (const key in volume) if (key !== 'name') return true
  return false
}
