import { expect, test } from 'vitest'
import { compare } from './architectures.ts'

const found = compare([1, 2, 3])
const mean = (architecture: string, key: string): number => found.value(architecture, key).mean!

test('Kubernetes leads in utilisation and latency, as the founding documents say', () => {
  expect(found.value('Kubernetes', 'cpuRunning').isBest).toBe(true)
  expect(found.value('Kubernetes', 'batchWaitMean').isBest).toBe(true)
  expect(mean('Mesos', 'batchWaitMean')).toBeGreaterThan(10 * mean('Kubernetes', 'batchWaitMean'))
})

test('Mesos leads it in extensibility, all or nothing and throughput; Omega leads in all three', () => {
  expect(mean('one path', 'batchWaitAdded')).toBeGreaterThan(100 * mean('Kubernetes', 'batchWaitAdded'))
  expect(mean('Mesos', 'gangsWhole')).toBeGreaterThan(1.5 * mean('Kubernetes', 'gangsWhole'))
  expect(mean('Mesos', 'tasksPerSecond')).toBeGreaterThan(1.1 * mean('Kubernetes', 'tasksPerSecond'))
  for (const key of ['batchWaitAdded', 'gangsWhole', 'tasksPerSecond'])
    expect(found.value('Omega', key).isBest, key).toBe(true)
})

test('prints a line for each measure, and a column for each architecture and each policy of Swarm', () => {
  const lines = String(found).split('\n')
  for (const name of ['Kubernetes', 'Mesos', 'Omega', 'Swarm, spread', 'Swarm, binpack', 'Swarm, random'])
    expect(lines[2]).toContain(name)
  expect(lines.length).toBe(4 + found.measures.length)
  expect(lines.some((line) => line.startsWith('throughput      tasks placed a second, all at once'))).toBe(true)
})
