import { badRequest } from './api/errors.ts'
import { parseTime, rfc3339 } from './api/time.ts'
import type { Cluster } from './cluster.ts'
import { type DumpedRef, pathOf, readDump } from './cluster/dump.ts'
import { dumpedBehaviours } from './cluster/dumpBehaviours.ts'
import { withKnownFields } from './cluster/dumpFields.ts'
import { newestTime } from './cluster/dumpTimes.ts'
import { createWith } from './create.ts'
import { checkOptions, type ClusterOptions } from './options.ts'

/** As a new cluster's; the nodes come of the dump. `epoch`: the newest time of the dump unless given, and no earlier. */
export type ImportOptions = Omit<ClusterOptions, 'nodes'>

export interface Imported {
  readonly cluster: Cluster
  /** Objects of the dump that are not in the cluster, and why. */
  readonly skipped: readonly DumpedRef[]
  /** Objects that have lost fields: those, named by the reason, that only another version of the API has. */
  readonly dropped: readonly DumpedRef[]
  /** What the dump does not have and the cluster does, or takes to be there: see each one's reason. */
  readonly assumed: readonly DumpedRef[]
}

/**
 * A running simulation of a real cluster out of a dump of it: what `kubectl get … -A -o yaml` prints, as YAML or JSON
 * text, objects, or a list of either. Uids, statuses, owners, bindings and times are kept, and nothing is made anew,
 * rolled out or collected because it was imported; whatever crashes or cannot be pulled in the dump goes on so, unless
 * `behaviours` say otherwise. Throws BadRequest and Invalid, with path and reason, for what no API server could hold.
 */
export function importCluster(dump: unknown, options: ImportOptions = {}): Imported {
  checkOptions(options)
  if ('nodes' in options) throw badRequest('options.nodes: the nodes are those of the dump')
  const objects = readDump(dump)
  const epoch = epochOf(objects, options.epoch)
  const behaviours = [...(options.behaviours ?? []), ...dumpedBehaviours(objects, epoch)]
  const from = { epoch: timeText(epoch), nodes: 'imported' as unknown as number }
  const cluster = createWith({ ...options, ...from, ...(behaviours.length > 0 && { behaviours }) }, {})
  const replayer = cluster.replayer()
  const known = withKnownFields(replayer.parts, objects)
  return { cluster, dropped: known.dropped, ...replayer.take(known.objects) }
}

/** Nothing comes from the future: a dump's clock stands at its newest time, or later. */
function epochOf(objects: ReturnType<typeof readDump>, given: string | undefined): number {
  const { at, index, path } = newestTime(objects)
  const newest = at === -Infinity ? 0 : Math.ceil(at)
  if (given === undefined) return newest
  const epoch = parseTime(given)!
  if (epoch >= newest) return epoch
  const whose = `${path} of ${pathOf(objects[index]!, index)}`
  throw badRequest(`options.epoch: Invalid value: ${JSON.stringify(given)}: ${whose} is later: ${timeText(newest)}`)
}

function timeText(ms: number): string {
  const rest = ms % 1000
  return rest === 0 ? rfc3339(ms) : `${rfc3339(ms).slice(0, -1)}.${String(rest).padStart(3, '0')}Z`
}
