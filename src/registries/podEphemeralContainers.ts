/** The ephemeralcontainers subresource of pods. Mirrors podEphemeralContainersStrategy of pkg/registry/core/pod/strategy.go. */
import { type FieldError, forbidden } from '../api/fieldErrors.ts'
import type { Pod } from '../api/types/core.ts'
import { copyOf } from './defaults/mutable.ts'
import type { SubresourceRules } from './definition.ts'
import { differingFields } from './validation/equal.ts'
import { isMirror } from './validation/podAnnotations.ts'

export const ephemeralcontainers: SubresourceRules<Pod> = {
  prepareForUpdate: ({ metadata, spec: { ephemeralContainers } }, previous) => {
    const spec = copyOf(previous.spec)
    if (ephemeralContainers === undefined) delete spec.ephemeralContainers
    else spec.ephemeralContainers = ephemeralContainers
    return { ...previous, metadata, spec }
  },
  bars: ({ metadata }) =>
    isMirror(metadata) ? [forbidden('[]', 'static pods do not support ephemeral containers')] : [],
  validateUpdate: checkKept,
  settable: [['f:spec', 'f:ephemeralContainers']],
}

/** Those that are there stay as they are, in whatever order. Upstream appends a diff; the fields that differ say as much. */
function checkKept(next: Pod, previous: Pod): readonly FieldError[] {
  const given = next.spec.ephemeralContainers ?? []
  return (previous.spec.ephemeralContainers ?? []).flatMap((old) => {
    const refuse = (why: string): FieldError[] => [
      forbidden('spec.ephemeralContainers', `existing ephemeral containers "${old.name}" may not be ${why}`),
    ]
    const now = given.findLast(({ name }) => name === old.name)
    if (now === undefined) return refuse('removed\n')
    const changed = differingFields(now, old)
    return changed.length === 0 ? [] : refuse(`changed\n${changed.join(', ')}`)
  })
}
