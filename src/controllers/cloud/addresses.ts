import { formatIPv4 } from '../../api/addresses.ts'

/** Ranges that belong to nobody: three for documentation (RFC 5737), then one for benchmarks (RFC 2544). */
const ranges: readonly (readonly [first: number, count: number])[] = Object.freeze([
  [(203 * 256 + 0) * 65_536 + 113 * 256 + 1, 254],
  [(198 * 256 + 51) * 65_536 + 100 * 256 + 1, 254],
  [(192 * 256 + 0) * 65_536 + 2 * 256 + 1, 254],
  [(198 * 256 + 18) * 65_536 + 1, 131_070],
])

/**
 * An address of the cloud's for an object, out of 203.0.113.0/24 as long as there are any; undefined when all are taken.
 * It follows from the uid, so that one balancer more or less elsewhere moves no other, unless they meet.
 */
export function cloudAddress(uid: string, isTaken: (address: string) => boolean): string | undefined {
  const drawn = Number.parseInt(uid.slice(0, 8), 16)
  for (const [first, count] of ranges) {
    for (let step = 0; step < count; step++) {
      const address = formatIPv4(first + ((drawn + step) % count))
      if (!isTaken(address)) return address
    }
  }
  return undefined
}
