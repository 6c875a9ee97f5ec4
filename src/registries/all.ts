import type { ResourceDefinition } from './definition.ts'
import { bindings } from './bindings.ts'
import { configMaps } from './configMaps.ts'
import { deployments } from './deployments.ts'
import { endpoints } from './endpoints.ts'
import { endpointSlices } from './endpointSlices.ts'
import { events } from './events.ts'
import { leases } from './leases.ts'
import { minions } from './minions.ts'
import { namespaces } from './namespaces.ts'
import { nodes } from './nodes.ts'
import { pods } from './pods.ts'
import { priorityClasses } from './priorityClasses.ts'
import { replicaSets } from './replicaSets.ts'
import { replicationControllers } from './replicationControllers.ts'
import { secrets } from './secrets.ts'
import { services } from './services.ts'

/** Every resource the API server serves. A new kind is one file, and its line here. */
export const definitions: readonly ResourceDefinition[] = Object.freeze([
  namespaces,
  nodes,
  minions,
  pods,
  bindings,
  replicationControllers,
  replicaSets,
  deployments,
  services,
  endpoints,
  events,
  leases,
  configMaps,
  secrets,
  endpointSlices,
  priorityClasses,
] as unknown as ResourceDefinition[])
