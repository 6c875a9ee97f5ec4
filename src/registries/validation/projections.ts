/** Volumes whose files come from the pod itself, or from several places. Mirrors validateProjectionSources of core validation. */
import { forbidden, invalid, required } from '../../api/fieldErrors.ts'
import type {
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
} from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkFieldRef, checkResourceFieldRef } from './fieldRefs.ts'
import { checkFilePath, checkItems, checkMode } from './paths.ts'

const FILE_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']
const MIN_TOKEN_SECONDS = 600
const MAX_TOKEN_SECONDS = 4_294_967_296

/** Upstream leaves out of the path which of the files it is. */
export function checkDownwardApi({ defaultMode, items }: DownwardAPIVolumeSource, at: string, errors: Errors): void {
  checkMode(defaultMode, `${at}.defaultMode`, errors)
  for (const file of items ?? []) checkDownwardFile(file, at, errors)
}

export function checkProjected({ defaultMode, sources = [] }: ProjectedVolumeSource, at: string, errors: Errors): void {
  checkMode(defaultMode, `${at}.defaultMode`, errors)
  const paths = new Set<string>()
  const claim = (path: string | undefined, by: string): void => {
    if (!path) return
    if (paths.has(path)) errors.push(invalid(at, by, 'conflicting duplicate paths'))
    paths.add(path)
  }
  for (const [i, source] of sources.entries()) {
    const path = `${at}.sources[${i}]`
    const { secret, configMap, downwardAPI, serviceAccountToken: token } = source
    if (secret !== undefined) checkKeys(secret, `${path}.secret`, claim, errors)
    if (configMap !== undefined) checkKeys(configMap, `${path}.configMap`, claim, errors)
    for (const file of downwardAPI?.items ?? []) {
      checkDownwardFile(file, `${path}.downwardAPI`, errors)
      claim(file.path, file.path)
    }
    if (token !== undefined) checkToken(token, at, `${path}.serviceAccountToken`, errors)
    const given = [secret, configMap, downwardAPI, token].filter((one) => one !== undefined)
    if (given.length > 1) errors.push(forbidden(path, 'may not specify more than 1 volume type per source'))
  }
}

interface Keys {
  readonly name?: string
  readonly items?: readonly KeyToPath[]
}

function checkKeys({ name = '', items }: Keys, at: string, claim: (path: string, by: string) => void, errors: Errors) {
  if (name === '') errors.push(required(`${at}.name`))
  checkItems(items, `${at}.items`, errors)
  for (const { path } of items ?? []) claim(path, name)
}

/** Upstream says of the token's path that it is the volume's. */
function checkToken(token: ServiceAccountTokenProjection, volume: string, at: string, errors: Errors): void {
  const { expirationSeconds: seconds = MIN_TOKEN_SECONDS, path } = token
  const said = `${at}.expirationSeconds`
  if (seconds < MIN_TOKEN_SECONDS)
    errors.push(invalid(said, seconds, 'may not specify a duration less than 10 minutes'))
  if (seconds > MAX_TOKEN_SECONDS)
    errors.push(invalid(said, seconds, 'may not specify a duration larger than 2^32 seconds'))
  if (!path) errors.push(required(`${volume}.path`))
  else checkFilePath(path, `${volume}.path`, errors)
}

function checkDownwardFile(file: DownwardAPIVolumeFile, at: string, errors: Errors): void {
  const { path, fieldRef, resourceFieldRef, mode } = file
  if (!path) errors.push(required(`${at}.path`))
  checkFilePath(path, `${at}.path`, errors)
  if (fieldRef !== undefined) {
    checkFieldRef(fieldRef, FILE_FIELDS, `${at}.fieldRef`, errors)
    if (resourceFieldRef !== undefined) {
      errors.push(invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
    }
  } else if (resourceFieldRef !== undefined) {
    checkResourceFieldRef(resourceFieldRef, true, `${at}.resourceFieldRef`, errors)
  } else errors.push(required(at, 'one of fieldRef and resourceFieldRef is required'))
  checkMode(mode, `${at}.mode`, errors)
}
