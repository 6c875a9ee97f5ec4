/** Rules that cost much, on a server and here: which of them are still asked, and what is said of those that are not. */
import type { Json } from '../apiServer/answers.ts'
import { definitionOf, objectOf } from './asking.ts'

const nested = (deep: string): string => `self.l.all(a, self.l.all(b, self.l.all(c, self.l.all(d, ${deep}))))`
const most = nested('a + b + c + d >= 0')
const said = `${most} ? 'all' : 'some'`
const never = { rule: 'self.i == 0', message: 'never' }

/** By the name of a field: the rules of an object with a list `l` and a number `i`. */
const rulesOf: Readonly<Record<string, readonly object[]>> = {
  rule: [never, { rule: most }, never],
  named: [{ rule: most, message: 'all of them', fieldPath: '.l' }, never],
  message: [{ rule: 'self.i == 0', messageExpression: said, fieldPath: '.l' }, never],
  many: Array.from({ length: 14 }, () => ({ rule: most })),
  lastMessage: [
    ...Array.from({ length: 10 }, () => ({ rule: most })),
    { rule: 'self.i == 0', messageExpression: said },
    never,
  ],
  failing: [{ rule: nested('a / self.i >= 0') }, never],
}

const part = (rules: readonly object[]): object => ({
  type: 'object',
  properties: { i: { type: 'integer' }, l: { type: 'array', maxItems: 20, items: { type: 'integer' } } },
  'x-kubernetes-validations': rules,
})

/** What comes before and after what costs much. */
const others = {
  a: part([never]),
  zz: part([never]),
}

export const costPlural = (name: string): string => `costs${name.toLowerCase()}`

/** A definition with a field for each of these. */
export function costDefinition(name: string): Json {
  return definitionOf(costPlural(name), { ...others, [name]: part(rulesOf[name]!) })
}

/** How long the list is: as long as no evaluation costs too much, and longer. */
export const lengths: readonly number[] = [3, 17, 19]

export const costNames: readonly string[] = Object.keys(rulesOf)

export function costObject(name: string, length: number): Json {
  return objectOf(costPlural(name), `x${length}`, { [name]: { i: 1, l: new Array(length).fill(1) } })
}
