import { byCodeUnit } from '../api/order.ts'
import type { KubeObject } from '../api/meta.ts'
import type { ClusterView } from '../client/view.ts'
import type { Records, Resource } from '../registries/records.ts'
import type { Row } from '../store/types.ts'
import type { View } from '../store/view.ts'
import type { Difference, DiffSide, ObjectRef } from './difference.ts'
import { diffText, type DiffTextOptions } from './diffText.ts'
import { fieldDifferences } from './fields.ts'

/** What differs between two states of a cluster, or of a cluster and a fork. `String()` prints it like a diff of YAML. */
export class Diff {
  readonly from: DiffSide
  readonly to: DiffSide
  /** Every object that differs, by resource, namespace and name; nothing is left out. */
  readonly differences: readonly Difference[]

  constructor(from: DiffSide, to: DiffSide, differences: readonly Difference[]) {
    this.from = from
    this.to = to
    this.differences = differences
    Object.freeze(this)
  }

  /**
   * Like a diff of YAML, object by object. Without `everything`, what always differs is left out: resourceVersion,
   * managedFields, what was applied last, heartbeats, and Events. With `brief`, what was created or deleted is only named.
   */
  text(options: DiffTextOptions = {}): string {
    return diffText(this, options)
  }

  toString(): string {
    return this.text()
  }
}

/** Something that stands in one state, or the other, or in both. */
interface Pair {
  readonly path: string
  readonly name: string
  readonly before: Row | undefined
  readonly after: Row | undefined
}

/** What differs between two views: of one cluster at a cost of what has happened since, else of all there is. */
export function diffOf(from: ClusterView, to: ClusterView): Diff {
  const [old, now] = [from.source(), to.source()]
  const [was, is] = [old.outside.server.records, now.outside.server.records]
  const pairs = was === is ? changedPairs(was, old.view, now.view) : everyPair(was, old.view, is, now.view)
  pairs.sort((a, b) => byCodeUnit(a.path + a.name, b.path + b.name))
  const differences: Difference[] = []
  for (const { path, before, after } of pairs) {
    const found = differenceOf(objectOf(was, path, before), objectOf(is, path, after))
    if (found !== undefined) differences.push(found)
  }
  return new Diff(sideOf(from), sideOf(to), now.outside.handOut(differences))
}

function sideOf({ revision, time }: ClusterView): DiffSide {
  return Object.freeze({ revision, time })
}

/** Keys that changed after the earlier of two views and differ between them. */
function changedPairs({ store }: Records, from: View, to: View): Pair[] {
  const earlier = from.revision < to.revision ? from : to
  const pairs: Pair[] = []
  if (from.revision === to.revision) return pairs
  for (const slot of earlier.changedSince()) {
    const [before, after] = [from.row(slot), to.row(slot)]
    if (before?.modRevision === after?.modRevision) continue
    pairs.push({ path: store.path(slot), name: (before ?? after)!.name, before, after })
  }
  return pairs
}

/** Keys of two clusters that differ: what they share, as forks do, is passed over quickly. */
function everyPair(was: Records, from: View, is: Records, to: View): Pair[] {
  const [old, now] = [rowsByKey(was, from), rowsByKey(is, to)]
  const pairs: Pair[] = []
  for (const [key, { path, row: before }] of old) {
    const after = now.get(key)?.row
    const isSame = before.value === after?.value && before.modRevision === after?.modRevision
    if (!isSame) pairs.push({ path, name: before.name, before, after })
  }
  for (const [key, { path, row: after }] of now)
    if (!old.has(key)) pairs.push({ path, name: after.name, before: undefined, after })
  return pairs
}

function rowsByKey({ store }: Records, view: View): Map<string, { readonly path: string; readonly row: Row }> {
  const found = new Map<string, { readonly path: string; readonly row: Row }>()
  for (const directory of store.keys.directoriesUnder('')) {
    const path = store.keys.directoryPath(directory)
    for (const row of view.rows(directory)) found.set(path + row.name, { path, row })
  }
  return found
}

function objectOf(records: Records, path: string, row: Row | undefined): KubeObject | undefined {
  const resource: Resource = records.ofPath(path)
  return row === undefined ? undefined : records.object(resource, row)
}

function differenceOf(before: KubeObject | undefined, after: KubeObject | undefined): Difference | undefined {
  const object = after ?? before
  if (object === undefined) return undefined
  const { apiVersion, kind, metadata } = object
  const ref: ObjectRef = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name }
  if (before === undefined) return { change: 'created', ref, before, after, fields: [] }
  if (after === undefined) return { change: 'deleted', ref, before, after, fields: [] }
  const fields = fieldDifferences(before, after).map(({ path, before: was, after: is }) => ({
    path,
    before: was,
    after: is,
  }))
  if (fields.length === 0) return undefined
  const change = before.metadata.uid === after.metadata.uid ? 'changed' : 'replaced'
  return { change, ref, before, after, fields }
}
