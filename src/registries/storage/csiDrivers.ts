/** Drivers. Mirrors pkg/apis/storage/v1/defaults.go and ValidateCSIDriver of pkg/apis/storage/validation/validation.go. */
import { immutable, notSupported } from '../../api/fieldErrors.ts'
import type { CSIDriver } from '../../api/types/storage.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkDriverName } from './driverNames.ts'

const MODES = ['Ephemeral', 'Persistent']
const POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType']

export const csiDrivers: ResourceDefinition<CSIDriver> = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  updatesNeedVersion: true,
  fillSpec: (spec) =>
    fill(spec, {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: ['Persistent'],
      requiresRepublish: false,
      seLinuxMount: false,
    }),
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

function audiences(requests: CSIDriver['spec']['tokenRequests']): string {
  return requests === undefined ? '<unset>' : requests.map(({ audience }) => audience).join(',')
}

function check({ metadata, spec }: CSIDriver, errors: Errors): void {
  checkDriverName(metadata.name, 'metadata.name', errors)
  const { fsGroupPolicy, volumeLifecycleModes = [] } = spec
  if (!POLICIES.includes(fsGroupPolicy ?? '')) errors.push(notSupported('spec.fsGroupPolicy', fsGroupPolicy, POLICIES))
  for (const mode of volumeLifecycleModes)
    if (!MODES.includes(mode)) errors.push(notSupported('spec.volumeLifecycleModes', mode, MODES))
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
