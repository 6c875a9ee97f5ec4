import { expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { dumpOf } from '../support/dump.ts'
import { useWavetank } from './wavetank.ts'

const wavetank = useWavetank()

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: 'web:1' }] }
`

test('wavetank run --import goes on with a dumped cluster, alone or with more manifests, and replays', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.apply(web)
  cluster.advance('5m')
  const dump = wavetank.file('dump.yaml', dumpOf(cluster, ['v1/Pod', 'apps/v1/Deployment']))
  const alone = wavetank.run(['run', '--import', dump, '--for', '1m'])
  expect(alone.stderr).toBe('')
  expect(alone.stdout).toContain(
    'warning: node/node-0 is not in dump.yaml: pods of the dump run on it; its size is made up',
  )
  expect(alone.stdout).toMatch(/web-\w+-\w+ +1\/1 +Running +0/)
  expect(alone.status).toBe(0)
  const more = wavetank.file('more.yaml', web.replaceAll('web', 'more'))
  const both = wavetank.run(['run', more, '--import', dump, '--for', '1m', '--journal', 'run.journal'])
  expect(both.status).toBe(0)
  expect(both.stdout).toMatch(/more-\w+-\w+ +1\/1 +Running/)
  const replayed = wavetank.run(['replay', 'run.journal'])
  expect(replayed.status).toBe(0)
  expect(replayed.stdout).toContain(/history hash +(\w+)/.exec(both.stdout)![1])
  expect(wavetank.run(['run', '--import', wavetank.file('none.yaml', 'none')])).toEqual({
    status: 1,
    stdout: '',
    stderr: 'error: none.yaml: document 1: expected an object with apiVersion and kind, got string\n',
  })
  const refused = wavetank.run(['run', '--import', dump, '--nodes', '2'])
  expect(refused).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--nodes: the nodes are those of the dump') as string,
  })
})
