export { createCluster } from './create.ts'
export { loadCluster } from './load.ts'
export type { Definitions } from './definitions.ts'
export { importCluster, type Imported, type ImportOptions } from './importCluster.ts'
export type { DumpedRef } from './cluster/dump.ts'
export { replay, ReplayDivergence, type ReplayOptions } from './replay.ts'
export type { Cluster } from './cluster.ts'
export type { ClusterEvents } from './listeners.ts'
export type { ClusterOptions } from './options.ts'
export { Explanation, type Bound, type PodStanding, type Waiting } from './explanation.ts'
export type { NodeVerdict, Placing, Share } from './scheduler/placing.ts'
export type { Contested } from './contests.ts'
export { TimeoutError, type WaitingTask } from './timeout.ts'
export { bestFit } from './scheduler/strategies/bestFit.ts'
export { indexed } from './scheduler/strategies/indexed.ts'
export { localOptimum } from './scheduler/strategies/localOptimum.ts'
export { randomizedBest } from './scheduler/strategies/randomizedBest.ts'
export { balanced, leastAllocated, mostAllocated, type Policy } from './scheduler/policy.ts'
export type { NodeNames, Nomination, Permission, Refusal, Reservation } from './scheduler/plugin.ts'
export type { Waiter } from './scheduler/queue.ts'
export { gang, type GangOptions } from './scheduler/plugins/coscheduling.ts'
export type { Unsuitable } from './scheduler/codes.ts'
export type { Plugin, PluginContext, PermitWaiter } from './scheduler/userPlugin.ts'
export type { NodeAmounts, NodeInfo } from './scheduler/nodeInfo.ts'
export type { Strategy } from './scheduler/strategy.ts'
export type { SchedulerStats } from './scheduler/numbers.ts'
export type { ProfileOptions, SchedulerOptions } from './scheduler/schedulerOptions.ts'
export type {
  InterPodAffinityArgs,
  PluginArgs,
  PodTopologySpreadArgs,
  ScoringStrategy,
  UtilizationPoint,
  VolumeBindingArgs,
  WeighedResource,
} from './scheduler/pluginArgs.ts'
export { type ConfigurationDefinitions, schedulerConfiguration } from './scheduler/configuration.ts'
export type { Behaviour, Hook } from './node/behaviour.ts'
export type { Answer } from './node/answers.ts'
export type { Timing } from './node/timing.ts'
export type { Usage, UsagePoint } from './node/usage.ts'
export type { NodeTemplate } from './node/nodeTemplate.ts'
export type { CallTiming, Controllers, CrashTiming, Faults, InjectedFault, ShutdownTiming } from './faults/faults.ts'
export type { Fault } from './faults/all.ts'
export type { FaultTiming } from './faults/fault.ts'
export type { PullOptions } from './faults/imagePulls.ts'
export type { KillOptions, NamedPod } from './faults/killContainer.ts'
export type { PressureOptions } from './faults/pressure.ts'
export type { Blocked, DrainOptions, DrainResult, NodeCommands } from './drain.ts'
export type { ControllerState } from './client/controllerComponent.ts'
export type { Journal, JournalEntry, JournalRequest } from './kernel/journal.ts'
export type { Distribution } from './kernel/distribution.ts'
export type { RandomStream } from './kernel/random.ts'
export {
  type Controller,
  type ControllerCache,
  type ControllerWatch,
  defineController,
  type ReconcileContext,
  type ReconcileResult,
} from './client/defineController.ts'
export { ownerKeys } from './client/ownerKeys.ts'
export type { ControllerApi } from './client/controllerApi.ts'
export type { ControllerFailure } from './client/controllerFailure.ts'
export type { ControllerMemory } from './client/controllerMemory.ts'
export type { LatencyOptions } from './client/latency.ts'
export type { Applied, ApplyResult, Skipped } from './client/apply.ts'
export type { ApplyOptions } from './client/applyRequest.ts'
export type { DeleteRequest } from './client/deleteAll.ts'
export type { ClientOf, KindCommands } from './client/commands.ts'
export type { CronJobCommands } from './client/cronJobCommands.ts'
export type { LogOptions, PodCommands } from './client/podCommands.ts'
export type { RevisionCommands } from './client/revisionCommands.ts'
export type { RolloutCommands } from './client/rolloutCommands.ts'
export type { KindName, Kinds, ManifestOf, ObjectOf } from './client/kinds.ts'
export type { DescribeOptions } from './client/describe/describe.ts'
export type { TableOptions } from './client/tables.ts'
export type { ClusterView } from './client/view.ts'
export type { Moment } from './past.ts'
export type { CommittedChange } from './history/committedChange.ts'
export { Diff } from './history/diff.ts'
export { Cause, type CauseKind, type Causes } from './history/cause.ts'
export type { Asked, WhyOptions } from './history/asked.ts'
export type { Difference, DiffSide, ObjectRef } from './history/difference.ts'
export type { DiffTextOptions } from './history/diffText.ts'
export type { FieldDifference } from './history/fields.ts'
export type { GetRequest, List, ListRequest, Namespaced, ResourceReader } from './client/reader.ts'
export type { ResourceClient, Watch, WatchEvent } from './client/resourceClient.ts'
export type { ObjectChange } from './client/watches.ts'
export type { JsonPatchOperation } from './api/patches/jsonPatch.ts'
export type { WriteOptions } from './api/dryRun.ts'
export type { PatchOptions, PatchType } from './registries/context.ts'
export { isStatusError, type Status, StatusError, type StatusReason } from './api/errors.ts'
export type { FieldError } from './api/fieldErrors.ts'
export type { Duration } from './api/duration.ts'
export { bytes, cpuMilli } from './api/quantity.ts'
export { exp, log, sqrt } from './kernel/math.ts'
export type { Manifest } from './api/manifest.ts'
export type { KubeObject, ObjectMeta, OwnerReference } from './api/meta.ts'
export type { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from './api/types/admissionregistration.ts'
export type { CustomResourceDefinition, JSONSchemaProps } from './api/types/apiextensions.ts'
export type { APIService } from './api/types/apiregistration.ts'
export type { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet } from './api/types/apps.ts'
export type { HorizontalPodAutoscaler } from './api/types/autoscaling.ts'
export type { CronJob, Job } from './api/types/batch.ts'
export type { Lease } from './api/types/coordination.ts'
export type { EventsV1Event } from './api/types/events.ts'
export type {
  Binding,
  ConfigMap,
  Container,
  Endpoints,
  KubeEvent,
  LimitRange,
  Minion,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  PodStatus,
  PodTemplateSpec,
  ReplicationController,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
  Taint,
  Toleration,
} from './api/types/core.ts'
export type { EndpointSlice } from './api/types/discovery.ts'
export type { LabelSelector } from './api/types/meta.ts'
export type { Ingress, IngressClass, NetworkPolicy } from './api/types/networking.ts'
export type { RuntimeClass } from './api/types/node.ts'
export type { PodDisruptionBudget } from './api/types/policy.ts'
export type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from './api/types/rbac.ts'
export type { PriorityClass } from './api/types/scheduling.ts'
export type { CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment } from './api/types/storage.ts'
