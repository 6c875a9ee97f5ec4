import type { MarkOf } from './types/scalars.ts'

/** A string as it is written: a Date may stand for a time, a number for a quantity, and any string for a constant. */
type Written<T extends string> =
  MarkOf<T> extends 'time' ? T | Date : MarkOf<T> extends 'quantity' ? T | number : string extends T ? T : string

type Value<T> = [T] extends [string]
  ? Written<T>
  : T extends readonly (infer Element)[]
    ? readonly Value<Element>[]
    : T extends object
      ? Manifest<T>
      : T

/**
 * What one writes to make or change a `T`: everything optional, enums open, readonly or not. Fixtures in variables,
 * literals and `@kubernetes/client-node` objects fit; a misspelt field in a literal does not.
 */
export type Manifest<T> = { readonly [K in keyof T]?: Value<Exclude<T[K], undefined>> | undefined }
