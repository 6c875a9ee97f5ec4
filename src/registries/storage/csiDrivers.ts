/** Drivers. Mirrors pkg/apis/storage/v1/defaults.go and ValidateCSIDriver of pkg/apis/storage/validation/validation.go. */
import { duplicate, immutable, invalid, notSupported } from '../../api/fieldErrors.ts'
import type { CSIDriver, CSIDriverSpec, TokenRequest } from '../../api/types/storage.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'

const MODES = ['Persistent', 'Ephemeral']
const SHORTEST_TOKEN = 600
const LONGEST_TOKEN = 4_294_967_296
const SHORTEST_PERIOD = 10
const POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType']

export const csiDrivers: ResourceDefinition<CSIDriver> = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  updatesNeedVersion: true,
  fillSpec,
  prepareForUpdate: counted,
  check,
  checkUpdate,
  columns: [
    nameColumn(),
    { name: 'AttachRequired', cell: ({ spec }) => String(spec.attachRequired ?? true) },
    { name: 'PodInfoOnMount', cell: ({ spec }) => String(spec.podInfoOnMount ?? false) },
    { name: 'StorageCapacity', cell: ({ spec }) => String(spec.storageCapacity ?? false) },
    { name: 'TokenRequests', cell: ({ spec }) => audiences(spec.tokenRequests) },
    { name: 'RequiresRepublish', cell: ({ spec }) => String(spec.requiresRepublish ?? false) },
    { name: 'Modes', cell: ({ spec }) => (spec.volumeLifecycleModes ?? []).join(',') || '<none>' },
    ageColumn(),
  ],
})

function fillSpec({ preventPodSchedulingIfMissing: _, ...spec }: CSIDriverSpec): CSIDriverSpec {
  // What is left out stands behind a feature gate that is closed: VolumeLimitScaling.
  const { volumeLifecycleModes: modes = [] } = spec
  return {
    ...fill(spec, {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      requiresRepublish: false,
      seLinuxMount: false,
    }),
    volumeLifecycleModes: modes.length === 0 ? ['Persistent'] : modes,
  }
}

/** Changes of the spec are counted, though a new driver has no generation. */
function counted(next: CSIDriver, previous: CSIDriver): CSIDriver {
  if (sameValue(fillSpec(next.spec), previous.spec)) return next
  return { ...next, metadata: { ...next.metadata, generation: (previous.metadata.generation ?? 0) + 1 } }
}

function audiences(requests: CSIDriver['spec']['tokenRequests']): string {
  return requests === undefined ? '<unset>' : requests.map(({ audience }) => audience).join(',')
}

function check({ spec }: CSIDriver, errors: Errors): void {
  const { fsGroupPolicy, tokenRequests = [], volumeLifecycleModes = [] } = spec
  if (!POLICIES.includes(fsGroupPolicy ?? '')) errors.push(notSupported('spec.fsGroupPolicy', fsGroupPolicy, POLICIES))
  checkTokenRequests(tokenRequests, errors)
  for (const mode of volumeLifecycleModes) {
    if (!MODES.includes(mode)) errors.push(notSupported('spec.volumeLifecycleModes', mode, MODES))
  }
  const { nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets: inSecrets } = spec
  if (period !== undefined && period < SHORTEST_PERIOD) {
    const detail = `must be greater than or equal to ${SHORTEST_PERIOD} seconds`
    errors.push(invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, detail))
  }
  if (inSecrets !== undefined && tokenRequests.length === 0) {
    const detail = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified'
    errors.push(invalid('spec.serviceAccountTokenInSecrets', inSecrets, detail))
  }
}

function checkTokenRequests(requests: readonly TokenRequest[], errors: Errors): void {
  const seen = new Set<string>()
  for (const [i, { audience = '', expirationSeconds: seconds }] of requests.entries()) {
    const at = `spec.tokenRequests[${i}]`
    if (seen.has(audience)) {
      errors.push(duplicate(`${at}.audience`, audience))
      continue
    }
    seen.add(audience)
    if (seconds === undefined) continue
    const path = `${at}.expirationSeconds`
    if (seconds < SHORTEST_TOKEN) errors.push(invalid(path, seconds, 'may not specify a duration less than 10 minutes'))
    if (seconds > LONGEST_TOKEN)
      errors.push(invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds'))
  }
}

function checkUpdate(next: CSIDriver, previous: CSIDriver, errors: Errors): void {
  for (const field of ['attachRequired', 'volumeLifecycleModes'] as const) {
    const value = next.spec[field]
    if (!sameValue(value, previous.spec[field])) {
      const name = field === 'attachRequired' ? 'attachedRequired' : 'volumeLifecycleModes'
      errors.push(immutable(`spec.${name}`, value))
    }
  }
}
