import { describe, expect, test } from 'vitest'
import type { Cluster, KubeObject } from '../../src/index.ts'
import { bare } from '../cluster/support.ts'
import { good } from './refusedKinds.ts'

const meta = {
  labels: { a: 'b' },
  annotations: { a: 'b' },
  finalizers: ['example.com/hold'],
  ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'a' }],
}

const replicated = good['apps/v1/DaemonSet']!

function updated(cluster: Cluster, kind: string, name = 'web'): KubeObject {
  const client = cluster.resource(kind)
  const made = client.create({ ...structuredClone(good[kind] ?? replicated), metadata: { name } } as never)
  return client.updateStatus({ ...made, metadata: { ...made.metadata, ...meta } } as never)
}

describe('an update of the status takes metadata along', () => {
  const all = Object.keys(meta)
  test.each([
    ['apps/v1/StatefulSet', all],
    ['v1/PersistentVolume', all],
    ['apps/v1/Deployment', ['annotations', 'finalizers', 'ownerReferences']],
    ['storage.k8s.io/v1/VolumeAttachment', []],
  ])('of %s: %j', (kind, fields) => {
    const { metadata } = updated(bare(), kind)
    for (const [field, value] of Object.entries(meta)) {
      const said = metadata[field as keyof typeof meta]
      if (fields.includes(field)) expect(said).toEqual(expect.objectContaining(value))
      else expect(said).not.toEqual(value)
    }
  })

  test('but never how often a DaemonSet’s template has changed', () => {
    const { annotations } = updated(bare(), 'apps/v1/DaemonSet').metadata
    expect(annotations).toEqual({ a: 'b', 'deprecated.daemonset.template.generation': '1' })
  })
})

test('while a volume stays in its phase, so does the time since when it is in it', () => {
  const cluster = bare()
  const client = cluster.resource('v1/PersistentVolume')
  const made = client.create({ ...structuredClone(good['v1/PersistentVolume']), metadata: { name: 'a' } } as never)
  const write = (status: object): unknown => client.updateStatus({ ...client.get('a'), status } as never)
  expect(write({})).toEqual(made)
  cluster.advance('10s')
  expect(write({ phase: 'Failed' })).toMatchObject({ status: { lastPhaseTransitionTime: '2020-01-01T00:00:10Z' } })
})

test('a job whose name is drawn does not share its labels with its pods', () => {
  const jobs = bare().resource('batch/v1/Job')
  const job = (metadata: object): object => {
    const made = structuredClone(good['batch/v1/Job']) as { spec: { template: object } }
    made.spec.template = { ...made.spec.template, metadata: { labels: { app: 'a' } } }
    return { ...made, metadata }
  }
  expect(jobs.create(job({ generateName: 'web-' }) as never).metadata.labels).toEqual({ app: 'a' })
  expect(jobs.create(job({ name: 'web' }) as never).metadata.labels).toMatchObject({ app: 'a', 'job-name': 'web' })
})
