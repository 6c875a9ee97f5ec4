import { createRig, web } from '../rig.ts'
const N = Number(process.argv[2] ?? 50000), M = 5000
const spec = { containers: [{ name: 'app', image: 'web:1', resources: { requests: { cpu: '10m', memory: '16Mi' } } }] }
const rig = createRig({ nodes: M, revisions: 100_000 })
const { parts } = rig
const heap = () => { (globalThis as any).gc?.(); (globalThis as any).gc?.(); const m = process.memoryUsage(); return m.heapUsed + m.external }
// warm images
for (let i = 0; i < M; i++) rig.create(`warm-${i}`, spec, `node-${i}`)
rig.settle(); 
const pods = parts.server.resource('pods')
const h0 = heap()
const made: any[] = []
const ctx = () => ({ actor: 't', cause: 0, at: parts.kernel.now })
let t = performance.now()
for (let i = 0; i < N; i++) made.push(parts.server.create(pods, 'default', { apiVersion: 'v1', kind: 'Pod', metadata: { name: `web-${i}` }, spec }, ctx()).metadata.uid)
console.log('create', ((performance.now() - t) / N * 1e3).toFixed(2), 'us')
const h1 = heap()
t = performance.now()
for (let i = 0; i < N; i++) parts.server.bind('default', `web-${i}`, made[i], `node-${i % M}`, ctx())
console.log('bind', ((performance.now() - t) / N * 1e3).toFixed(2), 'us')
t = performance.now(); parts.watches.deliver(); 
const t0 = parts.kernel.taken
rig.settle()
const d = performance.now() - t
console.log('kubelet', (d / N * 1e3).toFixed(2), 'us', (parts.kernel.taken - t0) / N, 'tasks/pod', rig.pod('web-7').status.phase)
made.length = 0
const h2 = heap()
console.log('bytes/pod created', ((h1 - h0) / N).toFixed(0), 'all', ((h2 - h0) / N).toFixed(0))
t = performance.now(); rig.advance(600_000); console.log('idle: sim s/s', 600 / ((performance.now() - t) / 1e3))
