/** What is kept of an answer about a custom object: how it differs from what was sent, or from what was there. */
import { type Answer, type Json, type Lines, linesOf, type Refusal } from '../apiServer/answers.ts'
import type { Request, World } from './generate.ts'

export type Kept = { readonly refused: Refusal } | { readonly more: Lines; readonly less: Lines }

export interface Recorded {
  /** Of a world whose definition is refused, why; the rest is empty then. */
  readonly definition?: Refusal
  /** Of the creations, then of the object that the others are about, then of these; nothing after a refused object. */
  readonly answers: readonly Kept[]
}

const never = /$^/gu

/** In the order in which they are asked; undefined stands for the creation of the object that those after it are about. */
export function inOrder({ requests }: World): readonly (Request | undefined)[] {
  const creates = requests.filter((request) => 'create' in request)
  return [...creates, undefined, ...requests.filter((request) => !('create' in request))]
}

export function kept(answer: Answer, from: Json): Kept {
  if ('refused' in answer) return answer
  const lines = linesOf(from, never)
  return {
    more: answer.lines.filter((line) => !lines.includes(line)),
    less: lines.filter((line) => !answer.lines.includes(line)),
  }
}

/** From what the answer to a request is told. */
export function sentIn(request: Request | undefined, { object }: World): Json {
  return request !== undefined && 'create' in request ? request.create : object
}

/** An apply of wrong types is an error of the server's own there, even of a status that would not be written. */
const untyped = /^failed to create typed patch object/u
const undecodable = /cannot be handled as|^patch: Invalid value/u

/** docs/decisions/0026: what upstream cannot decode is Invalid here, with all that is wrong. */
export function isExcused(theirs: Kept, ours: Kept): boolean {
  if (!('refused' in theirs)) return false
  const [, message = ''] = theirs.refused
  return untyped.test(message) || (undecodable.test(message) && 'refused' in ours)
}
