/** How much room a driver has somewhere. Mirrors ValidateCSIStorageCapacity of pkg/apis/storage/validation/validation.go. */
import { immutable, negative } from '../../api/fieldErrors.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type { CSIStorageCapacity } from '../../api/types/storage.ts'
import { createdAtColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import { checkLabelSelector } from '../validation/affinity.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'

export const csiStorageCapacities: ResourceDefinition<CSIStorageCapacity> = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  namespaced: true,
  updatesNeedVersion: true,
  check,
  checkUpdate: (next, previous, errors) => {
    const [topology, before] = [next.nodeTopology, previous.nodeTopology]
    // None at all is another than one that says nothing.
    if ((topology === undefined) !== (before === undefined) || !sameValue(topology, before)) {
      errors.push(immutable('nodeTopology', topology))
    }
    const { storageClassName = '' } = next
    if (storageClassName !== previous.storageClassName) errors.push(immutable('storageClassName', storageClassName))
  },
  columns: [nameColumn(), createdAtColumn()],
})

function check(object: CSIStorageCapacity, errors: Errors): void {
  const { storageClassName = '', capacity, nodeTopology } = object
  checkLabelSelector(nodeTopology, 'nodeTopology', errors)
  checkSubdomain(errors, 'storageClassName', storageClassName)
  if ((parseQuantity(capacity ?? '0')?.nano ?? 0n) < 0n) errors.push(negative('capacity', capacity))
}
