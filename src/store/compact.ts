/** A value, or a field of one, in a smaller form than plain data. */
export interface Compact {
  /** Shows all that it is made of, in a fixed order. */
  parts(visit: (part: unknown) => void): void
}

export function isCompact(value: unknown): value is Compact {
  return typeof (value as Partial<Compact>).parts === 'function'
}
