/** Pods. Mirrors describePod of k8s.io/kubectl/pkg/describe/describe.go. */
import { hasEnded } from '../../api/podPhase.ts'
import type { Container, Pod } from '../../api/types/core.ts'
import { qosClassOf } from '../../registries/qos.ts'
import type { Around } from './around.ts'
import { containerLines, resourceLines, seccompLines } from './containers.ts'
import {
  ago,
  controlledBy,
  field,
  labels,
  labelsAndAnnotations,
  type Lines,
  moment,
  optional,
  section,
} from './lines.ts'
import { groupLines, spreadLines, tolerationLines } from './podTemplate.ts'
import { volumeLines } from './volumes.ts'

export function describePod(pod: Pod, around: Around): Lines {
  const { spec, status } = pod
  return [
    ...placeLines(pod),
    ...labelsAndAnnotations(pod.metadata),
    ...phaseLines(pod, around.now),
    ...optional('Reason', status.reason),
    ...optional('Message', status.message),
    ...seccompLines(spec.securityContext, 'LocalhostProfile'),
    ...addressLines(pod),
    ...controlledBy(pod),
    ...optional('NominatedNodeName', status.nominatedNodeName),
    ...(spec.resources === undefined ? [] : section('Resources', resourceLines(spec.resources))),
    ...allContainers(pod),
    ...conditionLines(pod),
    ...volumeLines(spec.volumes, ''),
    field('QoS Class', status.qosClass ?? qosClassOf(spec)),
    ...labels('Node-Selectors', spec.nodeSelector),
    ...tolerationLines('Tolerations', spec.tolerations),
    ...spreadLines(spec.topologySpreadConstraints, ''),
    ...groupLines(spec.schedulingGroup, ''),
  ]
}

function placeLines({ metadata, spec, status }: Pod): Lines {
  return [
    field('Name', metadata.name),
    field('Namespace', metadata.namespace),
    ...optional('Priority', spec.priority),
    ...optional('Priority Class Name', spec.priorityClassName),
    ...optional('Runtime Class Name', spec.runtimeClassName),
    ...optional('Service Account', spec.serviceAccountName),
    field('Node', spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'),
    ...(status.startTime ? [field('Start Time', moment(status.startTime))] : []),
  ]
}

function phaseLines(pod: Pod, now: number): Lines {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (deletionTimestamp === undefined || hasEnded(pod)) return [field('Status', pod.status.phase)]
  return [
    field('Status', `Terminating (lasts ${ago(deletionTimestamp, now)})`),
    field('Termination Grace Period', `${deletionGracePeriodSeconds ?? 0}s`),
  ]
}

function addressLines({ status: { podIP, podIPs = [] } }: Pod): Lines {
  const all = podIPs.map(({ ip }) => field('IP', ip))
  return [field('IP', podIP), ...(all.length === 0 ? [field('IPs', '<none>')] : section('IPs', all))]
}

function allContainers(pod: Pod): Lines {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec
  const { initContainerStatuses, containerStatuses, ephemeralContainerStatuses } = pod.status
  const shared = { space: '', pod }
  return [
    ...(initContainers.length === 0
      ? []
      : containerLines({
          ...shared,
          title: 'Init Containers',
          containers: initContainers,
          statuses: initContainerStatuses,
        })),
    ...containerLines({ ...shared, title: 'Containers', containers, statuses: containerStatuses }),
    ...(ephemeralContainers.length === 0
      ? []
      : containerLines({
          ...shared,
          title: 'Ephemeral Containers',
          containers: ephemeralContainers as readonly Container[],
          statuses: ephemeralContainerStatuses,
        })),
  ]
}

function conditionLines({ spec: { readinessGates = [] }, status: { conditions = [] } }: Pod): Lines {
  const gates = readinessGates.map(({ conditionType }) => {
    const found = conditions.find(({ type }) => type === conditionType)
    return `${conditionType} \t${found?.status ?? '<none>'} `
  })
  const all = conditions.map(({ type, status }) => `${type} \t${status} `)
  return [
    ...(gates.length === 0 ? [] : section('Readiness Gates', ['Type\tStatus', ...gates])),
    ...(all.length === 0 ? [] : section('Conditions', ['Type\tStatus', ...all])),
  ]
}
