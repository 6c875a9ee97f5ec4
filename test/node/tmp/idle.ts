import { createRig } from '../rig.ts'
const rig = createRig({ nodes: 5000, revisions: 100_000 })
const { parts } = rig
rig.advance(20_000)
const S = 1800
let t = performance.now(); 
rig.advance(S*1000); const d = performance.now() - t; console.log('idle: sim s/s', S / (d / 1e3), 'us/renewal', d*1e3/(S*500))
