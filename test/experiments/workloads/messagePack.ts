/** MessagePack as far as simkube's traces use it, for there are real ones of it alone. */
export function fromMessagePack(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const skip = (size: number): number => (at += size) - size
  const text = (size: number): string => new TextDecoder().decode(bytes.subarray(skip(size), at))
  const list = (size: number): unknown[] => Array.from({ length: size }, value)
  const map = (size: number): unknown =>
    Object.fromEntries(Array.from({ length: size }, () => [String(value()), value()]))
  const readers: Readonly<Record<number, () => unknown>> = {
    0xc0: () => null,
    0xc2: () => false,
    0xc3: () => true,
    0xcc: () => view.getUint8(skip(1)),
    0xcd: () => view.getUint16(skip(2)),
    0xce: () => view.getUint32(skip(4)),
    // Hashes: no number of JavaScript's holds them.
    0xcf: () => String(view.getBigUint64(skip(8))),
    0xd9: () => text(view.getUint8(skip(1))),
    0xda: () => text(view.getUint16(skip(2))),
    0xdc: () => list(view.getUint16(skip(2))),
    0xde: () => map(view.getUint16(skip(2))),
  }
  return value()

  function value(): unknown {
    const tag = view.getUint8(skip(1))
    if (tag < 0x80) return tag
    if (tag < 0x90) return map(tag & 15)
    if (tag < 0xa0) return list(tag & 15)
    if (tag < 0xc0) return text(tag & 31)
    const read = readers[tag]
    if (read === undefined) throw new Error(`MessagePack: unexpected ${tag.toString(16)} at ${at}`)
    return read()
  }
}
