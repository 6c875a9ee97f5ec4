import { expect, test } from 'vitest'
import { debug } from './debug.ts'

/** What is printed, by heading, with the random ends of names taken off. */
function told(): Record<string, string> {
  const lines: string[] = []
  debug((text) => lines.push(text))
  const text = lines.join('\n').replace(/\b(batch|web-[a-z\d]{8,10})-[a-z\d]{5}\b/gu, '$1-…')
  return Object.fromEntries(text.split(/^# /mu).flatMap((part) => (part === '' ? [] : [headed(part)])))
}

function headed(part: string): [heading: string, rest: string] {
  const end = part.indexOf('\n')
  return [part.slice(0, end), part.slice(end + 1).trim()]
}

test('at, diff, why and a fork lead from a failing test to its remedy', () => {
  const parts = told()
  expect(Object.keys(parts)).toEqual([
    'Is everything updated? no',
    'What has changed since a minute ago?',
    'How did things stand then?',
    'Why does the new pod wait?',
    'What took the room? One link of each chain is enough: who bound it.',
    'And if one of them went? A fork knows; the cluster itself does not hear of it.',
  ])
  const [, changed, then, why, room, fork] = Object.values(parts)
  expect(changed).toContain('        - name: web\n-         image: web:1\n+         image: web:2\n')
  expect(changed).toContain('\n+ v1 Pod default/web-dcdfd6dbd-…\n')
  expect(then!.split('\n')).toHaveLength(5)
  expect(why!.split('\n').map((line) => line.slice(45))).toEqual([
    'WHAT',
    'changed deployment/web: spec.template.spec.containers[name=web].image web:1 → web:2',
    'created replicaset/web-dcdfd6dbd, which asks for 1 pod',
    'created pod/web-dcdfd6dbd-…',
    expect.stringMatching(/^found no node for pod\/web-dcdfd6dbd-…: 0\/2 nodes are available: 2 Insufficient cpu\. /u),
  ])
  expect(room).toBe(
    [
      '2020-01-01T00:01:00Z default-scheduler bound pod/batch-… to node-0: 2 of 2 nodes suited',
      '2020-01-01T00:01:00Z default-scheduler bound pod/batch-… to node-1: 1 of 2 nodes suited',
    ].join('\n'),
  )
  expect(fork).toBe('updated in the fork: yes; in the cluster: no')
})
