import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addressText,
  alignBlock,
  blockAddress,
  blockCount,
  blocksFor,
  machineAddress,
  nextAddress,
  podRange,
} from '../../src/node/addresses.ts'

test('the first 256 machines have the ranges users know, the next go on within 10.128.0.0/9', () => {
  expect([0, 1, 255, 256, 257, 256 * 117, 32_767].map((block) => podRange(block, 1))).toEqual([
    '10.244.0.0/24',
    '10.244.1.0/24',
    '10.244.255.0/24',
    '10.128.0.0/24',
    '10.128.1.0/24',
    '10.245.0.0/24',
    '10.255.255.0/24',
  ])
})

test('no two blocks overlap, and all lie within 10.128.0.0/9', () => {
  const seen = new Set<number>()
  for (let block = 0; block < blockCount; block++) seen.add(blockAddress(block))
  expect(seen.size).toBe(blockCount)
  for (const address of seen) expect(Math.floor(address / (1 << 23))).toBe((10 * 256 + 128) >> 7)
})

test('machines are numbered through 172.18 and on', () => {
  expect([0, 253, 254, 5000, 65_534].map(machineAddress)).toEqual([
    '172.18.0.2',
    '172.18.0.255',
    '172.18.1.0',
    '172.18.19.138',
    '172.19.0.0',
  ])
})

test('a machine for many pods takes an aligned range that is large enough', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60_000 }), fc.nat(blockCount), (pods, taken) => {
      const blocks = blocksFor(pods)
      expect(blocks * 256 - 3).toBeGreaterThanOrEqual(pods)
      expect(alignBlock(taken, blocks) % blocks).toBe(0)
      expect(alignBlock(taken, blocks) - taken).toBeLessThan(blocks)
    }),
  )
})

test('addresses handed out are unique, within the range, and reused only when released, the longest free last', () => {
  const step = fc.record({ release: fc.boolean(), which: fc.nat() })
  fc.assert(
    fc.property(fc.constantFrom(1, 2), fc.array(step, { maxLength: 800 }), (blocks, steps) => {
      const taken: number[] = []
      let last = 0
      for (const { release, which } of steps) {
        if (release && taken.length > 0) {
          taken.splice(which % taken.length, 1)
          continue
        }
        const address = nextAddress(6, blocks, last, (candidate) => taken.includes(candidate))
        if (address === 0) {
          expect(taken.length).toBe(blocks * 256 - 3)
          continue
        }
        expect(taken).not.toContain(address)
        expect(address).toBeGreaterThan(blockAddress(6) + 1)
        expect(address).toBeLessThan(blockAddress(6) + blocks * 256 - 1)
        taken.push(address)
        last = address
      }
    }),
  )
})

test('an address just released is not given to the next pod', () => {
  const first = nextAddress(0, 1, 0, () => false)
  expect(addressText(first)).toBe('10.244.0.2')
  expect(addressText(nextAddress(0, 1, first, () => false))).toBe('10.244.0.3')
})
