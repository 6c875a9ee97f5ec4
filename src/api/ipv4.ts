/** IPv4 addresses as numbers, so that ranges of them can be counted. */

/** undefined for whatever is no IPv4 address. */
export function parseIPv4(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let address = 0
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined
    address = address * 256 + Number(part)
  }
  return address
}

export function formatIPv4(address: number): string {
  const high = Math.floor(address / 65_536)
  const low = address % 65_536
  return `${high >>> 8}.${high & 255}.${low >>> 8}.${low & 255}`
}
