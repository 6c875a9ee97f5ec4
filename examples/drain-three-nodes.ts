// `npx tsx examples/drain-three-nodes.ts dump.yaml node-0 node-1 node-2`: what if these nodes of a real cluster are drained?
// The dump: `kubectl get nodes,pods,deployments,replicasets,poddisruptionbudgets -A -o yaml > dump.yaml`.
import { readFileSync } from 'node:fs'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import { type Cluster, importCluster, type Pod } from '../src/index.ts'

/** Tells what is evicted, what stays and why, where the replacements go, and which of them find no place. */
export function drainNodes(dump: unknown, nodes: readonly string[], print: (text: string) => void): Cluster {
  const { cluster } = importCluster(dump)
  const known = new Set(podsOf(cluster).map(({ metadata }) => metadata.uid))
  for (const node of nodes) {
    const { evicted, blocked } = cluster.drain(node, { timeout: '5m', ignoreDaemonSets: true })
    print(`${node}: ${evicted.length} evicted${evicted.map((pod) => ` ${pod}`).join(',')}`)
    for (const { pod, budgets, reason } of blocked) print(`  ${pod} stays, by ${budgets.join(', ')}: ${reason}`)
  }
  cluster.settle()
  for (const pod of podsOf(cluster).filter(({ metadata }) => !known.has(metadata.uid))) {
    const { name } = pod.metadata
    print(pod.spec.nodeName ? `${name} is on ${pod.spec.nodeName}` : `${name} waits: ${whyPending(pod)}`)
  }
  return cluster
}

function podsOf(cluster: Cluster): readonly Pod[] {
  return cluster.pods.list({ allNamespaces: true }).items
}

function whyPending({ status }: Pod): string {
  const { message = '' } = status.conditions?.find(({ type }) => type === 'PodScheduled') ?? {}
  return message.replace(/\. .*/u, '.')
}

const [, script = '', file, ...nodes] = argv
if (import.meta.url === pathToFileURL(script).href && file !== undefined)
  drainNodes(readFileSync(file, 'utf8'), nodes, (text) => void console.log(text))
