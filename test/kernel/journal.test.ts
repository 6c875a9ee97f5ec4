import { expect, test } from 'vitest'
import { JournalLog } from '../../src/kernel/journal.ts'
import { Memory } from '../../src/kernel/memory.ts'

const call = (taken: number, path: string) => ({ taken, request: { verb: 'create', path, user: 'me' } })

test('runs that follow each other are one entry', () => {
  const log = new JournalLog(new Memory())
  log.ran(0, 3, 100)
  log.ran(3, 0, 150)
  log.ran(3, 2, 200)
  expect(log.entries()).toEqual([{ taken: 0, run: { tasks: 5, now: 200 } }])
})

test('a call between two runs keeps them apart', () => {
  const log = new JournalLog(new Memory())
  log.ran(0, 3, 100)
  log.append(call(3, '/api/v1/pods'))
  log.ran(3, 2, 200)
  expect(log.entries()).toEqual([
    { taken: 0, run: { tasks: 3, now: 100 } },
    call(3, '/api/v1/pods'),
    { taken: 3, run: { tasks: 2, now: 200 } },
  ])
})

test('a fork shares what was written before it and nothing after', () => {
  const memory = new Memory()
  const log = new JournalLog(memory)
  log.append(call(0, '/a'))
  log.ran(0, 1, 10)
  const copy = new JournalLog(memory.fork())
  copy.ran(1, 1, 20)
  copy.append(call(2, '/b'))
  log.append(call(1, '/c'))
  expect(log.entries()).toEqual([call(0, '/a'), { taken: 0, run: { tasks: 1, now: 10 } }, call(1, '/c')])
  expect(copy.entries()).toEqual([call(0, '/a'), { taken: 0, run: { tasks: 2, now: 20 } }, call(2, '/b')])
})
