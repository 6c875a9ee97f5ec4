import { isStatusError } from '../api/errors.ts'

/** Something that ends the command with status 1 and this message; of the user's making, so without a stack. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** A reader that has seen enough, such as `head`, ends the command quietly. */
export function guardOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit(process.exitCode ?? 0)
    })
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

export function complain(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Says what went wrong and sets the exit status. */
export function failure(error: unknown): void {
  if (error instanceof Refused) complain(error.message)
  else if (isStatusError(error)) complain(`error: ${error.status.message}`)
  else complain(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 1
}
