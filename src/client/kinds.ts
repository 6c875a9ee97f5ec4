import type { Manifest } from '../api/manifest.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Deployment, ReplicaSet } from '../api/types/apps.ts'
import type { Lease } from '../api/types/coordination.ts'
import type {
  Binding,
  ConfigMap,
  Endpoints,
  KubeEvent,
  Minion,
  Namespace,
  Node,
  Pod,
  ReplicationController,
  Secret,
  Service,
} from '../api/types/core.ts'
import type { EndpointSlice } from '../api/types/discovery.ts'
import type { PriorityClass } from '../api/types/scheduling.ts'

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
  readonly 'scheduling.k8s.io/v1/PriorityClass': PriorityClass
  readonly 'v1/Event': KubeEvent
  readonly 'coordination.k8s.io/v1/Lease': Lease
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
  readonly priorityClasses: 'scheduling.k8s.io/v1/PriorityClass'
  readonly events: 'v1/Event'
  readonly leases: 'coordination.k8s.io/v1/Lease'
}

export const resourceProperties: ResourceProperties = Object.freeze({
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
  priorityClasses: 'scheduling.k8s.io/v1/PriorityClass',
  events: 'v1/Event',
  leases: 'coordination.k8s.io/v1/Lease',
} as const)

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
