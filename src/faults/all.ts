import { conflict, type Conflict, loseReply, type LoseReply, loseRequest, type LoseRequest } from './callFaults.ts'
import { crashController, type CrashController, restartController, type RestartController } from './controllerCrash.ts'
import type { FaultDefinition } from './fault.ts'
import { crashNode, type CrashNode, restartNode, type RestartNode } from './nodeCrash.ts'
import { loseQuorum, type LoseQuorum, stopApiServer, type StopApiServer } from './outage.ts'
import { partition, type Partition, partitionNode, type PartitionNode } from './partition.ts'
import {
  delayWatches,
  type DelayWatches,
  dropWatches,
  type DropWatches,
  stallWatches,
  type StallWatches,
} from './watchFaults.ts'

/** What can be done to a cluster. Every fault is data: it is journalled as it is, and replayed. */
export type Fault =
  | CrashNode
  | RestartNode
  | CrashController
  | RestartController
  | Partition
  | PartitionNode
  | DelayWatches
  | StallWatches
  | DropWatches
  | LoseReply
  | LoseRequest
  | Conflict
  | StopApiServer
  | LoseQuorum

export function faultDefinitions(): readonly FaultDefinition[] {
  return [
    crashNode,
    restartNode,
    crashController,
    restartController,
    partition,
    partitionNode,
    delayWatches,
    stallWatches,
    dropWatches,
    loseReply,
    loseRequest,
    conflict,
    stopApiServer,
    loseQuorum,
  ] as readonly FaultDefinition[]
}
