import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Memory } from '../../src/kernel/memory.ts'
import { type Task, TaskQueue } from '../../src/kernel/tasks.ts'

const order = (a: Task, b: Task): number => a.at - b.at || a.rank - b.rank || a.sequence - b.sequence

const due = fc.record({
  // More distances than there are lanes, so that some tasks find none.
  at: fc.oneof(fc.constantFrom(0, 0.5, 1, 1.25, 2), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 90, max: 300 })),
  rank: fc.constantFrom(-1, 0, 0, 0, 0, 1),
  kind: fc.constantFrom<Task['kind']>('work', 'work', 'timer'),
})

const task = ({ at, rank, kind }: Pick<Task, 'at' | 'rank' | 'kind'>, sequence: number): Task => ({
  at,
  rank,
  sequence,
  to: sequence % 3 === 0 ? 'somebody' : 'somebody else',
  message: { about: sequence },
  cause: -sequence,
  kind,
})

test('tasks come out by time, then rank, then order of scheduling, however pushing and taking are mixed', () => {
  fc.assert(
    fc.property(fc.array(fc.option(due, { freq: 3 }), { maxLength: 120, size: 'max' }), (acts) => {
      const queue = new TaskQueue(new Memory())
      let model: Task[] = []
      let now = 0
      for (const [sequence, act] of acts.entries()) {
        if (act === null) {
          const first = model.shift()
          now = Math.max(now, first?.at ?? 0)
          expect(queue.pop()).toEqual(first)
        } else {
          queue.push(task(act, sequence), now)
          model = [...model, task(act, sequence)].sort(order)
        }
        expect(queue.due).toBe(model[0]?.at)
      }
      expect(queue.sorted()).toEqual(model)
    }),
    { numRuns: 200 },
  )
})

test("a component's tasks are withdrawn in order, and the others stay as they were", () => {
  fc.assert(
    fc.property(fc.array(due, { maxLength: 60 }), (all) => {
      const queue = new TaskQueue(new Memory())
      const tasks = all.map(task)
      for (const each of tasks) queue.push(each, 0)
      const sorted = tasks.toSorted(order)
      expect(queue.withdraw('somebody', 0)).toEqual(sorted.filter(({ to }) => to === 'somebody'))
      expect(queue.sorted()).toEqual(sorted.filter(({ to }) => to !== 'somebody'))
    }),
  )
})

test('a fork of the queue goes its own way', () => {
  fc.assert(
    fc.property(fc.array(due, { maxLength: 30 }), fc.array(due, { maxLength: 30 }), (before, after) => {
      const memory = new Memory()
      const queue = new TaskQueue(memory)
      for (const [sequence, each] of before.entries()) queue.push(task(each, sequence), 0)
      const waiting = queue.sorted()
      const fork = new TaskQueue(memory.fork())
      for (const [index, each] of after.entries()) fork.push(task(each, before.length + index), 0)
      while (fork.pop() !== undefined);
      expect(queue.sorted()).toEqual(waiting)
      const taken = waiting.map(() => ({ ...queue.pop() }))
      expect(taken).toEqual(waiting)
      expect(queue.pop()).toBeUndefined()
    }),
  )
})
