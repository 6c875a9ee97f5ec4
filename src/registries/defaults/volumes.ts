/** Volumes. Mirrors SetDefaults_Volume and its neighbours in pkg/apis/core/v1/defaults.go. */
import { mapKept } from '../../api/mapKept.ts'
import { canonicalQuantity } from '../../api/quantity.ts'
import type { DownwardAPIVolumeFile, ProjectedVolumeSource, Volume, VolumeProjection } from '../../api/types/core.ts'
import { fill } from '../defineResource.ts'
import { fillClaim } from '../storage/persistentVolumeClaims.ts'
import { SOURCE_DEFAULTS } from '../storage/volumeSources.ts'
import { pullPolicyFor } from './containers.ts'
import { copyOf, EMPTY, type Mutable } from './mutable.ts'
import { withCanonicalDivisor } from './resources.ts'

/** 0644: what files of these volumes may be. */
const FILE_MODE = 420
const FILES = { defaultMode: FILE_MODE }
const TOKEN_SECONDS = 3600

type Sources = Required<Omit<Volume, 'name'>>

/** Sources that are told more than a few words; each the same object when nothing is missing. */
const DEFAULTED: { readonly [K in keyof Sources]?: (source: Sources[K]) => Sources[K] } = {
  configMap: (source) => fill(source, FILES),
  secret: (source) => fill(source, FILES),
  emptyDir(source) {
    const { sizeLimit } = source
    const canonical = sizeLimit === undefined ? undefined : canonicalQuantity(sizeLimit)
    return canonical === sizeLimit ? source : { ...source, sizeLimit: canonical! }
  },
  downwardAPI(source) {
    const items = source.items && mapKept(source.items, defaultDownwardFile)
    return fill(items === source.items ? source : { ...source, items: items! }, FILES)
  },
  projected: defaultProjected,
  ephemeral(source) {
    const { volumeClaimTemplate: template } = source
    if (template === undefined) return source
    const { metadata = EMPTY, spec = {} } = template
    return { ...source, volumeClaimTemplate: { metadata, spec: fillClaim(spec) } }
  },
  image: (source) => fill(source, { pullPolicy: pullPolicyFor(source.reference ?? '') }),
}

export function defaultVolume(volume: Volume): Volume {
  let copy: Mutable<Volume> | undefined
  let hasSource = false
  for (const key in volume) {
    if (key === 'name') continue
    hasSource = true
    const field = key as keyof Sources
    const source = volume[field] as object
    const next = defaultSource(field, source)
    if (next !== source) copy = Object.assign(copy ?? copyOf(volume), { [field]: next })
  }
  return hasSource ? (copy ?? volume) : { ...volume, emptyDir: EMPTY }
}

function defaultSource(field: keyof Sources, source: object): object {
  const defaulted = DEFAULTED[field] as ((source: object) => object) | undefined
  if (defaulted !== undefined) return defaulted(source)
  const missing = SOURCE_DEFAULTS[field]
  return missing === undefined ? source : fill(source, missing)
}

function defaultProjected(projected: ProjectedVolumeSource): ProjectedVolumeSource {
  const sources = projected.sources && mapKept(projected.sources, defaultProjection)
  return fill(sources === projected.sources ? projected : { ...projected, sources: sources! }, FILES)
}

/** Certificates and bundles of trust are not enabled: a source that is one of them is left with nothing. */
function defaultProjection(source: VolumeProjection): VolumeProjection {
  if (source.clusterTrustBundle !== undefined || source.podCertificate !== undefined) {
    const { clusterTrustBundle: _, podCertificate: __, ...rest } = source
    return defaultProjection(rest)
  }
  const token = source.serviceAccountToken
  if (token !== undefined && token.expirationSeconds === undefined) {
    return defaultProjection({ ...source, serviceAccountToken: { ...token, expirationSeconds: TOKEN_SECONDS } })
  }
  const items = source.downwardAPI?.items
  if (items === undefined) return source
  const next = mapKept(items, defaultDownwardFile)
  return next === items ? source : { ...source, downwardAPI: { ...source.downwardAPI, items: next } }
}

function defaultDownwardFile(file: DownwardAPIVolumeFile): DownwardAPIVolumeFile {
  const { fieldRef, resourceFieldRef } = file
  if (fieldRef !== undefined && fieldRef.apiVersion === undefined) {
    return defaultDownwardFile({ ...file, fieldRef: { ...fieldRef, apiVersion: 'v1' } })
  }
  const divided = resourceFieldRef && withCanonicalDivisor(resourceFieldRef)
  return divided === resourceFieldRef ? file : { ...file, resourceFieldRef: divided! }
}
