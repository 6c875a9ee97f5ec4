import { test } from 'vitest'
import { createRig, web } from '/work/main/test/node/rig.ts'
test('x', () => {
  const rig = createRig({ behaviours: [{ image: 'bad:*', run: '3s', exitCode: 1 }] })
  rig.create('web', web)
  rig.settle()
  console.log(JSON.stringify(rig.pod('web').status, null, 1), rig.time, rig.states('web').map((p) => p.status.phase))
  console.log(rig.events('web').map((e) => `${e.firstTimestamp} ${e.reason} ${e.message}`).join('\n'))
  rig.create('bad', { containers: [{ name: 'app', image: 'bad:1' }] })
  rig.advance(360000)
  console.log(rig.reasons('bad'))
  for (const p of rig.states('bad')) console.log(p.metadata.resourceVersion, p.status.phase, JSON.stringify(p.status.containerStatuses?.[0]))
  rig.power('crash','node-0'); rig.advance(30000); rig.power('restart','node-0'); rig.advance(3000)
  for (const p of rig.states('web')) console.log(p.metadata.resourceVersion, p.status.phase, p.status.podIP, JSON.stringify(p.status.containerStatuses?.[0]))
  rig.delete('web'); rig.advance(5000)
  console.log(rig.find('web'), rig.states('web').length, JSON.stringify(rig.states('web').at(-1)!.status))
  console.log(rig.reasons('web'), rig.reasons('node-0'))
})
