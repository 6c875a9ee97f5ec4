import { type Status, isStatusError } from '../../src/index.ts'

/** What a refusal finds wrong, as `field: message`. */
export function causesOf({ details }: Pick<Status, 'details'>): readonly string[] {
  return (details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`)
}

/** What is found wrong with a call; nothing where it is not refused. */
export function causes(act: () => unknown): readonly string[] {
  try {
    act()
    return []
  } catch (error) {
    if (!isStatusError(error)) throw error
    return causesOf(error.status)
  }
}
