import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Deployment } from '../../src/index.ts'
import { corpus, hasCorpus } from '../support/system.ts'
import { useWavetank } from './wavetank.ts'

const wavetank = useWavetank()
const manifests = join(corpus, 'manifests')

/** Applications as their authors deploy them: how many Deployments each has, and what one passes to the command. */
const applications: readonly (readonly [name: string, deployments: number, args: readonly string[]])[] = [
  ['online-boutique', 12, ['online-boutique/release/kubernetes-manifests.yaml']],
  ['voting-app', 5, ['voting-app/k8s-specifications']],
  ['podinfo', 1, ['podinfo/kustomize']],
  ['guestbook', 3, ['gke-samples/quickstarts/guestbook']],
  ['bookinfo', 6, ['istio-bookinfo/bookinfo.yaml']],
  // Its definitions are too large to be annotated: its own README applies them on the server.
  ['kube-prometheus', 5, ['--server-side', 'kube-prometheus/manifests/setup', 'kube-prometheus/manifests', '-']],
]
const argument = (text: string): string => (text.startsWith('-') ? text : join(manifests, text))

/** The corpus has no grafana-dashboardDefinitions.yaml, whose ConfigMaps Grafana waits for: empty ones in their place. */
function dashboards(): string {
  const deployment = readFileSync(join(manifests, 'kube-prometheus/manifests/grafana-deployment.yaml'), 'utf8')
  const names = [...deployment.matchAll(/configMap:\s+name: (grafana-dashboard-\S+)/gu)].map((match) => match[1]!)
  return names
    .map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: monitoring }\n`)
    .join('---\n')
}

describe.skipIf(!hasCorpus())('an application', () => {
  test.each(applications)('%s comes up with all its %i deployments available', (_, count, args) => {
    const { status, stdout, stderr } = wavetank.run(
      ['run', ...args.map(argument), '--nodes', '6', '--for', '5m', '--json'],
      args.includes('-') ? dashboards() : '',
    )
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

// The corpus holds only the licence of coredns: its manifest is a template that has to be filled in first.
test.skip('coredns comes up', () => undefined)

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
