import { expect, test } from 'vitest'
import { useWavetank } from './wavetank.ts'

const wavetank = useWavetank()
const yaml = (image: string, more = '', pod = ''): string => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 2
  selector: { matchLabels: { app: db } }
  ${more}
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: '${image}' }], ${pod} }
`

test('wavetank run tells of a StatefulSet what happens to it, and shows it', () => {
  const { status, stdout, stderr } = wavetank.run(['run', '-'], yaml('db:1'))
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).not.toContain('nothing acts on it')
  expect(stdout).toMatch(
    /statefulset-controller +statefulset\/db +SuccessfulCreate: Create Pod db-1 in StatefulSet db successful/,
  )
  expect(stdout).toMatch(/statefulset-controller +statefulset\/db +2 of 2 ready/)
  expect(stdout).toMatch(/^default +db +2\/2 /m)
})

test('one that is not what was asked for makes the exit status 1, and says how far it is, and why', () => {
  const said = (text: string): string => {
    const { status, stderr } = wavetank.run(['run', '-'], text)
    expect(status).toBe(1)
    return stderr
  }
  const waits = said(yaml('db:1', '', 'nodeSelector: { disk: ssd }'))
  expect(waits).toContain('  statefulset/db: 0 of 2 replicas available, 1 of 2 of the template\n')
  expect(waits).not.toContain('statefulset/db: Failed')
  expect(said(yaml('db:1', '', 'priorityClassName: high'))).toContain(
    '  statefulset/db: FailedCreate: Create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: no PriorityClass with name high was found\n',
  )
})

test('pods below the partition are not asked to be of the template', () => {
  const partition = 'updateStrategy: { rollingUpdate: { partition: 1 } }'
  const later = 'updateStrategy: { type: OnDelete }'
  for (const more of [partition, later]) expect(wavetank.run(['run', '-'], yaml('db:1', more)).status).toBe(0)
})
