import { matchesLabelSelector } from '../api/selectors.ts'
import type { ReplicaSet } from '../api/types/apps.ts'
import type { ControlLoop } from '../client/controller.ts'
import { createReplicaManager } from './replicas/replicaManager.ts'

/** Keeps as many pods as a ReplicaSet asks for. */
export const replicaSetController: ControlLoop = createReplicaManager<ReplicaSet>({
  controller: 'replicaset-controller',
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  resource: 'replicasets.apps',
  selects: ({ spec }, labels) => matchesLabelSelector(spec.selector, labels),
  countsTerminating: true,
})
