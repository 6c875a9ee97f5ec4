import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The project's own folder. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url))

export interface RunOptions {
  readonly cwd?: string
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

export interface RunResult {
  /** The exit status; null when a signal or the time limit ended it. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end and never throws: a command that cannot be started has status null. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): RunResult {
  const result = spawnSync(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    timeout: options.timeoutMs,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  return {
    status: result.status,
    stdout: result.stdout ?? '',
    stderr: `${result.stderr ?? ''}${result.error?.message ?? ''}`,
  }
}

/** As `run`, while this process goes on. */
export function runAside(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { cwd = root, env, timeoutMs: timeout } = options
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd, env: { ...process.env, ...env }, timeout, encoding: 'utf8', maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        const why = error !== null && child.exitCode === null ? error.message : ''
        resolve({ status: child.exitCode, stdout, stderr: `${stderr}${why}` })
      },
    )
  })
}

/** As `run`, for a command that must succeed: returns what it printed, or throws with all of it. */
export function mustRun(command: string, args: readonly string[], options: RunOptions = {}): string {
  const { status, stdout, stderr } = run(command, args, options)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
  return stdout
}
