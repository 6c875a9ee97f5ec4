/** A small number, below 2³⁰, that tells nearly all uids apart: they are as good as drawn, and so are their first digits. */
export function uidMark(uid: string): number {
  let mark = 0
  for (let index = 0; index < 8; index++) mark = Math.imul(mark, 31) + uid.charCodeAt(index)
  return mark & 0x3fffffff
}
