import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Deployment } from '../../src/index.ts'
import { corpus, hasCorpus } from '../support/system.ts'
import { useWavetank } from './wavetank.ts'

const wavetank = useWavetank()
const manifests = join(corpus, 'manifests')

/** Applications as their authors deploy them, and how many Deployments each has. */
const applications: readonly (readonly [name: string, deployments: number, path: string])[] = [
  ['online-boutique', 12, 'online-boutique/release/kubernetes-manifests.yaml'],
  ['voting-app', 5, 'voting-app/k8s-specifications'],
  ['podinfo', 1, 'podinfo/kustomize'],
  ['guestbook', 3, 'gke-samples/quickstarts/guestbook'],
  ['bookinfo', 6, 'istio-bookinfo/bookinfo.yaml'],
]

describe.skipIf(!hasCorpus())('an application', () => {
  test.each(applications)('%s comes up with all its %i deployments available', (_, count, path) => {
    const { status, stdout, stderr } = wavetank.run([
      'run',
      join(manifests, path),
      '--nodes',
      '6',
      '--for',
      '5m',
      '--json',
    ])
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const { deployments, unready } = JSON.parse(stdout) as {
      readonly deployments: readonly Deployment[]
      readonly unready: readonly unknown[]
    }
    expect(unready).toEqual([])
    expect(deployments).toHaveLength(count)
    for (const { spec, status } of deployments) expect(status.availableReplicas).toBe(spec.replicas)
  })
})

const deployment = (spec: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  progressDeadlineSeconds: 60
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: ${spec}
`

test('the roll-out of a deployment is told, and its replica sets are not told twice', () => {
  const { status, stdout } = wavetank.run(['run', '-'], deployment(`{ containers: [{ name: web, image: 'web:1' }] }`))
  expect(status).toBe(0)
  const told = stdout.split('\n').filter((line) => /(?:deployment|replicaset)\//u.test(line))
  const what = told.map((line) => line.trim().split(/ {2,}/u).slice(1).join(' '))
  expect(what[0]).toContain('deployment/web created, 2 asked for')
  expect(what[1]).toMatch(/deployment\/web ScalingReplicaSet: Scaled up replica set web-\w+ from 0 to 2/u)
  expect(what.at(-1)).toContain('deployment/web 2 of 2 available')
  expect(what.filter((line) => line.includes('replicaset/') && !line.includes('SuccessfulCreate'))).toEqual([])
  expect(stdout).toMatch(/^default +web +2\/2 +2 +2 +10m$/mu)
})

test('a deployment that does not get on is named with its reasons', () => {
  const spec = `{ priorityClassName: high, containers: [{ name: web, image: 'web:1' }] }`
  const { status, stdout, stderr } = wavetank.run(['run', '-'], deployment(spec))
  expect(status).toBe(1)
  expect(stdout).toMatch(/deployment\/web +ProgressDeadlineExceeded: ReplicaSet "web-\w+" has timed out progressing\./u)
  const lines = stderr.split('\n').filter((line) => line.includes('deployment/web'))
  expect(lines).toEqual([
    '  deployment/web: 0 of 2 replicas available, 0 of the template',
    expect.stringMatching(/ {2}deployment\/web: FailedCreate: pods "web-.*no PriorityClass with name high was found$/u),
    expect.stringMatching(/ {2}deployment\/web: ProgressDeadlineExceeded: ReplicaSet "web-\w+" has timed out/u),
  ])
})
