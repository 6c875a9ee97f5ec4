/**
 * Scalars that are plain strings or numbers when read, but of which more is accepted when written (see ../manifest.ts).
 * The mark is never present in a value: it only lets a type tell a time or a quantity from any other string.
 */
declare const mark: unique symbol

/** An RFC 3339 time in UTC, whole seconds: `2020-01-01T00:00:00Z`. Any string may be assigned to it. */
export type Time = string & { toString(): string; readonly [mark]?: 'time' }

/** An RFC 3339 time in UTC with six decimals: `2020-01-01T00:00:00.000000Z`. */
export type MicroTime = Time

/** A Kubernetes quantity such as `250m` or `16Gi`. Any string may be assigned to it. */
export type Quantity = string & { toString(): string; readonly [mark]?: 'quantity' }

/** A port by number or by name, an amount or a percentage. */
export type IntOrString = number | string

/** What a marked string stands for; `undefined` for a plain string. */
export type MarkOf<T> = typeof mark extends keyof T ? Exclude<T[typeof mark & keyof T], undefined> : undefined
