import { describe, expect, test } from 'vitest'
import { Kernel } from '../../src/kernel/kernel.ts'
import { Memory } from '../../src/kernel/memory.ts'

const epoch = 1_577_836_800_000

/** A kernel that writes down whose turn it was, when, with what and why. */
function recording(memory: Memory = new Memory(), isNew = true) {
  const kernel = new Kernel(memory)
  if (isNew) kernel.begin(7, epoch)
  const seen: [string, number, unknown, number][] = []
  for (const name of ['a', 'b']) {
    kernel.register({ name, handle: (message) => void seen.push([name, kernel.now - epoch, message, kernel.cause]) })
  }
  const run = (): typeof seen => {
    while (kernel.due !== undefined) kernel.take()
    return seen
  }
  return { memory, kernel, seen, run }
}

describe('the kernel', () => {
  test('takes tasks by time, those of one moment in the order of scheduling, and moves the clock to each', () => {
    const { kernel, run } = recording()
    kernel.schedule('a', 5, 'work', 1)
    kernel.schedule('b', 0, 'timer', 2)
    kernel.schedule('a', 0.5, 'work', 3)
    kernel.schedule('b', 5, 'work', 4)
    expect(run()).toEqual([
      ['b', 0, 2, 0],
      ['a', 0.5, 3, 0],
      ['a', 5, 1, 0],
      ['b', 5, 4, 0],
    ])
    expect(kernel.now).toBe(epoch + 5)
    expect(kernel.taken).toBe(4)
  })

  test('begins where it is told and moves only when told', () => {
    const { kernel } = recording()
    expect(kernel.now).toBe(epoch)
    kernel.schedule('a', 5, 'work', 1)
    expect(kernel.now).toBe(epoch)
    kernel.moveTo(epoch + 3)
    expect(kernel.now).toBe(epoch + 3)
    kernel.moveTo(epoch + 1)
    expect(kernel.now).toBe(epoch + 3)
  })

  test('what is scheduled during a turn runs after it, at its own time, for the same cause', () => {
    const { kernel, seen, run } = recording()
    kernel.register({
      name: 'chain',
      handle: (message) => {
        kernel.schedule('a', 0, 'work', `${String(message)} now`)
        kernel.schedule('a', 10, 'work', `${String(message)} later`)
        expect(seen).toHaveLength(0)
      },
    })
    kernel.cause = 42
    kernel.schedule('chain', 1, 'work', 'go')
    kernel.cause = 0
    kernel.schedule('b', 1, 'work', 'other')
    expect(run()).toEqual([
      ['b', 1, 'other', 0],
      ['a', 1, 'go now', 42],
      ['a', 11, 'go later', 42],
    ])
    expect(kernel.cause).toBe(0)
  })

  test('a turn may say what it is caused by before it schedules', () => {
    const { kernel, run } = recording()
    kernel.register({
      name: 'reader',
      handle: () => {
        kernel.cause = 9
        kernel.schedule('a', 0, 'work', 'because of 9')
      },
    })
    kernel.schedule('reader', 0, 'work', undefined)
    kernel.schedule('b', 1, 'work', 'because of nothing')
    expect(run()).toEqual([
      ['a', 0, 'because of 9', 9],
      ['b', 1, 'because of nothing', 0],
    ])
  })

  test('counts the work that waits, and no timers', () => {
    const { kernel, run } = recording()
    kernel.schedule('a', 1, 'work', 1)
    kernel.schedule('a', 2, 'timer', 2)
    kernel.schedule('nobody', 3, 'work', 3)
    expect(kernel.work).toBe(2)
    kernel.take()
    expect(kernel.work).toBe(1)
    run()
    expect(kernel.work).toBe(0)
  })

  test('a task for nobody is taken all the same', () => {
    const { kernel, run } = recording()
    kernel.schedule('nobody', 3, 'work', 3)
    expect(run()).toEqual([])
    expect(kernel.now).toBe(epoch + 3)
  })

  test('lists what waits in the order in which it will run', () => {
    const { kernel } = recording()
    for (const [message, delay] of [3, 1, 2, 1].entries()) kernel.schedule('a', delay, 'work', message)
    expect(kernel.waiting().map((task) => task.message)).toEqual([1, 3, 2, 0])
    expect(kernel.due).toBe(epoch + 1)
  })

  test('refuses two components of one name', () => {
    const { kernel } = recording()
    expect(() => kernel.register({ name: 'a', handle: () => {} })).toThrow('there is a component named a already')
  })

  test('a fork runs the same tasks at the same times, and neither moves the other', () => {
    const one = recording()
    one.kernel.schedule('a', 1, 'work', 1)
    one.kernel.schedule('b', 2, 'timer', 2)
    one.kernel.take()
    const other = recording(one.memory.fork(), false)
    other.kernel.schedule('a', 0.5, 'work', 'only there')
    expect(other.run()).toEqual([
      ['a', 1.5, 'only there', 0],
      ['b', 2, 2, 0],
    ])
    expect(one.kernel.now).toBe(epoch + 1)
    expect(one.run()).toEqual([
      ['a', 1, 1, 0],
      ['b', 2, 2, 0],
    ])
    expect(other.kernel.seed).toBe(7)
  })

  test('another seed begins every stream anew, on one side of a fork only', () => {
    const { memory, kernel } = recording()
    kernel.random('a').fraction()
    const other = new Kernel(memory.fork())
    other.reseed(8)
    const fresh = new Kernel(new Memory())
    fresh.begin(8, epoch)
    expect(other.random('a').fraction()).toBe(fresh.random('a').fraction())
    const straight = new Kernel(new Memory())
    straight.begin(7, epoch)
    straight.random('a').fraction()
    expect(kernel.random('a').fraction()).toBe(straight.random('a').fraction())
  })
})
