/**
 * Which addresses machines and pods have. Everything follows from a machine's number, so nothing but the last address
 * given out need be kept.
 *
 * Machines: 172.18.0.2, 172.18.0.3, … (the network kind uses), on into 172.19 and beyond.
 * Pods: blocks of 256 addresses out of 10.128.0.0/9, the first 256 blocks being 10.244.0.0/24 … 10.244.255.0/24 as
 * users expect, the next 116 × 256 going up from 10.128.0.0/24, the last 11 × 256 from 10.245.0.0/24: 32,768 blocks.
 * A machine for more than 253 pods takes 2, 4, … blocks, aligned, as one range. Services (10.96.0.0/12) lie elsewhere.
 */

import { formatIPv4, parseIPv4 } from '../api/addresses.ts'

export { formatIPv4 as addressText } from '../api/addresses.ts'

const blockSize = 256
const familiar = 244
const firstSecondOctet = 128

/** How many blocks there are. */
export const blockCount = 32_768

/** How many blocks of 256 addresses a machine for so many pods needs: a power of two, at most 256. */
export function blocksFor(pods: number): number {
  let blocks = 1
  // The network, the gateway and the broadcast address are not for pods (CNI's host-local leaves them out).
  while (blocks * blockSize - 3 < pods && blocks < 256) blocks *= 2
  return blocks
}

/** The first of `blocks` blocks, given that those before `next` are taken. */
export function alignBlock(next: number, blocks: number): number {
  return next % blocks === 0 ? next : next + blocks - (next % blocks)
}

/** The lowest address of a block, as a number. */
export function blockAddress(block: number): number {
  const group = Math.floor(block / 256)
  const before = familiar - firstSecondOctet
  const second = group === 0 ? familiar : group <= before ? firstSecondOctet + group - 1 : familiar + group - before
  return ((10 * 256 + second) * 256 + (block % 256)) * 256
}

/** `10.244.3.0/24` */
export function podRange(block: number, blocks: number): string {
  let prefix = 24
  for (let size = blocks; size > 1; size /= 2) prefix--
  return `${formatIPv4(blockAddress(block))}/${prefix}`
}

/**
 * The next free address of a range after the one given out last, going round as CNI's host-local does, so that an
 * address is used again as late as possible; 0 when all are taken.
 */
export function nextAddress(
  block: number,
  blocks: number,
  last: number,
  isTaken: (address: number) => boolean,
): number {
  return nextIn({ base: blockAddress(block), size: blocks * blockSize }, last, isTaken)
}

/** A range of addresses: the lowest, as a number, and how many. */
export interface AddressRange {
  readonly base: number
  readonly size: number
}

/** The same in any range. */
export function nextIn({ base, size }: AddressRange, last: number, isTaken: (address: number) => boolean): number {
  const first = base + 2
  const end = base + size - 1
  let address = last < first || last >= end - 1 ? first : last + 1
  for (let tried = first; tried < end; tried++) {
    if (!isTaken(address)) return address
    address = address === end - 1 ? first : address + 1
  }
  return 0
}

/** The address of the machine with this number. */
export function machineAddress(number: number): string {
  return formatIPv4((172 * 256 + 18) * 65_536 + 2 + number)
}

/** The blocks that no address of a list lies in: all from the one returned on. */
export function firstFreeBlock(addresses: Iterable<number>): number {
  let free = 0
  for (const address of addresses) free = Math.max(free, blockOf(address) + 1)
  return free
}

/** The block that an address lies in; -1 for one outside of all blocks. */
function blockOf(address: number): number {
  const second = Math.floor(address / 65_536) - 10 * 256
  if (second < firstSecondOctet || second > 255) return -1
  const before = familiar - firstSecondOctet
  const group = second === familiar ? 0 : second < familiar ? second - firstSecondOctet + 1 : second - familiar + before
  return group * 256 + (Math.floor(address / blockSize) % 256)
}

/** `10.244.3.0/24` as a range; undefined for what is none of IPv4, or too small to give addresses out of. */
export function parseRange(text: string): AddressRange | undefined {
  const [written = '', bits = ''] = text.split('/')
  const address = parseIPv4(written)
  const prefix = Number(bits)
  if (address === undefined || !/^\d+$/u.test(bits) || prefix < 8 || prefix > 29) return undefined
  let size = 1
  for (let bit = prefix; bit < 32; bit++) size *= 2
  return { base: address - (address % size), size }
}

export function isWithin({ base, size }: AddressRange, address: number): boolean {
  return address >= base && address < base + size
}
