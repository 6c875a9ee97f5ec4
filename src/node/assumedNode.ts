import type { Node, Pod } from '../api/types/core.ts'
import { readyConditions, nodeStatus } from './nodeObject.ts'
import { machineOf } from './nodeTemplate.ts'
import { podRequests } from '../api/podRequests.ts'

const usual = { cores: 4, memory: 16 * 1024 * 1024 * 1024, pods: 110 } as const
const gi = 1024 * 1024 * 1024

/** The Node of a machine that is only known by the pods it runs: as any other machine, or as large as they need. */
export function assumedNode(
  metadata: { readonly name: string; readonly uid: string; readonly creationTimestamp: string },
  pods: readonly Pod[],
  now: string,
): Node {
  let cpu = 0
  let memory = 0
  for (const { spec } of pods) {
    const { cpuMilli, memoryBytes } = podRequests(spec)
    cpu += cpuMilli
    memory += memoryBytes
  }
  const template = {
    cpu: Math.max(usual.cores, Math.ceil(cpu / 1000)),
    memory: `${Math.max(usual.memory / gi, Math.ceil(memory / gi))}Gi`,
    pods: Math.max(usual.pods, pods.length),
  }
  const machine = machineOf(template, metadata.name, 'nodes')
  const status = nodeStatus(machine, 0, 0, readyConditions(now, undefined), undefined)
  const hostIP = pods.find((pod) => pod.status.hostIP)?.status.hostIP
  const addresses = [
    ...(hostIP === undefined ? [] : [{ type: 'InternalIP', address: hostIP }]),
    { type: 'Hostname', address: metadata.name },
  ]
  const { labels } = machine
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { ...metadata, labels },
    spec: {},
    status: { ...status, addresses },
  } as unknown as Node
}
