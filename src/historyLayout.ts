import { rfc3339Micro } from './api/time.ts'
import type { Layout } from './store/types.ts'

/** How objects are written where the history is hashed: every golden hash depends on it. */
export const historyLayout: Layout = {
  revision: ['metadata', 'resourceVersion'],
  stamp: ['spec', 'renewTime'],
  timeOf: rfc3339Micro,
  shared: ['spec', 'ownerReferences'],
  // Of pods, whose specs differ: lists that most of them have from the API server.
  parts: ['volumes', 'tolerations'],
  changes: { status: [['status']], binding: [['spec', 'nodeName'], ['status']] },
  blocks: ['conditions'],
  words: (
    'apiVersion kind metadata name generateName namespace uid generation creationTimestamp labels annotations ' +
    'ownerReferences spec status v1 Pod default Pending phase qosClass Burstable BestEffort Guaranteed nodeName ' +
    'containers initContainers image resources requests limits cpu memory ports containerPort protocol TCP env value ' +
    'command args terminationMessagePath /dev/termination-log terminationMessagePolicy imagePullPolicy ' +
    'IfNotPresent Always volumeMounts readOnly mountPath /var/run/secrets/kubernetes.io/serviceaccount restartPolicy ' +
    'terminationGracePeriodSeconds dnsPolicy ClusterFirst securityContext schedulerName default-scheduler ' +
    'enableServiceLinks serviceAccountName serviceAccount priority preemptionPolicy PreemptLowerPriority tolerations ' +
    'volumes key operator effect Exists NoExecute tolerationSeconds nodeSelector affinity ' +
    'topologySpreadConstraints template selector replicas'
  ).split(' '),
}
