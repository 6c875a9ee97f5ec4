/** Annotations that mean something for pods. Mirrors ValidatePodSpecificAnnotations and -Updates of core validation. */
import { forbidden, invalid } from '../../api/fieldErrors.ts'
import type { ObjectMeta } from '../../api/meta.ts'
import type { PodSpec } from '../../api/types/core.ts'
import { containersOf } from './allContainers.ts'
import type { Errors } from './common.ts'

type Annotations = Readonly<Record<string, string>> | undefined

const mirrorAnnotation = 'kubernetes.io/config.mirror'
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'
const APP_ARMOR_PROFILE = /^(?:|runtime\/default|unconfined|localhost\/.*)$/s
/** Without a plus sign or zeros in front. */
const INTEGER = /^(?:0|-?[1-9]\d{0,9})$/
const MIN_INT32 = -2_147_483_648
const MAX_INT32 = 2_147_483_647

/** `path` such as `metadata.annotations`. */
export function checkPodAnnotations(
  annotations: Annotations,
  spec: PodSpec | undefined,
  path: string,
  errors: Errors,
): void {
  if (annotations === undefined) return
  const { [mirrorAnnotation]: mirror, [DELETION_COST]: cost } = annotations
  if (mirror !== undefined && !spec?.nodeName) {
    const detail = 'must set spec.nodeName if mirror pod annotation is set'
    errors.push(invalid(`${path}[${mirrorAnnotation}]`, mirror, detail))
  }
  if (cost !== undefined && !(INTEGER.test(cost) && Number(cost) >= MIN_INT32 && Number(cost) <= MAX_INT32)) {
    errors.push(invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'))
  }
  for (const key of Object.keys(annotations).sort()) {
    if (!key.startsWith(APP_ARMOR)) continue
    const name = key.slice(APP_ARMOR.length)
    const profile = annotations[key] ?? ''
    const isThere = spec !== undefined && containersOf(spec, '').some(({ container }) => container.name === name)
    if (!isThere) errors.push(invalid(`${path}[${key}]`, name, 'container not found'))
    if (APP_ARMOR_PROFILE.test(profile)) continue
    errors.push(invalid(`${path}[${key}]`, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`))
  }
}

/** Whether a pod only shows one that a kubelet runs of its own. */
export function isMirror({ annotations }: Pick<ObjectMeta, 'annotations'>): boolean {
  return annotations?.[mirrorAnnotation] !== undefined
}

/** What says how a pod runs stays as it was said. */
export function checkAnnotationsKept(next: Annotations, previous: Annotations, errors: Errors): void {
  if (next === previous) return
  for (const key of new Set([...Object.keys(previous ?? {}), ...Object.keys(next ?? {})])) {
    const what =
      key === mirrorAnnotation
        ? 'mirror pod annotation'
        : key.startsWith(APP_ARMOR)
          ? 'AppArmor annotations'
          : undefined
    if (what === undefined || next?.[key] === previous?.[key]) continue
    const verb = previous?.[key] === undefined ? 'add' : 'remove or update'
    errors.push(forbidden(`metadata.annotations[${key}]`, `may not ${verb} ${what}`))
  }
}
