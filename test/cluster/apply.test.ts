import { expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { bare, podManifest, refused } from './support.ts'

test('apply creates, configures and leaves alone', () => {
  const cluster = createCluster({ nodes: 1 })
  const yaml = (replicas: number): string => `
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: team}, spec: {containers: [{name: c, image: web}]}}
- {apiVersion: v1, kind: Service, metadata: {name: web, namespace: team}, spec: {selector: {app: web}, ports: [{port: 80}]}}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: web}
spec:
  replicas: ${replicas}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: web}]}
---
# Namespaces come first wherever they stand.
apiVersion: v1
kind: Namespace
metadata: {name: team}
`
  const results = (text: string): string[] =>
    cluster.apply(text).applied.map(({ object, result }) => `${object.kind} ${result}`)
  expect(results(yaml(1))).toEqual([
    'Namespace created',
    'Pod created',
    'Service created',
    'ReplicationController created',
  ])
  cluster.settle()
  expect(results(yaml(1))).toEqual([
    'Namespace unchanged',
    'Pod unchanged',
    'Service unchanged',
    'ReplicationController unchanged',
  ])
  expect(results(yaml(2))).toEqual([
    'Namespace unchanged',
    'Pod unchanged',
    'Service unchanged',
    'ReplicationController configured',
  ])
  expect(cluster.pods.get('a', { namespace: 'team' }).status.phase).toBe('Running')
})

test('apply names what it does not know, and refuses it unless told to skip it', () => {
  const cluster = bare()
  const objects = [podManifest('a'), { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'web' } }]
  expect(refused(() => cluster.apply(objects)).message).toMatch(
    'no matches for kind "Widget" in version "example.com/v1"',
  )
  const { applied, skipped } = cluster.apply(objects, { unsupported: 'skip' })
  expect(applied).toHaveLength(1)
  expect(skipped).toEqual([
    { apiVersion: 'example.com/v1', kind: 'Widget', name: 'web', reason: 'Widget is not simulated' },
  ])
})

test.each([
  ['apps/v1beta1', 'Deployment', 'apps/v1'],
  ['extensions/v1beta1', 'Ingress', 'networking.k8s.io/v1'],
  ['policy/v1beta1', 'PodDisruptionBudget', 'policy/v1'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'autoscaling/v2'],
  ['batch/v1beta1', 'CronJob', 'batch/v1'],
])('apply of %s %s, which is gone, names %s', (apiVersion, kind, current) => {
  const cluster = bare()
  const error = refused(() => cluster.apply({ apiVersion, kind, metadata: { name: 'x' } }))
  expect(error.status.message).toBe(
    `no matches for kind "${kind}" in version "${apiVersion}"; it is served as ${current}`,
  )
})

test('somebody else’s kind of the same name is not taken for ours', () => {
  const error = refused(() => bare().apply({ apiVersion: 'serving.example.com/v1', kind: 'Service', metadata: {} }))
  expect(error.status.message).toBe('no matches for kind "Service" in version "serving.example.com/v1"')
})
