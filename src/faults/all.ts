import { skewClock, type SkewClock } from './clock.ts'
import { conflict, type Conflict, loseReply, type LoseReply, loseRequest, type LoseRequest } from './callFaults.ts'
import { crashController, type CrashController, restartController, type RestartController } from './controllerCrash.ts'
import type { FaultDefinition } from './fault.ts'
import { failImagePull, type FailImagePull } from './imagePulls.ts'
import { killContainer, type KillContainer } from './killContainer.ts'
import { crashNode, type CrashNode, restartNode, type RestartNode } from './nodeCrash.ts'
import { shutdownNode, type ShutdownNode } from './nodeShutdown.ts'
import { loseQuorum, type LoseQuorum, stopApiServer, type StopApiServer } from './outage.ts'
import { partition, type Partition, partitionNode, type PartitionNode } from './partition.ts'
import {
  diskPressure,
  type DiskPressure,
  memoryPressure,
  type MemoryPressure,
  pidPressure,
  type PidPressure,
} from './pressure.ts'
import {
  delayWatches,
  type DelayWatches,
  dropWatches,
  type DropWatches,
  stallWatches,
  type StallWatches,
} from './watchFaults.ts'
import { failZone, type FailZone } from './zone.ts'

/** What can be done to a cluster. Every fault is data: it is journalled as it is, and replayed. */
export type Fault =
  | CrashNode
  | RestartNode
  | ShutdownNode
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
  | KillContainer
  | FailImagePull
  | MemoryPressure
  | DiskPressure
  | PidPressure
  | SkewClock
  | FailZone

export function faultDefinitions(): readonly FaultDefinition[] {
  return [
    crashNode,
    restartNode,
    shutdownNode,
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
    killContainer,
    failImagePull,
    memoryPressure,
    diskPressure,
    pidPressure,
    skewClock,
    failZone,
  ] as readonly FaultDefinition[]
}
