import { expect, test } from 'vitest'
import { gang } from '../src/index.ts'
import { workersOf } from './gang.ts'

test('two gangs for which there is not room enough: without the plugin both wait for ever, with it one runs', () => {
  expect(workersOf({})).toEqual({ blue: 2, red: 2 })
  expect(workersOf({ plugins: [gang({ timeout: '10s' })] })).toEqual({ blue: 3, red: 0 })
})
