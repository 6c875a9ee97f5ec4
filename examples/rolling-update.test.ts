import { expect, test } from 'vitest'
import { rollingUpdate } from './rolling-update.ts'

/** What is printed of events, with a letter for each replica set in the order of their first mention. */
function told(): { events: string[]; text: string } {
  const lines: string[] = []
  rollingUpdate((line) => lines.push(line))
  const letters = new Map<string, string>()
  const letter = (name: string): string => {
    if (!letters.has(name)) letters.set(name, 'ABC'[letters.size]!)
    return letters.get(name)!
  }
  const named = lines.map((line) => line.replace(/web-[2-9b-z]{8,10}/gu, letter))
  return { events: named.filter((line) => /^\d\d:/u.test(line)), text: named.join('\n') }
}

test('a roll-out keeps its limits, gets stuck where the new pods do, and is undone', () => {
  const { events, text } = told()
  expect(events.map((line) => line.slice(10))).toEqual([
    'the image becomes web:2',
    'Scaled up replica set A from 0 to 1',
    'Scaled down replica set B from 4 to 3',
    'Scaled up replica set A from 1 to 2',
    'Scaled down replica set B from 3 to 2',
    'Scaled up replica set A from 2 to 3',
    'Scaled down replica set B from 2 to 1',
    'Scaled up replica set A from 3 to 4',
    'Scaled down replica set B from 1 to 0',
    'the image becomes web:broken',
    'Scaled up replica set C from 0 to 1',
    'Scaled down replica set A from 4 to 3',
    'Scaled up replica set C from 1 to 2',
    'ReplicaSet "C" has timed out progressing.',
    'kubectl rollout undo',
    'Scaled down replica set C from 2 to 0',
    'Scaled up replica set A from 3 to 4',
  ])
  expect(text).toContain('At no revision were fewer than 3 pods available, or more than 5 there.')
  expect(text).toMatch(/^web +3\/4 +2 +3 /mu)
  expect(text).toMatch(/^A +4 +4 +4 .* web:2 /mu)
})
