import type { ResourceDefinition } from './definition.ts'
import { bindings } from './bindings.ts'
import { configMaps } from './configMaps.ts'
import { deployments } from './deployments.ts'
import { endpoints } from './endpoints.ts'
import { endpointSlices } from './endpointSlices.ts'
import { events } from './events.ts'
import { eventsV1 } from './eventsV1.ts'
import { leases } from './leases.ts'
import { minions } from './minions.ts'
import { namespaces } from './namespaces.ts'
import { nodes } from './nodes.ts'
import { pods } from './pods.ts'
import { priorityClasses } from './priorityClasses.ts'
import { replicaSets } from './replicaSets.ts'
import { replicationControllers } from './replicationControllers.ts'
import { runtimeClasses } from './runtimeClasses.ts'
import { secrets } from './secrets.ts'
import { serviceAccounts } from './serviceAccounts.ts'
import { services } from './services.ts'
import { ingressClasses } from './networking/ingressClasses.ts'
import { ingresses } from './networking/ingresses.ts'
import { networkPolicies } from './networking/networkPolicies.ts'
import { horizontalPodAutoscalers } from './policy/horizontalPodAutoscalers.ts'
import { limitRanges } from './policy/limitRanges.ts'
import { podDisruptionBudgets } from './policy/podDisruptionBudgets.ts'
import { resourceQuotas } from './policy/resourceQuotas.ts'
import { clusterRoleBindings } from './rbac/clusterRoleBindings.ts'
import { clusterRoles } from './rbac/clusterRoles.ts'
import { roleBindings } from './rbac/roleBindings.ts'
import { roles } from './rbac/roles.ts'
import { csiDrivers } from './storage/csiDrivers.ts'
import { csiNodes } from './storage/csiNodes.ts'
import { csiStorageCapacities } from './storage/csiStorageCapacities.ts'
import { persistentVolumeClaims } from './storage/persistentVolumeClaims.ts'
import { persistentVolumes } from './storage/persistentVolumes.ts'
import { storageClasses } from './storage/storageClasses.ts'
import { volumeAttachments } from './storage/volumeAttachments.ts'
import { apiServices } from './webhooks/apiServices.ts'
import { mutatingWebhookConfigurations } from './webhooks/mutatingWebhookConfigurations.ts'
import { validatingWebhookConfigurations } from './webhooks/validatingWebhookConfigurations.ts'
import { controllerRevisions } from './workloads/controllerRevisions.ts'
import { cronJobs } from './workloads/cronJobs.ts'
import { daemonSets } from './workloads/daemonSets.ts'
import { jobs } from './workloads/jobs.ts'
import { statefulSets } from './workloads/statefulSets.ts'
import { customResourceDefinitions } from './custom/customResourceDefinitions.ts'

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
  eventsV1,
  leases,
  configMaps,
  secrets,
  serviceAccounts,
  endpointSlices,
  priorityClasses,
  roles,
  clusterRoles,
  roleBindings,
  clusterRoleBindings,
  networkPolicies,
  ingresses,
  ingressClasses,
  horizontalPodAutoscalers,
  podDisruptionBudgets,
  limitRanges,
  resourceQuotas,
  persistentVolumes,
  persistentVolumeClaims,
  storageClasses,
  statefulSets,
  daemonSets,
  jobs,
  cronJobs,
  validatingWebhookConfigurations,
  mutatingWebhookConfigurations,
  apiServices,
  customResourceDefinitions,
  csiDrivers,
  csiNodes,
  csiStorageCapacities,
  volumeAttachments,
  runtimeClasses,
  controllerRevisions,
] as unknown as ResourceDefinition[])
