import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CowArray } from '../../src/kernel/cow.ts'
import { type Task, TaskQueue } from '../../src/kernel/tasks.ts'

const order = (a: Task, b: Task): number => a.at - b.at || a.rank - b.rank || a.sequence - b.sequence

const due = fc.record({ at: fc.constantFrom(0, 0.5, 1, 1.25, 2), rank: fc.constantFrom(-1, 0, 0, 0, 1) })

const task = ({ at, rank }: { at: number; rank: number }, sequence: number): Task => ({
  at,
  rank,
  sequence,
  to: 'someone',
  message: sequence,
  cause: 0,
  kind: 'work',
})

test('tasks come out by time, then rank, then order of scheduling, however pushing and taking are mixed', () => {
  fc.assert(
    fc.property(fc.array(fc.option(due, { freq: 3 }), { maxLength: 80, size: 'max' }), (acts) => {
      const queue = new TaskQueue(new CowArray())
      let model: Task[] = []
      for (const [sequence, act] of acts.entries()) {
        if (act === null) expect(queue.pop()).toBe(model.shift())
        else {
          queue.push(task(act, sequence))
          model = [...model, task(act, sequence)].sort(order)
          // The very same objects, so that `toBe` can tell.
          model = queue.sorted()
          expect(model.map((each) => each.sequence)).toEqual([...model].sort(order).map((each) => each.sequence))
        }
        expect(queue.peek()).toBe(model[0])
        expect(queue.size).toBe(model.length)
      }
      expect(queue.sorted()).toEqual(model)
    }),
    { numRuns: 200 },
  )
})

test('a fork of the queue goes its own way', () => {
  fc.assert(
    fc.property(fc.array(due, { maxLength: 30 }), fc.array(due, { maxLength: 30 }), (before, after) => {
      const heap = new CowArray<Task>()
      const queue = new TaskQueue(heap)
      for (const [sequence, each] of before.entries()) queue.push(task(each, sequence))
      const waiting = queue.sorted()
      const fork = new TaskQueue(heap.fork())
      for (const [index, each] of after.entries()) fork.push(task(each, before.length + index))
      while (fork.pop() !== undefined);
      expect(queue.sorted()).toEqual(waiting)
      const taken = waiting.map(() => queue.pop())
      expect(taken).toEqual(waiting)
      expect(queue.pop()).toBeUndefined()
    }),
  )
})
