/** A pod's volumes. Mirrors ValidateVolumes of core validation. */
import { duplicate, required } from '../../api/fieldErrors.ts'
import type { Volume } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkLabel } from './common.ts'
import { checkSource } from './volumeSources.ts'

const NONE: readonly Volume[] = Object.freeze([])

/** Returns the sound ones, which are all that containers may mount. `pod` is false for a template. */
export function checkVolumes(
  given: readonly Volume[] | undefined,
  path: string,
  pod: boolean,
  errors: Errors,
): readonly Volume[] {
  const volumes = given ?? NONE
  const sound: Volume[] = []
  for (let i = 0; i < volumes.length; i++) {
    const volume = volumes[i] as Volume
    const at = `${path}[${i}]`
    const before = errors.length
    checkSource(volume, at, pod, errors)
    if (!volume.name) errors.push(required(`${at}.name`))
    else checkLabel(errors, `${at}.name`, volume.name)
    if (sound.some(({ name }) => name === volume.name)) errors.push(duplicate(`${at}.name`, volume.name))
    if (errors.length === before) sound.push(volume)
  }
  return sound
}
