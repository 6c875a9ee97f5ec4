import { expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'

test('pods of equal specs share one, in whatever order and units they were written', () => {
  const cluster = createCluster({ disable: ['scheduler'] })
  const specOf = (name: string, requests: Readonly<Record<string, string>>): unknown => {
    const containers = [{ name: 'app', image: 'web:1', resources: { requests } }]
    cluster.pods.create({ metadata: { name }, spec: { containers } })
    return cluster.pods.get(name).spec
  }
  const first = specOf('a', { cpu: '1000m', memory: '1024Mi' })
  expect(specOf('b', { cpu: '1000m', memory: '1024Mi' })).toBe(first)
  expect(specOf('c', { memory: '1Gi', cpu: '1' })).toBe(first)
  expect(specOf('d', { memory: '1Gi', cpu: '2' })).not.toBe(first)
})
