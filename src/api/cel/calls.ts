/** Calls of functions, and what they cost. */
import { costOf } from './cost.ts'
import type { Frame } from './frame.ts'
import { dispatch, type Overload } from './functions.ts'
import { attempt } from './macros.ts'
import type { Run, Typed } from './typed.ts'
import { CelError, CostError, type Value } from './values.ts'

/** All arguments are asked for, and what is asked of them costs something, whatever cannot be answered. */
export function calling(name: string, candidates: readonly Overload[], args: readonly Typed[]): Run {
  const cost = costOf(name, candidates)
  const parts = args.map(({ run }) => run)
  const ask = (frame: Frame, given: Value[]): Value => {
    for (const run of parts) given.push(run(frame))
    return dispatch(candidates, given, frame)
  }
  return (frame) => {
    const given: Value[] = []
    try {
      const result = ask(frame, given)
      frame.charge(cost === undefined ? 1 : cost(given, result))
      return result
    } catch (fault) {
      if (!(fault instanceof CelError) || fault instanceof CostError) throw fault
      for (const run of parts.slice(given.length + 1)) attempt(run, frame)
      frame.charge(given.length < parts.length || cost === undefined ? 1 : cost(given, null))
      throw fault
    }
  }
}
