/** Which kinds are described in a way of their own. Mirrors describerMap of k8s.io/kubectl/pkg/describe/describe.go. */
import type { ResourceDefinition } from '../../registries/definition.ts'
import type { Describer } from './around.ts'
import { describeAny } from './generic.ts'
import { describeHorizontalPodAutoscaler } from './autoscalers.ts'
import { describeConfigMap, describeSecret, describeServiceAccount } from './configs.ts'
import { describeCSINode } from './csiNodes.ts'
import { describeDeployment } from './deployments.ts'
import { describeEndpoints, describeEndpointSlice } from './endpoints.ts'
import { describeIngress, describeIngressClass } from './ingresses.ts'
import { describeCronJob, describeJob } from './jobs.ts'
import { describeLimitRange, describeNamespace, describeResourceQuota } from './namespaces.ts'
import { describeNetworkPolicy } from './networkPolicies.ts'
import { describeNode } from './nodes.ts'
import { describePod } from './pods.ts'
import { describePodDisruptionBudget, describePriorityClass } from './policies.ts'
import { describeRole, describeRoleBinding } from './rbac.ts'
import { describeReplicaSet, describeReplicationController } from './replicaSets.ts'
import { describeService } from './services.ts'
import { describePersistentVolume, describePersistentVolumeClaim, describeStorageClass } from './storage.ts'
import { describeDaemonSet, describeStatefulSet } from './workloads.ts'

interface KindOfDescription {
  readonly describe: Describer
  /** Whether the object's events follow. */
  readonly withEvents: boolean
}

/** By kind and group. Another kind is one file, and its line here. */
const describers: ReadonlyMap<string, KindOfDescription> = new Map([
  described('Pod', describePod),
  described('ReplicationController', describeReplicationController),
  described('ReplicaSet.apps', describeReplicaSet),
  described('Deployment.apps', describeDeployment),
  described('StatefulSet.apps', describeStatefulSet),
  described('DaemonSet.apps', describeDaemonSet),
  described('Job.batch', describeJob),
  described('CronJob.batch', describeCronJob),
  described('Service', describeService),
  described('Endpoints', describeEndpoints),
  described('EndpointSlice.discovery.k8s.io', describeEndpointSlice),
  described('Ingress.networking.k8s.io', describeIngress),
  described('IngressClass.networking.k8s.io', describeIngressClass),
  described('NetworkPolicy.networking.k8s.io', describeNetworkPolicy, false),
  described('Node', describeNode),
  described('Minion', describeNode),
  described('Namespace', describeNamespace, false),
  described('ResourceQuota', describeResourceQuota, false),
  described('LimitRange', describeLimitRange, false),
  described('ConfigMap', describeConfigMap),
  described('Secret', describeSecret, false),
  described('ServiceAccount', describeServiceAccount),
  described('PersistentVolume', describePersistentVolume),
  described('PersistentVolumeClaim', describePersistentVolumeClaim),
  described('StorageClass.storage.k8s.io', describeStorageClass),
  described('CSINode.storage.k8s.io', describeCSINode),
  described('HorizontalPodAutoscaler.autoscaling', describeHorizontalPodAutoscaler),
  described('PodDisruptionBudget.policy', describePodDisruptionBudget),
  described('PriorityClass.scheduling.k8s.io', describePriorityClass),
  described('Role.rbac.authorization.k8s.io', describeRole, false),
  described('ClusterRole.rbac.authorization.k8s.io', describeRole, false),
  described('RoleBinding.rbac.authorization.k8s.io', describeRoleBinding, false),
  described('ClusterRoleBinding.rbac.authorization.k8s.io', describeRoleBinding, false),
])

const anyKind: KindOfDescription = Object.freeze({ describe: describeAny, withEvents: true })

/** How a kind is described: in its own way, or field by field. */
export function describerOf({ kind, group }: ResourceDefinition): KindOfDescription {
  return describers.get(group === '' ? kind : `${kind}.${group}`) ?? anyKind
}

function described<T extends object>(
  key: string,
  describe: (object: T, around: Parameters<Describer>[1]) => ReturnType<Describer>,
  withEvents = true,
): [string, KindOfDescription] {
  return [key, { describe: describe as unknown as Describer, withEvents }]
}
