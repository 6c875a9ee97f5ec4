import { expect, test } from 'vitest'
import { readGolden } from '../../scripts/golden/file.ts'
import { type Place, elsewhere, emptyContext, thisProcessAgain, withBundle } from '../../scripts/golden/places.ts'
import { runInEmptyContext } from '../../scripts/golden/vm.ts'

const golden = readGolden()

async function expectGolden(place: Place): Promise<void> {
  expect(
    await place.hashes(),
    'if the change is meant: npm run golden -- --update, and say why in CHANGELOG.md',
  ).toEqual(golden)
}

test('three scenarios or more have a golden hash', () => {
  expect(Object.keys(golden).length).toBeGreaterThanOrEqual(3)
  for (const hash of Object.values(golden)) expect(hash).toMatch(/^[0-9a-f]{64}$/)
})

test('a scenario that is saved and loaded between its scenes has the hash of the one that is not', () => {
  expect(golden['savedAndLoaded']).toBe(golden['deployments'])
})

test('two processes give the golden hashes', () =>
  withBundle(async (bundle) => {
    await expectGolden(thisProcessAgain(bundle))
    await expectGolden(thisProcessAgain(bundle))
  }))

test('another time zone and another language give the golden hashes', () =>
  withBundle((bundle) => expectGolden(elsewhere(bundle))))

test('a browser bundle in an empty VM context gives the golden hashes', () => expectGolden(emptyContext()))

test('the empty context has no clock, no chance and no platform', () => {
  for (const call of [
    'Date.now()',
    'new Date()',
    'Math.random()',
    'setTimeout(() => {})',
    'console.log(1)',
    'process',
    'Intl',
  ])
    expect(() => runInEmptyContext(call), call).toThrow()
  expect(runInEmptyContext('new Date(0).toISOString()')).toBe('1970-01-01T00:00:00.000Z')
})
