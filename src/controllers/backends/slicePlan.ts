import type { Endpoint, EndpointSlice } from '../../api/types/discovery.ts'
import { equal } from '../../registries/equal.ts'
import { fillUp } from './fillUp.ts'
import { type Group, type Member, order } from './group.ts'
import { type Draft, isOwnedBy, portsKey, sameEndpoint, type SliceBackend, sliceLabels } from './slices.ts'

/** What is to be done to the slices of one service. */
export interface SlicePlan {
  /** With `slice`, it is to become so. */
  readonly write: readonly Draft[]
  readonly remove: readonly EndpointSlice[]
  readonly keep: readonly EndpointSlice[]
  /** By pod, the name of the slice it stands in, of those that stood somewhere before. */
  readonly placed: Map<string, string>
}

/** Where the pods of a group stand, as of slices that were looked through. */
interface Book {
  readonly slices: ReadonlySet<EndpointSlice>
  readonly placed: Map<string, string>
}

/**
 * Plans the slices of services. It remembers where each pod stands as long as nobody else writes the slices, so that a
 * pod that changes costs its slice and not all of them; what is planned does not depend on what it remembers. Mirrors
 * staging/src/k8s.io/endpointslice/reconciler.go.
 */
export class SlicePlanner {
  private readonly books = new WeakMap<Group<SliceBackend>, Book>()

  /** `existing` in the same order every time. Whoever carries it out says so with `done`. */
  plan(group: Group<SliceBackend>, existing: readonly EndpointSlice[]): SlicePlan {
    const { service, changed } = group
    const book = this.books.get(group)
    this.books.delete(group)
    const isKnown =
      book !== undefined && existing.length === book.slices.size && existing.every((slice) => book.slices.has(slice))
    const placed = isKnown ? book.placed : new Map<string, string>()
    const news = isKnown ? changed : undefined
    const own = existing.filter((slice) => slice.addressType === 'IPv4' && isOwnedBy(slice, service))
    const drafts = own.map(draftOf)
    const suspects = news && new Set([...news].map((pod) => placed.get(pod)))
    for (const draft of drafts)
      if (suspects === undefined || suspects.has(draft.slice!.metadata.name)) lookThrough(draft, group, placed)
    const labels = sliceLabels(service)
    for (const draft of drafts) if (!equal(draft.slice!.metadata.labels, labels)) draft.isChanged = true
    const created = fillUp(drafts, unplaced(group, news, placed))
    const foreign = existing.filter((slice) => !own.includes(slice))
    return { ...concluded(drafts, created, foreign, service.metadata.deletionTimestamp !== undefined), placed }
  }

  /** The plan was carried out: `written` are the slices as they are now. */
  done(group: Group<SliceBackend>, { keep, placed }: SlicePlan, written: readonly EndpointSlice[]): void {
    for (const { metadata, endpoints = [] } of written)
      for (const { targetRef } of endpoints) placed.set(targetRef!.name!, metadata.name)
    this.books.set(group, { slices: new Set([...keep, ...written]), placed })
    group.settle()
  }
}

function draftOf(slice: EndpointSlice): Draft {
  const { ports = [], endpoints = [] } = slice
  return { slice, key: portsKey(slice), ports, endpoints, isChanged: false }
}

/** Drops and renews endpoints: each pod stands in one slice, with its own ports. */
function lookThrough(draft: Draft, group: Group<SliceBackend>, placed: Map<string, string>): void {
  const { name } = draft.slice!.metadata
  for (const { targetRef } of draft.endpoints)
    if (placed.get(targetRef?.name ?? '') === name) placed.delete(targetRef!.name!)
  const kept: Endpoint[] = []
  for (const endpoint of draft.endpoints) {
    const pod = endpoint.targetRef?.name
    const backend = pod === undefined || placed.has(pod) ? undefined : group.find(pod)
    if (backend === undefined || backend.ports.key !== draft.key) continue
    placed.set(pod!, name)
    kept.push(sameEndpoint(endpoint, backend.endpoint) ? endpoint : backend.endpoint)
  }
  const { endpoints } = draft
  if (kept.length === endpoints.length && kept.every((endpoint, index) => endpoint === endpoints[index])) return
  draft.endpoints = kept
  draft.isChanged = true
}

/** The pods that stand in no slice yet, in their order; `news` are the ones that may be among them. */
function unplaced(
  group: Group<SliceBackend>,
  news: ReadonlySet<string> | undefined,
  placed: ReadonlyMap<string, string>,
): readonly Member<SliceBackend>[] {
  if (news === undefined) return group.members.filter(({ name }) => !placed.has(name))
  const found: Member<SliceBackend>[] = []
  for (const name of news) {
    const backend = placed.has(name) ? undefined : group.find(name)
    if (backend !== undefined) found.push({ name, backend })
  }
  return found.sort(order)
}

/**
 * Slices without endpoints go, or become those that were to be made; a service without pods has one slice without
 * endpoints and ports.
 */
function concluded(
  drafts: readonly Draft[],
  created: readonly Draft[],
  foreign: readonly EndpointSlice[],
  isLeaving: boolean,
): Omit<SlicePlan, 'placed'> {
  const filled = drafts.filter(({ endpoints }) => endpoints.length > 0)
  const empty = drafts.filter(({ endpoints }) => endpoints.length === 0)
  const news = [...created]
  if (filled.length === 0 && news.length === 0) {
    const [only] = empty
    if (empty.length === 1 && !only!.isChanged && only!.ports.length === 0)
      return { write: [], remove: foreign, keep: [only!.slice!] }
    news.push({ slice: undefined, key: '', ports: [], endpoints: [], isChanged: true })
  }
  const remove = [...foreign]
  for (const { slice } of empty) {
    const next = news.find((draft) => draft.slice === undefined)
    if (next === undefined) remove.push(slice!)
    else next.slice = slice
  }
  const write = [...news, ...filled].filter(({ isChanged, slice }) => isChanged && !(isLeaving && slice === undefined))
  return { write, remove, keep: filled.filter(({ isChanged }) => !isChanged).map(({ slice }) => slice!) }
}
