import type { KubeObject } from '../api/meta.ts'
import type { Manifest } from '../api/manifest.ts'
import type {
  MutatingWebhookConfiguration,
  ValidatingWebhookConfiguration,
} from '../api/types/admissionregistration.ts'
import type { CustomResourceDefinition } from '../api/types/apiextensions.ts'
import type { APIService } from '../api/types/apiregistration.ts'
import type { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../api/types/apps.ts'
import type { HorizontalPodAutoscaler } from '../api/types/autoscaling.ts'
import type { CronJob, Job } from '../api/types/batch.ts'
import type { Lease } from '../api/types/coordination.ts'
import type {
  Binding,
  ConfigMap,
  Endpoints,
  KubeEvent,
  LimitRange,
  Minion,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ReplicationController,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
} from '../api/types/core.ts'
import type { EndpointSlice } from '../api/types/discovery.ts'
import type { EventsV1Event } from '../api/types/events.ts'
import type { Ingress, IngressClass, NetworkPolicy } from '../api/types/networking.ts'
import type { PodDisruptionBudget } from '../api/types/policy.ts'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '../api/types/rbac.ts'
import type { RuntimeClass } from '../api/types/node.ts'
import type { PriorityClass } from '../api/types/scheduling.ts'
import type { CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment } from '../api/types/storage.ts'

/**
 * The kinds that a cluster knows by type. Augment it for kinds of your own:
 * `declare module 'wavetank' { interface Kinds { readonly 'example.com/v1/Backup': Backup } }`.
 */
export interface Kinds {
  readonly 'v1/Namespace': Namespace
  readonly 'v1/Node': Node
  readonly 'v1/Minion': Minion
  readonly 'v1/Pod': Pod
  readonly 'v1/Binding': Binding
  readonly 'v1/ReplicationController': ReplicationController
  readonly 'apps/v1/ReplicaSet': ReplicaSet
  readonly 'apps/v1/Deployment': Deployment
  readonly 'v1/Service': Service
  readonly 'v1/Endpoints': Endpoints
  readonly 'discovery.k8s.io/v1/EndpointSlice': EndpointSlice
  readonly 'v1/ConfigMap': ConfigMap
  readonly 'v1/Secret': Secret
  readonly 'v1/ServiceAccount': ServiceAccount
  readonly 'scheduling.k8s.io/v1/PriorityClass': PriorityClass
  readonly 'node.k8s.io/v1/RuntimeClass': RuntimeClass
  readonly 'v1/Event': KubeEvent
  readonly 'events.k8s.io/v1/Event': EventsV1Event
  readonly 'coordination.k8s.io/v1/Lease': Lease
  readonly 'rbac.authorization.k8s.io/v1/Role': Role
  readonly 'rbac.authorization.k8s.io/v1/ClusterRole': ClusterRole
  readonly 'rbac.authorization.k8s.io/v1/RoleBinding': RoleBinding
  readonly 'rbac.authorization.k8s.io/v1/ClusterRoleBinding': ClusterRoleBinding
  readonly 'networking.k8s.io/v1/NetworkPolicy': NetworkPolicy
  readonly 'networking.k8s.io/v1/Ingress': Ingress
  readonly 'networking.k8s.io/v1/IngressClass': IngressClass
  readonly 'autoscaling/v2/HorizontalPodAutoscaler': HorizontalPodAutoscaler
  readonly 'policy/v1/PodDisruptionBudget': PodDisruptionBudget
  readonly 'v1/LimitRange': LimitRange
  readonly 'v1/ResourceQuota': ResourceQuota
  readonly 'v1/PersistentVolume': PersistentVolume
  readonly 'v1/PersistentVolumeClaim': PersistentVolumeClaim
  readonly 'storage.k8s.io/v1/StorageClass': StorageClass
  readonly 'storage.k8s.io/v1/CSIDriver': CSIDriver
  readonly 'storage.k8s.io/v1/CSINode': CSINode
  readonly 'storage.k8s.io/v1/CSIStorageCapacity': CSIStorageCapacity
  readonly 'storage.k8s.io/v1/VolumeAttachment': VolumeAttachment
  readonly 'apps/v1/StatefulSet': StatefulSet
  readonly 'apps/v1/DaemonSet': DaemonSet
  readonly 'apps/v1/ControllerRevision': ControllerRevision
  readonly 'batch/v1/Job': Job
  readonly 'batch/v1/CronJob': CronJob
  readonly 'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': ValidatingWebhookConfiguration
  readonly 'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': MutatingWebhookConfiguration
  readonly 'apiregistration.k8s.io/v1/APIService': APIService
  readonly 'apiextensions.k8s.io/v1/CustomResourceDefinition': CustomResourceDefinition
}

/** The resources that have a property of their own on a cluster and on a view, and their kinds. */
export interface ResourceProperties {
  readonly namespaces: 'v1/Namespace'
  readonly nodes: 'v1/Node'
  readonly minions: 'v1/Minion'
  readonly pods: 'v1/Pod'
  readonly bindings: 'v1/Binding'
  readonly replicationControllers: 'v1/ReplicationController'
  readonly replicaSets: 'apps/v1/ReplicaSet'
  readonly deployments: 'apps/v1/Deployment'
  readonly services: 'v1/Service'
  readonly endpoints: 'v1/Endpoints'
  readonly endpointSlices: 'discovery.k8s.io/v1/EndpointSlice'
  readonly configMaps: 'v1/ConfigMap'
  readonly secrets: 'v1/Secret'
  readonly serviceAccounts: 'v1/ServiceAccount'
  readonly priorityClasses: 'scheduling.k8s.io/v1/PriorityClass'
  readonly runtimeClasses: 'node.k8s.io/v1/RuntimeClass'
  readonly events: 'v1/Event'
  readonly leases: 'coordination.k8s.io/v1/Lease'
  readonly roles: 'rbac.authorization.k8s.io/v1/Role'
  readonly clusterRoles: 'rbac.authorization.k8s.io/v1/ClusterRole'
  readonly roleBindings: 'rbac.authorization.k8s.io/v1/RoleBinding'
  readonly clusterRoleBindings: 'rbac.authorization.k8s.io/v1/ClusterRoleBinding'
  readonly networkPolicies: 'networking.k8s.io/v1/NetworkPolicy'
  readonly ingresses: 'networking.k8s.io/v1/Ingress'
  readonly ingressClasses: 'networking.k8s.io/v1/IngressClass'
  readonly horizontalPodAutoscalers: 'autoscaling/v2/HorizontalPodAutoscaler'
  readonly podDisruptionBudgets: 'policy/v1/PodDisruptionBudget'
  readonly limitRanges: 'v1/LimitRange'
  readonly resourceQuotas: 'v1/ResourceQuota'
  readonly persistentVolumes: 'v1/PersistentVolume'
  readonly persistentVolumeClaims: 'v1/PersistentVolumeClaim'
  readonly storageClasses: 'storage.k8s.io/v1/StorageClass'
  readonly csiDrivers: 'storage.k8s.io/v1/CSIDriver'
  readonly csiNodes: 'storage.k8s.io/v1/CSINode'
  readonly csiStorageCapacities: 'storage.k8s.io/v1/CSIStorageCapacity'
  readonly volumeAttachments: 'storage.k8s.io/v1/VolumeAttachment'
  readonly statefulSets: 'apps/v1/StatefulSet'
  readonly daemonSets: 'apps/v1/DaemonSet'
  readonly controllerRevisions: 'apps/v1/ControllerRevision'
  readonly jobs: 'batch/v1/Job'
  readonly cronJobs: 'batch/v1/CronJob'
  readonly validatingWebhookConfigurations: 'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration'
  readonly mutatingWebhookConfigurations: 'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration'
  readonly apiServices: 'apiregistration.k8s.io/v1/APIService'
  readonly customResourceDefinitions: 'apiextensions.k8s.io/v1/CustomResourceDefinition'
}

const resourceProperties: ResourceProperties = Object.freeze({
  namespaces: 'v1/Namespace',
  nodes: 'v1/Node',
  minions: 'v1/Minion',
  pods: 'v1/Pod',
  bindings: 'v1/Binding',
  replicationControllers: 'v1/ReplicationController',
  replicaSets: 'apps/v1/ReplicaSet',
  deployments: 'apps/v1/Deployment',
  services: 'v1/Service',
  endpoints: 'v1/Endpoints',
  endpointSlices: 'discovery.k8s.io/v1/EndpointSlice',
  configMaps: 'v1/ConfigMap',
  secrets: 'v1/Secret',
  serviceAccounts: 'v1/ServiceAccount',
  priorityClasses: 'scheduling.k8s.io/v1/PriorityClass',
  runtimeClasses: 'node.k8s.io/v1/RuntimeClass',
  events: 'v1/Event',
  leases: 'coordination.k8s.io/v1/Lease',
  roles: 'rbac.authorization.k8s.io/v1/Role',
  clusterRoles: 'rbac.authorization.k8s.io/v1/ClusterRole',
  roleBindings: 'rbac.authorization.k8s.io/v1/RoleBinding',
  clusterRoleBindings: 'rbac.authorization.k8s.io/v1/ClusterRoleBinding',
  networkPolicies: 'networking.k8s.io/v1/NetworkPolicy',
  ingresses: 'networking.k8s.io/v1/Ingress',
  ingressClasses: 'networking.k8s.io/v1/IngressClass',
  horizontalPodAutoscalers: 'autoscaling/v2/HorizontalPodAutoscaler',
  podDisruptionBudgets: 'policy/v1/PodDisruptionBudget',
  limitRanges: 'v1/LimitRange',
  resourceQuotas: 'v1/ResourceQuota',
  persistentVolumes: 'v1/PersistentVolume',
  persistentVolumeClaims: 'v1/PersistentVolumeClaim',
  storageClasses: 'storage.k8s.io/v1/StorageClass',
  csiDrivers: 'storage.k8s.io/v1/CSIDriver',
  csiNodes: 'storage.k8s.io/v1/CSINode',
  csiStorageCapacities: 'storage.k8s.io/v1/CSIStorageCapacity',
  volumeAttachments: 'storage.k8s.io/v1/VolumeAttachment',
  statefulSets: 'apps/v1/StatefulSet',
  daemonSets: 'apps/v1/DaemonSet',
  controllerRevisions: 'apps/v1/ControllerRevision',
  jobs: 'batch/v1/Job',
  cronJobs: 'batch/v1/CronJob',
  validatingWebhookConfigurations: 'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
  mutatingWebhookConfigurations: 'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
  apiServices: 'apiregistration.k8s.io/v1/APIService',
  customResourceDefinitions: 'apiextensions.k8s.io/v1/CustomResourceDefinition',
} as const)

/**
 * Gives a class a getter for each of `resourceProperties`. Not each object: getters of its own would cost a fork time, and
 * keep it in memory when it is dead (docs/decisions/0001-memory-tables-and-forks.md).
 */
export function defineResourceProperties(prototype: { resource(kind: string): unknown }): void {
  for (const [property, kind] of Object.entries(resourceProperties)) {
    Object.defineProperty(prototype, property, {
      get(this: typeof prototype) {
        return this.resource(kind)
      },
    })
  }
}

/** A kind, such as `v1/Pod`: one that `Kinds` lists, or one of a group with a domain, such as `example.com/v1/Backup`. */
export type KindName = keyof Kinds | `${string}.${string}/${string}/${string}`

/** An object of a kind that `Kinds` does not list. */
export interface UnlistedObject extends KubeObject {
  // What it holds is for its reader to know.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly [field: string]: any
}

/** What one reads of a kind. */
export type ObjectOf<K extends string> = K extends keyof Kinds ? Kinds[K] : UnlistedObject

/** What one writes of a kind. */
export type ManifestOf<K extends string> = K extends keyof Kinds ? Manifest<Kinds[K]> : object
