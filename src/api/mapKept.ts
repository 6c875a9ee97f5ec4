/** The list with every item passed through `change`; the same list when no item changed. */
export function mapKept<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let copy: T[] | undefined
  for (let i = 0; i < list.length; i++) {
    const item = list[i] as T
    const next = change(item)
    if (next === item) continue
    copy ??= list.slice()
    copy[i] = next
  }
  return copy ?? list
}
