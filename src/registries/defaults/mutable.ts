/** A fresh copy while it is being filled in, before anyone else sees it. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A plain object with room for many fields in itself; only the source of this function tells V8 so. */
function roomy(this: Record<string, unknown>, fill: boolean): void {
  if (!fill) return
  this['a'] = this['b'] = this['c'] = this['d'] = this['e'] = this['f'] = this['g'] = this['h'] = 0
}
roomy.prototype = Object.prototype

const Roomy = roomy as unknown as new (fill: boolean) => object

/**
 * A copy to which fields may be added. Not a spread: that gives each copy a hidden class of its own, at the price of
 * ten copies, and slows down whoever reads it (see shapes.ts).
 */
export function copyOf<T extends object>(source: T): Mutable<T> {
  return Object.assign(new Roomy(false), source)
}

/** Something that is changed by one after the other: copied before the first change, and then changed in place. */
export class Draft<T extends object> {
  private copy: Mutable<T> | undefined

  constructor(private readonly source: T) {}

  /** As it is now. */
  get value(): T {
    return this.copy ?? this.source
  }

  /** The copy to which changes are made. */
  get own(): Mutable<T> {
    return (this.copy ??= copyOf(this.source))
  }
}

/** What Kubernetes prints as `{}`. */
export const EMPTY: Readonly<Record<string, never>> = Object.freeze({})
