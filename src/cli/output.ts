import { isStatusError } from '../api/errors.ts'
import { escapeTerminal } from '../api/table.ts'

/** Something that ends the command with status 1 and this message; of the user's making, so without a stack. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** A reader that has seen enough, such as `head`, ends the command quietly; a full disk ends it with what it is. */
export function guardOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
      if (stream === process.stdout) complain(`error: the output cannot be written: ${error.message}`)
      process.exit(1)
    })
  }
}

/** What a manifest, a dump or a journal says cannot speak to the terminal. */
export function print(line: string): void {
  process.stdout.write(`${escapeTerminal(line)}\n`)
}

export function complain(line: string): void {
  process.stderr.write(`${escapeTerminal(line)}\n`)
}

/** Says what went wrong and sets the exit status. */
export function failure(error: unknown): void {
  if (error instanceof Refused) complain(error.message)
  else if (isStatusError(error)) complain(`error: ${error.status.message}`)
  else complain(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 1
}
