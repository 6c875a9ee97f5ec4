/** A turn of a controller that threw: its key comes back after a back-off. */
export class ControllerFailure {
  constructor(
    readonly controller: string,
    readonly key: string,
    /** Whatever was thrown. */
    readonly error: unknown,
    /** Virtual milliseconds since the Unix epoch. */
    readonly at: number,
    /** How often in a row this key has failed, this time included. */
    readonly failures: number,
  ) {}

  toString(): string {
    const often = this.failures === 1 ? '' : ` (${this.failures} times in a row)`
    return `controller ${this.controller} failed on ${this.key}${often}: ${thrown(this.error)}`
  }
}

/** What was thrown, as a line to read: `TypeError: a mistake`, or of something that is no error what it was. */
export function thrown(error: unknown): string {
  try {
    if (error instanceof Error) return String(error)
    return `it threw ${typeof error === 'string' ? JSON.stringify(error) : String(error)}, which is not an Error`
  } catch {
    return 'it threw something that cannot be shown'
  }
}
