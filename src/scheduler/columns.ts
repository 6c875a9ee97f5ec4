/** The numbers of the node table: one typed array a column, one place a row. */

export interface Columns {
  readonly allocatableCpu: Float64Array
  readonly allocatableMemory: Float64Array
  readonly allocatableStorage: Float64Array
  readonly allocatablePods: Float64Array
  readonly requestedCpu: Float64Array
  readonly requestedMemory: Float64Array
  readonly requestedStorage: Float64Array
  readonly pods: Float64Array
  /** Requested, with defaults for containers that say nothing: what scoring counts. */
  readonly nonzeroCpu: Float64Array
  readonly nonzeroMemory: Float64Array
  readonly unschedulable: Uint8Array
  /** 0 without a taint, 1 with some, 2 if one of them puts pods off without keeping them away. */
  readonly tainted: Uint8Array
  /** Grows with each change of a row; never 0 for a row in use. */
  readonly versions: Uint32Array
}

/** A resource that only some nodes have. */
export interface ExtendedColumn {
  readonly allocatable: Float64Array
  readonly requested: Float64Array
}

export function makeColumns(rows: number): Columns {
  return {
    allocatableCpu: new Float64Array(rows),
    allocatableMemory: new Float64Array(rows),
    allocatableStorage: new Float64Array(rows),
    allocatablePods: new Float64Array(rows),
    requestedCpu: new Float64Array(rows),
    requestedMemory: new Float64Array(rows),
    requestedStorage: new Float64Array(rows),
    pods: new Float64Array(rows),
    nonzeroCpu: new Float64Array(rows),
    nonzeroMemory: new Float64Array(rows),
    unschedulable: new Uint8Array(rows),
    tainted: new Uint8Array(rows),
    versions: new Uint32Array(rows),
  }
}

/** A copy with place for `rows` rows, which must not be fewer. */
export function copyColumns(from: Columns, rows: number): Columns {
  const to = makeColumns(rows)
  to.allocatableCpu.set(from.allocatableCpu)
  to.allocatableMemory.set(from.allocatableMemory)
  to.allocatableStorage.set(from.allocatableStorage)
  to.allocatablePods.set(from.allocatablePods)
  to.requestedCpu.set(from.requestedCpu)
  to.requestedMemory.set(from.requestedMemory)
  to.requestedStorage.set(from.requestedStorage)
  to.pods.set(from.pods)
  to.nonzeroCpu.set(from.nonzeroCpu)
  to.nonzeroMemory.set(from.nonzeroMemory)
  to.unschedulable.set(from.unschedulable)
  to.tainted.set(from.tainted)
  to.versions.set(from.versions)
  return to
}

export function makeExtended(rows: number): ExtendedColumn {
  return { allocatable: new Float64Array(rows), requested: new Float64Array(rows) }
}

export function copyExtended(from: ExtendedColumn, rows: number): ExtendedColumn {
  const to = makeExtended(rows)
  to.allocatable.set(from.allocatable)
  to.requested.set(from.requested)
  return to
}
