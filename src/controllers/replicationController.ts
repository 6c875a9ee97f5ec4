import { matchesSet } from '../api/selectors.ts'
import type { ReplicationController } from '../api/types/core.ts'
import type { ControlLoop } from '../client/controller.ts'
import { createReplicaManager } from './replicas/replicaManager.ts'

/** Keeps as many pods as a ReplicationController asks for. */
export const replicationController: ControlLoop = createReplicaManager<ReplicationController>({
  controller: 'replication-controller',
  apiVersion: 'v1',
  kind: 'ReplicationController',
  resource: 'replicationcontrollers',
  selects: ({ spec }, labels) => matchesSet(spec.selector, labels),
  countsTerminating: false,
})
