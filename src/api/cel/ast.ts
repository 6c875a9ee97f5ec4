/** What an expression says, before anybody knows what its names mean. */
import type { Value } from './values.ts'

/** `at` is the place in the text to which messages point. */
export type Node =
  | { readonly op: 'literal'; readonly at: number; readonly value: Value }
  | { readonly op: 'ident'; readonly at: number; readonly name: string }
  | {
      readonly op: 'select'
      readonly at: number
      readonly of: Node
      readonly field: string
      readonly isOptional: boolean
    }
  | { readonly op: 'index'; readonly at: number; readonly of: Node; readonly key: Node; readonly isOptional: boolean }
  | {
      readonly op: 'call'
      readonly at: number
      readonly name: string
      readonly target: Node | undefined
      readonly args: readonly Node[]
    }
  | { readonly op: 'list'; readonly at: number; readonly items: readonly Item[] }
  | { readonly op: 'map'; readonly at: number; readonly entries: readonly Entry[] }

/** An optional one is there if it has a value: `[?self.?x]`. */
export interface Item {
  readonly value: Node
  readonly isOptional: boolean
}

export interface Entry extends Item {
  readonly key: Node
}

/** Why a text is no expression, or one that means nothing. */
export class ExpressionError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message)
  }
}

/** All that is wrong with an expression, in the order of its text. */
export class ExpressionErrors extends Error {
  constructor(readonly errors: readonly ExpressionError[]) {
    super(errors[0]!.message)
  }
}

/** What of a type it is that an operation on constants cannot be planned. */
export class ConstantError extends Error {}

/** A call of something that Kubernetes has and nobody simulates. */
export class LackingError extends Error {
  constructor(readonly what: string) {
    super(`${what} is not simulated`)
  }
}

/** As cel-go prints them, one after the other. */
export function shownErrors(text: string, { errors }: ExpressionErrors): string {
  return errors.map((error) => shownError(text, error)).join('\n')
}

/** Where it is, and the line with a mark under it. */
function shownError(text: string, { message, at }: ExpressionError): string {
  const before = text.slice(0, at).split('\n')
  const column = [...before.at(-1)!].length
  const line = text.split('\n')[before.length - 1]!.replaceAll('\t', ' ')
  return `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${'.'.repeat(column)}^`
}
