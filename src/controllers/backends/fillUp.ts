import type { Member } from './group.ts'
import { type Draft, type SliceBackend, slicePorts } from './slices.ts'

/** How many endpoints a slice holds: --max-endpoints-per-slice. */
const most = 100

/**
 * Puts pods into slices with their ports, writing as few slices as may be: those that are written anyway are filled
 * first, the fullest before the others; a rest goes into the slice that it fills best, or else into new ones. Mirrors
 * reconcileByPortMapping of staging/src/k8s.io/endpointslice. Returns the new ones.
 */
export function fillUp(drafts: readonly Draft[], waiting: readonly Member<SliceBackend>[]): readonly Draft[] {
  const created: Draft[] = []
  for (const [key, members] of byPorts(waiting)) {
    const own = drafts.filter((draft) => draft.key === key && draft.endpoints.length > 0)
    const written = own.filter(({ isChanged }) => isChanged)
    let next = 0
    const fill = (draft: Draft): void => {
      const taken = members.slice(next, next + Math.max(0, most - draft.endpoints.length))
      if (taken.length === 0) return
      draft.endpoints = [...draft.endpoints, ...taken.map(({ backend }) => backend.endpoint)]
      draft.isChanged = true
      next += taken.length
    }
    for (const draft of written.sort((a, b) => b.endpoints.length - a.endpoints.length)) fill(draft)
    while (next < members.length) {
      const rest = members.length - next
      const fitting =
        rest < most
          ? bestFit(
              own.filter(({ isChanged }) => !isChanged),
              rest,
            )
          : undefined
      const draft = fitting ?? newDraft(key, members[next]!)
      fill(draft)
      if (fitting === undefined) created.push(draft)
    }
  }
  return created
}

function byPorts(waiting: readonly Member<SliceBackend>[]): [string, Member<SliceBackend>[]][] {
  const groups = new Map<string, Member<SliceBackend>[]>()
  for (const member of waiting) {
    const { key } = member.backend.ports
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [member])
    else group.push(member)
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The slice that is closest to full with so many more. Mirrors getSliceToFill. */
function bestFit(drafts: readonly Draft[], more: number): Draft | undefined {
  let best: Draft | undefined
  for (const draft of drafts) {
    if (draft.endpoints.length + more > most) continue
    if (best === undefined || draft.endpoints.length > best.endpoints.length) best = draft
  }
  return best
}

function newDraft(key: string, { backend }: Member<SliceBackend>): Draft {
  return { slice: undefined, key, ports: slicePorts(backend.ports), endpoints: [], isChanged: true }
}
