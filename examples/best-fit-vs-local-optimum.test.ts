import { expect, test } from 'vitest'
import { compare } from './best-fit-vs-local-optimum.ts'

test('a local optimum looks at half of the nodes and places as much, and the picture shows it', () => {
  const result = compare(2)
  expect(result.summary('best fit', 'nodesExamined')!.mean).toBe(60)
  expect(result.summary('local optimum of 10', 'nodesExamined')!.mean).toBeLessThan(50)
  expect(Math.abs(result.difference('local optimum of 10', 'best fit', 'allocated.cpu.mean')!.mean)).toBeLessThan(0.05)
  expect(result.toHtml()).toContain('Nodes examined a pod')
})
