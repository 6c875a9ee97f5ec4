import type * as official from '@kubernetes/client-node'
import { expectTypeOf, test } from 'vitest'
import { createCluster, type Deployment, type Kinds, type Manifest, type Pod } from '../../src/index.ts'

/** Every kind that the official client has a model of, and the model. */
interface Models {
  'v1/Namespace': official.V1Namespace
  'v1/Node': official.V1Node
  'v1/Pod': official.V1Pod
  'v1/Binding': official.V1Binding
  'v1/ReplicationController': official.V1ReplicationController
  'apps/v1/ReplicaSet': official.V1ReplicaSet
  'apps/v1/Deployment': official.V1Deployment
  'v1/Service': official.V1Service
  'v1/ServiceAccount': official.V1ServiceAccount
  'v1/Endpoints': official.V1Endpoints
  'discovery.k8s.io/v1/EndpointSlice': official.V1EndpointSlice
  'v1/ConfigMap': official.V1ConfigMap
  'v1/Secret': official.V1Secret
  'node.k8s.io/v1/RuntimeClass': official.V1RuntimeClass
  'scheduling.k8s.io/v1/PriorityClass': official.V1PriorityClass
  'v1/Event': official.CoreV1Event
  'events.k8s.io/v1/Event': official.EventsV1Event
  'coordination.k8s.io/v1/Lease': official.V1Lease
  'rbac.authorization.k8s.io/v1/Role': official.V1Role
  'rbac.authorization.k8s.io/v1/ClusterRole': official.V1ClusterRole
  'rbac.authorization.k8s.io/v1/RoleBinding': official.V1RoleBinding
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': official.V1ClusterRoleBinding
  'networking.k8s.io/v1/NetworkPolicy': official.V1NetworkPolicy
  'networking.k8s.io/v1/Ingress': official.V1Ingress
  'networking.k8s.io/v1/IngressClass': official.V1IngressClass
  'autoscaling/v2/HorizontalPodAutoscaler': official.V2HorizontalPodAutoscaler
  'policy/v1/PodDisruptionBudget': official.V1PodDisruptionBudget
  'v1/LimitRange': official.V1LimitRange
  'v1/ResourceQuota': official.V1ResourceQuota
  'v1/PersistentVolume': official.V1PersistentVolume
  'v1/PersistentVolumeClaim': official.V1PersistentVolumeClaim
  'storage.k8s.io/v1/StorageClass': official.V1StorageClass
  'storage.k8s.io/v1/CSIDriver': official.V1CSIDriver
  'storage.k8s.io/v1/CSINode': official.V1CSINode
  'storage.k8s.io/v1/CSIStorageCapacity': official.V1CSIStorageCapacity
  'storage.k8s.io/v1/VolumeAttachment': official.V1VolumeAttachment
  'apps/v1/StatefulSet': official.V1StatefulSet
  'apps/v1/DaemonSet': official.V1DaemonSet
  'apps/v1/ControllerRevision': official.V1ControllerRevision
  'batch/v1/Job': official.V1Job
  'batch/v1/CronJob': official.V1CronJob
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': official.V1ValidatingWebhookConfiguration
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': official.V1MutatingWebhookConfiguration
  'apiregistration.k8s.io/v1/APIService': official.V1APIService
  'apiextensions.k8s.io/v1/CustomResourceDefinition': official.V1CustomResourceDefinition
}

type Modelled = keyof Models & keyof Kinds

/** The kinds whose model would not be taken. */
type Unfit = { [K in Modelled]: Models[K] extends Manifest<Kinds[K]> ? never : K }[Modelled]

test('every object of the official client fits where one of its kind is written', () => {
  expectTypeOf<Unfit>().toEqualTypeOf<never>()
  expectTypeOf<Exclude<keyof Models, keyof Kinds>>().toEqualTypeOf<never>()
  // It would fit whatever the types were if the models were `any`.
  expectTypeOf<official.V1Pod>().not.toBeAny()
  expectTypeOf<{ spec: { containers: string } }>().not.toExtend<Manifest<Pod>>()
})

test('the other way round a type is missing where a kind has none yet', () => {
  expectTypeOf<Exclude<keyof Kinds, keyof Models | `example.com/${string}`>>().toEqualTypeOf<'v1/Minion'>()
})

test('its fixtures are created and applied as they are', () => {
  const pod: official.V1Pod = {
    metadata: { name: 'web', creationTimestamp: new Date(0), labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'web:1', imagePullPolicy: 'Always' }] },
  }
  const deployment: official.V1Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '50%', maxUnavailable: 0 } },
      template: { metadata: pod.metadata!, spec: pod.spec! },
    },
  }
  const cluster = createCluster({ nodes: 0 })
  expectTypeOf(cluster.pods.create(pod)).toEqualTypeOf<Pod>()
  expectTypeOf(cluster.deployments.create(deployment)).toEqualTypeOf<Deployment>()
  cluster.apply([pod, deployment].map((object) => ({ apiVersion: 'v1', kind: 'Pod', ...object })))
})
