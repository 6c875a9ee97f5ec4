import type { DaemonSet, Deployment, StatefulSet } from '../api/types/apps.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Pod } from '../api/types/core.ts'
import type { CronJob } from '../api/types/batch.ts'
import { type CronJobCommands, createCronJobCommands } from './cronJobCommands.ts'
import type { Kinds } from './kinds.ts'
import type { Outside } from './outside.ts'
import type { ResourceClient } from './resourceClient.ts'
import { createPodCommands, type LogSource, type PodCommands } from './podCommands.ts'
import { createRevisionCommands, type RevisionCommands } from './revisionCommands.ts'
import { createRolloutCommands, type RolloutCommands } from './rolloutCommands.ts'

/** What the clients of some kinds can do beside what all can: what kubectl has commands for. */
export interface KindCommands {
  readonly 'v1/Pod': PodCommands
  readonly 'apps/v1/Deployment': RolloutCommands
  readonly 'apps/v1/StatefulSet': RevisionCommands<StatefulSet>
  readonly 'apps/v1/DaemonSet': RevisionCommands<DaemonSet>
  readonly 'batch/v1/CronJob': CronJobCommands
}

/** The client of a kind, with its commands. */
export type ClientOf<K extends keyof Kinds> = ResourceClient<Kinds[K]> &
  (K extends keyof KindCommands ? KindCommands[K] : unknown)

/** The client with the commands of its kind. `now`: virtual milliseconds since the Unix epoch; `logs`: what containers print. */
export function withCommands(
  kind: string,
  client: ResourceClient<KubeObject>,
  outside: Outside,
  now: () => number,
  logs: LogSource,
): ResourceClient<KubeObject> {
  if (kind === 'v1/Pod')
    return Object.assign(client, createPodCommands(client as unknown as ResourceClient<Pod>, outside, logs))
  if (kind === 'apps/v1/StatefulSet')
    return Object.assign(client, createRevisionCommands(client as unknown as ResourceClient<StatefulSet>, outside, now))
  if (kind === 'apps/v1/DaemonSet')
    return Object.assign(client, createRevisionCommands(client as unknown as ResourceClient<DaemonSet>, outside, now))
  if (kind === 'batch/v1/CronJob')
    return Object.assign(client, createCronJobCommands(client as unknown as ResourceClient<CronJob>, outside))
  if (kind !== 'apps/v1/Deployment') return client
  const commands = createRolloutCommands(client as unknown as ResourceClient<Deployment>, outside, now)
  return Object.assign(client, commands)
}
