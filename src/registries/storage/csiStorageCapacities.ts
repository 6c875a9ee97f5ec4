/** How much room a driver has somewhere. Mirrors ValidateCSIStorageCapacity of pkg/apis/storage/validation/validation.go. */
import { immutable, invalid, required } from '../../api/fieldErrors.ts'
import { parseQuantity, QUANTITY_ERROR } from '../../api/quantity.ts'
import type { CSIStorageCapacity } from '../../api/types/storage.ts'
import { createdAtColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import { checkLabelSelector } from '../validation/affinity.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'

const NOT_NEGATIVE = 'must be greater than or equal to 0'

export const csiStorageCapacities: ResourceDefinition<CSIStorageCapacity> = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  namespaced: true,
  updatesNeedVersion: true,
  check,
  checkUpdate: (next, previous, errors) => {
    for (const field of ['nodeTopology', 'storageClassName'] as const)
      if (!sameValue(next[field], previous[field])) errors.push(immutable(field, next[field]))
  },
  columns: [nameColumn(), createdAtColumn()],
})

function check(object: CSIStorageCapacity, errors: Errors): void {
  const { storageClassName, capacity, maximumVolumeSize, nodeTopology } = object
  if (!storageClassName) errors.push(required('storageClassName'))
  else checkSubdomain(errors, 'storageClassName', storageClassName)
  checkLabelSelector(nodeTopology, 'nodeTopology', errors)
  checkAmount(capacity, 'capacity', errors)
  checkAmount(maximumVolumeSize, 'maximumVolumeSize', errors)
}

function checkAmount(amount: string | undefined, at: string, errors: Errors): void {
  if (amount === undefined) return
  const quantity = parseQuantity(amount)
  if (quantity === undefined) errors.push(invalid(at, amount, QUANTITY_ERROR))
  else if (quantity.nano < 0n) errors.push(invalid(at, amount, NOT_NEGATIVE))
}
