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

test('after many tasks at once the few that are left lie in rows close together, in the same order', () => {
  fc.assert(
    fc.property(
      fc.array(due, { minLength: 8, maxLength: 20 }),
      fc.array(due, { maxLength: 20 }),
      fc.infiniteStream(fc.nat(30)),
      (first, later, lot) => {
        const memory = new Memory()
        const queue = new TaskQueue(memory)
        const shape = { objects: 2, floats: 3, ints: 4, bits: 6 }
        const rows = (): number => memory.paged('kernel.tasks', shape).length
        // Those that are left are strewn among the others.
        const many = Array.from({ length: 1100 }, (_, index) => ({ at: index % 50, rank: 0, kind: 'work' as const }))
        for (const each of first)
          many.splice(lot.next().value * 30, 0, { ...each, at: each.at + 50 } as (typeof many)[0])
        const all = many.map(task)
        for (const each of all) queue.push(each, 0)
        expect(rows()).toBeGreaterThan(1024)
        let model = all.toSorted(order)
        while (model.length > first.length) expect(queue.pop()).toEqual(model.shift())
        expect(rows()).toBeLessThan(1024)
        for (const [index, each] of later.entries()) {
          const one = task({ ...each, at: each.at + 50 }, all.length + index)
          queue.push(one, 50)
          model = [...model, one].sort(order)
        }
        expect(queue.sorted()).toEqual(model)
        for (const each of model) expect(queue.pop()).toEqual(each)
        expect(queue.pop()).toBeUndefined()
      },
    ),
    { numRuns: 20 },
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
