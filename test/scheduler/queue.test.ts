import { describe, expect, test } from 'vitest'
import { Memory } from '../../src/kernel/memory.ts'
import { SchedulingQueue } from '../../src/scheduler/queue.ts'
import type { QueuedPod } from '../../src/scheduler/queuedPod.ts'
import { pod, spec } from './objects.ts'

const named = (name: string, priority = 0): ReturnType<typeof pod> => pod(name, spec({}, { priority }))

function names(queue: SchedulingQueue, now = 0): string[] {
  const popped: string[] = []
  for (let next = queue.pop(now); next !== undefined; next = queue.pop(now)) popped.push(next.pod.metadata.name)
  return popped
}

describe('the scheduling queue', () => {
  test('hands out by priority, then by time of entry', () => {
    const queue = new SchedulingQueue(new Memory(), 'q')
    for (const [name, priority] of [
      ['a', 0],
      ['b', 5],
      ['c', 0],
      ['d', 5],
      ['e', -1],
    ] as const)
      queue.add(named(name, priority), 0)
    expect(names(queue)).toEqual(['b', 'd', 'a', 'c', 'e'])
  })

  test('backs off a second after the first failure, doubling to ten, until that second is over', () => {
    const queue = new SchedulingQueue(new Memory(), 'q')
    queue.add(named('a'), 0)
    const ends: number[] = []
    for (let round = 0, now = 300; round < 7; round++) {
      queue.retryLater(queue.pop(now)!, now)
      now = queue.nextBackoff!
      ends.push(now)
      queue.endBackoffs(now - 1)
      expect(queue.hasActive).toBe(false)
      queue.endBackoffs(now)
    }
    expect(ends.map((end, index) => end - (ends[index - 1] ?? 0))).toEqual([
      2000, 3000, 5000, 9000, 11_000, 11_000, 11_000,
    ])
  })

  test('counts errors, until the next refusal, and refusals apart', () => {
    const queue = new SchedulingQueue(new Memory(), 'q')
    queue.add(named('a'), 0)
    const wait = (fail: (next: QueuedPod) => void): number => {
      const next = queue.pop(1e6)!
      fail(next)
      const { failures } = queue.get('uid-a')!
      queue.wake('uid-a', 1e6, 0)
      queue.endBackoffs(1e6)
      return failures.until
    }
    const refuse = (next: QueuedPod): void => queue.putAside(next, 0, ['NodeResourcesFit'])
    const err = (next: QueuedPod): void => queue.retryLater(next, 0)
    expect([refuse, refuse, err, err, err, refuse, err, refuse].map(wait)).toEqual([
      2000, 3000, 2000, 3000, 5000, 5000, 2000, 9000,
    ])
    expect(queue.get('uid-a')!.failures).toMatchObject({ count: 8, refusals: 4, errors: 0 })
  })

  test('hands out whom something may have helped before its back-off is over, once nobody else is left', () => {
    const queue = new SchedulingQueue(new Memory(), 'q')
    for (const name of ['error', 'second', 'again', 'first', 'new']) queue.add(named(name, name === 'first' ? 1 : 0), 0)
    const popped = ['first', 'error', 'second', 'again'].map((name) => {
      const next = queue.pop(0)!
      expect(next.pod.metadata.name).toBe(name)
      return next
    })
    const [first, error, second, again] = popped
    queue.retryLater(error!, 0)
    for (const queued of [again!, second!, first!]) queue.putAside(queued, 0, [])
    queue.wake('uid-again', 0, 0, false)
    queue.wake('uid-second', 0, 0)
    queue.wake('uid-first', 0, 0)
    expect(names(queue)).toEqual(['new', 'first', 'second'])
    queue.endBackoffs(2000)
    expect(names(queue)).toEqual(['error', 'again'])
  })

  test('takes in turn whom something may have helped once its back-off is over, and waits for no timer until then', () => {
    const queue = new SchedulingQueue(new Memory(), 'q')
    queue.add(named('helped', 1), 0)
    queue.putAside(queue.pop(0)!, 0, [])
    queue.wake('uid-helped', 0, 0)
    queue.add(named('new'), 0)
    queue.add(named('newer'), 0)
    expect(queue.nextBackoff).toBeUndefined()
    expect(queue.pop(1999)!.pod.metadata.name).toBe('new')
    queue.add(named('newest'), 0)
    expect(names(queue, 2000)).toEqual(['helped', 'newer', 'newest'])
  })

  test('a pod dropped while it waits, in whatever state, never comes out', () => {
    const queue = new SchedulingQueue(new Memory(), 'q')
    for (const name of ['aside', 'back', 'active']) queue.add(named(name), 0)
    queue.putAside(queue.pop(0)!, 0, [])
    queue.retryLater(queue.pop(0)!, 0)
    for (const name of ['aside', 'back', 'active']) queue.drop(`uid-${name}`)
    queue.endBackoffs(1e9)
    queue.flush(1e9, 0)
    expect(names(queue)).toEqual([])
    expect(queue.hasUnschedulable).toBe(false)
  })

  test('a pod that was dropped and added again comes out once', () => {
    const queue = new SchedulingQueue(new Memory(), 'q')
    queue.add(named('a'), 0)
    queue.drop('uid-a')
    queue.add(named('a'), 0)
    expect(names(queue)).toEqual(['a'])
  })

  test('wakes the unschedulable after five minutes, in the order in which they were put aside', () => {
    const queue = new SchedulingQueue(new Memory(), 'q')
    for (const name of ['z', 'a', 'm']) queue.add(named(name), 0)
    for (let now = 0; now < 3; now++) queue.putAside(queue.pop(0)!, now, [])
    queue.flush(299_999, 0)
    expect(queue.hasActive).toBe(false)
    queue.flush(300_001, 0)
    expect(names(queue)).toEqual(['z', 'a'])
  })

  test('is the same after a fork, and apart from then on', () => {
    const memory = new Memory()
    const queue = new SchedulingQueue(memory, 'q')
    for (const name of ['a', 'b', 'c']) queue.add(named(name), 0)
    queue.putAside(queue.pop(0)!, 0, [])
    const fork = new SchedulingQueue(memory.fork(), 'q')
    expect(names(queue)).toEqual(['b', 'c'])
    fork.wake('uid-a', 2000, 0)
    expect(names(fork)).toEqual(['b', 'c', 'a'])
    expect([...queue.unschedulable()].map(({ pods }) => [...pods.keys()])).toEqual([['uid-a']])
  })
})
