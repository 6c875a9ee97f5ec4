/** How a server is asked what it makes of an expression, and what of its answer is kept. */
import type { Status } from '../../../src/index.ts'
import type { Json } from '../apiServer/answers.ts'
import { messages, rules, schema, value } from './expressions.ts'

export interface Asked {
  readonly rule: string
  readonly messageExpression?: string
}

/** A rule that never holds, so that its message is told. */
const never = 'self.i == 100'

export const all: readonly Asked[] = [
  ...rules.map((rule) => ({ rule })),
  ...messages.map((messageExpression) => ({ rule: never, messageExpression })),
]

/** A definition with a field for each of these expressions. */
export function definition(plural: string, some: readonly number[]): Json {
  return definitionOf(
    plural,
    Object.fromEntries(some.map((number) => [`e${number}`, { ...schema, 'x-kubernetes-validations': [all[number]] }])),
  )
}

/** The definition of a kind with these fields. */
export function definitionOf(plural: string, properties: object): Json {
  const kind = kindOf(plural)
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.cel.example.com` },
    spec: {
      group: 'cel.example.com',
      scope: 'Namespaced',
      names: { plural, singular: plural, kind },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties } } },
      ],
    },
  } as unknown as Json
}

/** An object of such a kind. */
export function objectOf(plural: string, name: string, fields: object): Json {
  return { apiVersion: 'cel.example.com/v1', kind: kindOf(plural), metadata: { name }, ...fields } as unknown as Json
}

const kindOf = (plural: string): string => plural.toUpperCase()

export function object(plural: string, some: readonly number[]): Json {
  return objectOf(plural, 'a', Object.fromEntries(some.map((number) => [`e${number}`, value])))
}

/** What was said, by the number of the expression; −1 for what is about none. Objects' types have names that are drawn. */
export function saidOf({ message, details }: Status): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>()
  for (const { field = '', message: said } of details?.causes ?? [{ message }]) {
    const number = Number(/(?:^|\[)e(\d+)/.exec(field)?.[1] ?? -1)
    const short = (said ?? '')
      .replace(/^Invalid value: (?:\{.*?\}(?=: )|"object")(?:: )?/su, '')
      .replace(/selfType\d+(?:\.[\w@]+)*/gu, 'object')
    found.set(number, [...(found.get(number) ?? []), short])
  }
  return found
}
