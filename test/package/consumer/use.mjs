import * as wavetank from 'wavetank'
import { createRequire } from 'node:module'

const required = createRequire(import.meta.url)('wavetank')

const cluster = wavetank.createCluster({ seed: 1, nodes: 1 })
cluster.pods.create({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
})
cluster.advance('10s')
let reason
try {
  cluster.pods.get('nobody')
} catch (error) {
  reason = wavetank.isStatusError(error, 'NotFound') ? error.reason : String(error)
}
const sameByRequire = required.createCluster === wavetank.createCluster
console.log(JSON.stringify({ phase: cluster.pods.get('web').status.phase, reason, sameByRequire }))
