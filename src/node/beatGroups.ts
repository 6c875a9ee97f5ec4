/** Machines that were started at one moment, and so beat together. */
export interface Group {
  readonly nodes: readonly number[]
  /** Those whose clock is wrong or ever was: their leases are renewed one by one, and they may seem dead for it. */
  readonly apart: readonly number[]
  readonly beats: number
  /** When they began to beat, in milliseconds. */
  readonly since: number
}

export function emptyGroup(since: number): Group {
  return { nodes: [], apart: [], beats: 0, since }
}

export function withMember(group: Group, node: number, isApart: boolean): Group {
  const { nodes, apart } = group
  return isApart ? { ...group, apart: [...apart, node] } : { ...group, nodes: [...nodes, node] }
}

export function without(group: Group, node: number): Group {
  const isOther = (member: number): boolean => member !== node
  return { ...group, nodes: group.nodes.filter(isOther), apart: group.apart.filter(isOther) }
}
