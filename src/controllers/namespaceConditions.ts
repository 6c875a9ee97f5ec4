import { rfc3339 } from '../api/time.ts'
import type { Namespace, NamespaceCondition, NamespaceStatus } from '../api/types/core.ts'

/** What is left of a resource in a namespace. */
export interface Remaining {
  /** Plural and group with a dot between them, as upstream writes a resource of the core group too: `pods.`. */
  readonly resource: string
  readonly count: number
  /** How many of them each finalizer holds. */
  readonly finalizers: ReadonlyMap<string, number>
}

/** What a round of deleting found out. */
export interface Findings {
  readonly remaining: readonly Remaining[]
  /** What went wrong, in words. */
  readonly errors: readonly string[]
}

interface Said {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

/**
 * The status of a namespace that is being deleted; the same object when nothing changes. Mirrors
 * pkg/controller/namespace/deletion/status_condition_utils.go, and says of pods that remain what it says of all else:
 * v1.36 forgets to.
 */
export function terminatingStatus({ status }: Namespace, findings: Findings, now: number): NamespaceStatus {
  const before = status.conditions ?? []
  const conditions = [...before]
  let isSame = status.phase === 'Terminating'
  for (const said of [...ALWAYS, contentFailure(findings), contentRemaining(findings), finalizersRemaining(findings)]) {
    const place = conditions.findIndex(({ type }) => type === said.type)
    const known = conditions[place]
    if (known !== undefined && saysSame(known, said)) continue
    isSame = false
    const lastTransitionTime = known?.status === said.status ? known.lastTransitionTime : rfc3339(now)
    const { type, status: is, reason, message } = said
    const condition = { type, status: is, lastTransitionTime, reason, message } as NamespaceCondition
    if (place === -1) conditions.push(condition)
    else conditions[place] = condition
  }
  return isSame ? status : { ...status, phase: 'Terminating', conditions }
}

function saysSame(known: NamespaceCondition, said: Said): boolean {
  return known.status === said.status && known.reason === said.reason && known.message === said.message
}

/** What cannot go wrong here. */
const ALWAYS: readonly Said[] = Object.freeze([
  ok('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
  ok('NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
])

function ok(type: string, reason: string, message: string): Said {
  return { type, status: 'False', reason, message }
}

function contentFailure({ errors }: Findings): Said {
  const type = 'NamespaceDeletionContentFailure'
  const done = 'All content successfully deleted, may be waiting on finalization'
  if (errors.length === 0) return ok(type, 'ContentDeleted', done)
  const message = `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort().join(', ')}`
  return { type, status: 'True', reason: 'ContentDeletionFailed', message }
}

function contentRemaining({ remaining }: Findings): Said {
  const type = 'NamespaceContentRemaining'
  if (remaining.length === 0) return ok(type, 'ContentRemoved', 'All content successfully removed')
  const parts = remaining.map(({ resource, count }) => `${resource} has ${count} resource instances`)
  const message = `Some resources are remaining: ${parts.sort().join(', ')}`
  return { type, status: 'True', reason: 'SomeResourcesRemain', message }
}

function finalizersRemaining({ remaining }: Findings): Said {
  const type = 'NamespaceFinalizersRemaining'
  const totals = new Map<string, number>()
  for (const { finalizers } of remaining) {
    for (const [name, count] of finalizers) totals.set(name, (totals.get(name) ?? 0) + count)
  }
  if (totals.size === 0) return ok(type, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished')
  const parts = [...totals].map(([name, count]) => `${name} in ${count} resource instances`)
  const message = `Some content in the namespace has finalizers remaining: ${parts.sort().join(', ')}`
  return { type, status: 'True', reason: 'SomeFinalizersRemain', message }
}
