/** Regular expressions as Go reads them (RE2): in its words, and in time that is linear in the text. */
import { RE2JS, RE2JSSyntaxException } from 're2js'

/** Expressions that were read once; nothing depends on what is in it. */
export type Patterns = Map<string, RE2JS | string>

/** The expression, or why it is none: `error parsing regexp: missing closing ): …`. */
export function patternOf(source: string, patterns: Patterns): RE2JS | string {
  const known = patterns.get(source)
  if (known !== undefined) return known
  const made = read(source)
  patterns.set(source, made)
  return made
}

function read(source: string): RE2JS | string {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return error.message
    throw error
  }
}
