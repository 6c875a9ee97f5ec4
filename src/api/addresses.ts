/** Internet addresses, and ranges of them: `10.9.8.0/24`, `2001:db8::/64`. */

const HEX = /^[0-9a-fA-F]{1,4}$/

export function isIPv4(text: string): boolean {
  return parseIPv4(text) !== undefined
}

/** The address as a number; undefined for what is none. A loop over characters: endpoints have thousands of them. */
export function parseIPv4(text: string): number | undefined {
  let address = 0
  let parts = 1
  let digits = 0
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 48 && unit <= 57) {
      value = value * 10 + unit - 48
      if (++digits > 3 || value > 255) return undefined
    } else {
      if (unit !== 46 || digits === 0) return undefined
      address = address * 256 + value
      parts++
      digits = value = 0
    }
  }
  return parts === 4 && digits > 0 ? address * 256 + value : undefined
}

export function formatIPv4(address: number): string {
  const high = Math.floor(address / 65_536)
  const low = address % 65_536
  return `${high >>> 8}.${high & 255}.${low >>> 8}.${low & 255}`
}

export function isIPv6(text: string): boolean {
  if (!text.includes(':')) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups: string[] = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1)
  const embedded = last !== undefined && isIPv4(last)
  const hex = embedded ? groups.slice(0, -1) : groups
  if (!hex.every((group) => HEX.test(group))) return false
  const length = hex.length + (embedded ? 2 : 0)
  return halves.length === 2 ? length < 8 : length === 8
}

export function isCIDR(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/')
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}

/** Whether some number in a valid address is written with zeros before it, which may mean octal elsewhere. */
export function hasLeadingZero(address: string): boolean {
  return /(?:^|[.:])0\d+\.|\.0\d/.test(address)
}

/** Whether a valid address of version 6 stands for one of version 4: `::ffff:10.0.0.1`. */
export function isMapped(address: string): boolean {
  return address.includes(':') && /^0{80}1{16}/.test(bitsOf6(address))
}

/** Whether a valid range is named by its first address. */
export function isMasked(cidr: string): boolean {
  const { address, bits } = rangeOf(cidr)
  return !address.includes('1', bits)
}

/** A valid address of version 6 as RFC 5952 has it: `2001:db8::1`. */
export function canonicalIPv6(address: string): string {
  const groups = bitsOf6(address)
    .match(/.{16}/g)!
    .map((bits) => parseInt(bits, 2).toString(16))
  const runs = groups.join(':').match(/(?<![^:])0(?::0)+(?![^:])/g) ?? []
  const longest = runs.reduce((most, run) => (run.length > most.length ? run : most), '')
  if (longest === '') return groups.join(':')
  const text = groups.join(':')
  const at = text.search(new RegExp(`(?<![^:])${longest}(?![^:])`))
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`
}

/** Whether one valid range is a part of another, and smaller. */
export function isWithin(part: string, whole: string): boolean {
  const [inner, outer] = [rangeOf(part), rangeOf(whole)]
  if (inner.address.length !== outer.address.length || inner.bits <= outer.bits) return false
  return inner.address.slice(0, outer.bits) === outer.address.slice(0, outer.bits)
}

/** The bits of an address, as digits, and how many of them a range fixes. */
function rangeOf(cidr: string): { address: string; bits: number } {
  const [address = '', bits = ''] = cidr.split('/')
  return { address: isIPv4(address) ? bitsOf4(address) : bitsOf6(address), bits: Number(bits) }
}

function bitsOf4(address: string): string {
  return address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
}

function bitsOf6(address: string): string {
  const [head = '', tail] = address.split('::')
  const [before, after] = [groupBits(head), groupBits(tail ?? '')]
  return before + '0'.repeat(128 - before.length - after.length) + after
}

function groupBits(text: string): string {
  const groups = text === '' ? [] : text.split(':')
  return groups
    .map((group) => (isIPv4(group) ? bitsOf4(group) : parseInt(group, 16).toString(2).padStart(16, '0')))
    .join('')
}
