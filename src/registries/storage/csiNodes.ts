/** What the drivers of a node can do. Mirrors ValidateCSINode and its update of pkg/apis/storage/validation/validation.go. */
import { duplicate, immutable, invalid, required } from '../../api/fieldErrors.ts'
import { internally, type InternalForm } from '../../api/internalForm.ts'
import type { CSINode, CSINodeDriver } from '../../api/types/storage.ts'
import { byteLength } from '../../api/utf8.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { checkNotNegative, checkQualifiedName } from '../validation/common.ts'
import { sameValue } from '../validation/equal.ts'
import { checkDriverName } from './driverNames.ts'

const LONGEST_ID = 256
const DRIVER: InternalForm = { Name: '', NodeID: '', TopologyKeys: null, Allocatable: null }

export const csiNodes: ResourceDefinition<CSINode> = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  namespaced: false,
  updatesNeedVersion: true,
  check: (node, errors) => checkDrivers(driversOf(node), errors),
  checkUpdate,
  columns: [nameColumn(), { name: 'Drivers', cell: (node) => String(driversOf(node).length) }, ageColumn()],
})

/** A node need not say that it has none. */
function driversOf({ spec }: Partial<CSINode>): readonly CSINodeDriver[] {
  return (spec as Partial<CSINode['spec']> | undefined)?.drivers ?? []
}

function checkDrivers(drivers: readonly CSINodeDriver[], errors: Errors): void {
  const seen = new Set<string>()
  for (const [i, driver] of drivers.entries()) {
    const at = `spec.drivers[${i}]`
    checkDriver(driver, at, errors)
    const { name = '' } = driver
    if (seen.has(name)) errors.push(duplicate(`${at}.name`, name))
    seen.add(name)
  }
}

function checkDriver(
  { name, nodeID, topologyKeys = [], allocatable }: CSINodeDriver,
  at: string,
  errors: Errors,
): void {
  checkDriverName(name, `${at}.name`, errors)
  if (!nodeID) errors.push(required(`${at}.nodeID`))
  else if (byteLength(nodeID) > LONGEST_ID)
    errors.push(invalid(`${at}.nodeID`, nodeID, `must be ${LONGEST_ID} characters or less`))
  checkNotNegative(errors, `${at}.allocatable.count`, allocatable?.count)
  for (const [k, key] of topologyKeys.entries()) {
    if (!key) errors.push(required(at))
    if (topologyKeys.indexOf(key) !== k) errors.push(duplicate(at, key))
    checkQualifiedName(errors, at, key)
  }
}

/** Of a driver that stays, only how many volumes it can take may change. */
function checkUpdate(next: CSINode, previous: CSINode, errors: Errors): void {
  for (const driver of driversOf(next)) {
    const before = driversOf(previous).find(({ name }) => name === driver.name)
    if (before === undefined || sameValue({ ...before, allocatable: driver.allocatable }, driver)) continue
    const { allocatable: _, ...rest } = driver
    errors.push(immutable('spec.drivers', internally(rest, DRIVER)))
  }
}
