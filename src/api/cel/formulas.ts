/** What calls cost by the sizes of what they are given alone, counted or estimated: by what is shared of both. */

export const LIST_COST = 10
export const MAP_COST = 30
export const PER_CHARACTER = 0.1
const PER_REGEX_CHARACTER = 0.25

export const fraction = (size: number, times = 1): number => Math.ceil(size * times * PER_CHARACTER)
/** Of a text that a pattern is tried on, by the lengths of both. */
export const regex = (length: number, pattern: number): number =>
  fraction(1 + length) * Math.ceil(pattern * PER_REGEX_CHARACTER)

/** By the sizes of the first argument, which is a method's receiver, and of the second. */
export type Formula = ((first: number) => number) | ((first: number, second: number) => number)

const once = (size: number): number => fraction(size)
const twice = (size: number): number => fraction(size, 2)
const sets =
  (times: number): Formula =>
  (a, b) =>
    1 + a * b * times

/** By the name of what is called. */
export const FORMULAS: ReadonlyMap<string, Formula> = new Map<string, Formula>([
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'format'].map((name) => [name, once] as const),
  ...['cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'].map((name) => [name, once] as const),
  ['strings.quote', once],
  ...['replace', 'split', 'ip.isCanonical'].map((name) => [name, twice] as const),
  ...['find', 'findAll'].map((name) => [name, regex] as const),
  ['contains', (text, part) => fraction(text) * fraction(part)],
  ['sets.contains', sets(1)],
  ['sets.intersects', sets(1)],
  ['sets.equivalent', sets(2)],
])
