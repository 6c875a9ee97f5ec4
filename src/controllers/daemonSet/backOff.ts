/** How long failed pods are left where they are. Mirrors k8s.io/client-go/util/flowcontrol/backoff.go. */

const firstMs = 1000
const longestMs = 15 * 60_000

interface BackOff {
  readonly delayMs: number
  /** When a pod was deleted last, in milliseconds since the Unix epoch. */
  readonly at: number
}

/** By node, of one generation of a daemon set: another one begins anew. */
export interface BackOffs {
  readonly generation: number
  readonly byNode: Readonly<Record<string, BackOff>>
}

/** How long the next failed pod of a node has to wait after the last one, while that is not over; undefined when it is. */
export function delayOf(
  backOffs: BackOffs | undefined,
  generation: number,
  node: string,
  now: number,
): number | undefined {
  const found = current(backOffs, generation, node, now)
  return found !== undefined && now - found.at < found.delayMs ? found.delayMs : undefined
}

/** The same with another failed pod of a node, for which the delay doubles. What is over is left out. */
export function withFailure(backOffs: BackOffs | undefined, generation: number, node: string, now: number): BackOffs {
  const found = current(backOffs, generation, node, now)
  const delayMs = found === undefined ? firstMs : Math.min(longestMs, found.delayMs * 2)
  const others = backOffs?.generation === generation ? Object.entries(backOffs.byNode) : []
  const kept = others.filter(([other, { at }]) => other !== node && !isOver(at, now))
  return { generation, byNode: Object.fromEntries([...kept, [node, { delayMs, at: now }]]) }
}

function current(backOffs: BackOffs | undefined, generation: number, node: string, now: number): BackOff | undefined {
  if (backOffs?.generation !== generation || !Object.hasOwn(backOffs.byNode, node)) return undefined
  const found = backOffs.byNode[node]!
  return isOver(found.at, now) ? undefined : found
}

/** Whether all has been well for so long that it begins anew. */
function isOver(at: number, now: number): boolean {
  return now - at > 2 * longestMs
}
