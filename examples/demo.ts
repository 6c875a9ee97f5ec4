// `npm run demo`: a shop comes up, a node fails and comes back, the journal is lived again; then two strategies compared.
import { readFileSync } from 'node:fs'
import { createTimeline, timelineHead } from '../src/history/timeline.ts'
import { type Cluster, createCluster, replay } from '../src/index.ts'
import { compareStrategies } from './compare-strategies.ts'

function heading(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 96 - text.length))}\n`)
}

/** Roll-out, crash and restart, told as they happen. */
function lifeOfAShop(): Cluster {
  const cluster = createCluster({ seed: 7, nodes: 3 })
  const timeline = createTimeline({ epoch: cluster.now, line: console.log })
  cluster.on('change', (change) => timeline.change(change))
  const tell = (what: string, node: string): void => timeline.say(cluster.now, 'fault', `node/${node}`, what)

  heading('The shop comes up')
  console.log(timelineHead)
  cluster.apply(readFileSync(new URL('shop.yaml', import.meta.url), 'utf8'))
  cluster.advance('2m')
  timeline.flush()
  console.log(`\n${cluster.table('pods', { wide: true })}\n${cluster.table('endpoints')}`)

  heading('The power of a node fails, and comes back two minutes later')
  const node = cluster.pods.list({ labelSelector: 'tier=cache' }).items[0]!.spec.nodeName!
  cluster.faults.crashNode(node)
  tell('the power fails', node)
  cluster.advance('2m')
  cluster.faults.restartNode(node)
  tell('the power comes back', node)
  cluster.advance('5m')
  timeline.flush()
  console.log(`\n${cluster.table('pods')}\n${cluster.table('nodes')}\n${cluster.table('rc')}`)
  return cluster
}

const shop = lifeOfAShop()

heading('The same life again, from its journal')
// Through JSON, as a file would have it.
const again = replay(JSON.parse(JSON.stringify(shop.journal)) as typeof shop.journal)
console.log(`lived      ${shop.historyHash()}   ${String(shop)}`)
console.log(`replayed   ${again.historyHash()}   ${String(again)}`)
if (again.historyHash() !== shop.historyHash()) throw new Error('the replay came to another history')
console.log('The histories are equal.')

heading('Best fit against local optimum: 1,000 nodes, 5,000 pods of many sizes')
console.log(compareStrategies({ nodes: 1000, pods: 5000 }))
