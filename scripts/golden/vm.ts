import { createContext, runInContext } from 'node:vm'

// A new context has the language, and two things more: V8's own console, and what asks the machine. Both go, so that
// a bundle which still reaches for them fails here instead of differing somewhere else.
const STRIP = `
  for (const name of ['console', 'Intl', 'WebAssembly', 'WeakRef', 'FinalizationRegistry']) delete globalThis[name]
  const refuse = (what) => () => { throw new Error(what + ' was called') }
  Math.random = refuse('Math.random')
  const RealDate = Date
  globalThis.Date = class Date extends RealDate {
    constructor(...args) {
      if (args.length !== 1) refuse('new Date with ' + args.length + ' arguments')()
      super(args[0])
    }
    static now() { refuse('Date.now')() }
  }
`

/** Runs a script in an empty context and returns its value, which must be a string. */
export function runInEmptyContext(script: string): string {
  const context = createContext({})
  runInContext(STRIP, context)
  return String(runInContext(script, context))
}
