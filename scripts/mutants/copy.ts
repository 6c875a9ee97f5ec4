import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { mustRun, root, run, runAside } from '../lib/run.ts'

/** A mutant that never ends is caught too. */
const TIMEOUT_MS = 180_000
const LATE = 143

/** A mutant that was caught once is caught again: properties try the same cases each time. */
const SEED = '20200101'

/** What tools leave in node_modules for their next run. */
const CACHES: readonly string[] = ['.cache', '.vite', '.vite-temp', '.vitest']

/** The command as a group of processes that ends as a whole: workers of a test run that never ends would outlive it. */
const grouped = (command: string): string =>
  `set -m; (${command}) & job=$!; trap 'kill -9 -- -$job 2>/dev/null' EXIT; trap 'exit ${LATE}' TERM; wait $job`

export interface Copy {
  /** Runs a shell command in the copy: '' when it ends well, else its last words. */
  run(command: string): Promise<string>
  /** Applies a patch: '' when it fits, else why not. */
  apply(patch: string): string
  /** Takes back a patch that was applied. */
  restore(patch: string): void
  remove(): void
}

function copyFiles(folder: string): void {
  const listed = mustRun('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  for (const file of listed.split('\0')) {
    // A file deleted but not yet committed is still listed.
    if (file === '' || !existsSync(join(root, file))) continue
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file))
  }
  linkModules(join(folder, 'node_modules'))
}

/** What is installed, in a folder of the copy's own: tools keep their caches there. */
function linkModules(folder: string): void {
  mkdirSync(folder)
  const installed = join(root, 'node_modules')
  for (const entry of readdirSync(installed)) {
    if (!CACHES.includes(entry)) symlinkSync(join(installed, entry), join(folder, entry))
  }
}

/** Copies what git knows or would know of the work tree into a temporary folder. */
export function copyWorkTree(): Copy {
  const parent = mkdtempSync(join(tmpdir(), 'wavetank-mutants-'))
  const folder = join(parent, 'copy')
  try {
    copyFiles(folder)
  } catch (error) {
    rmSync(parent, { recursive: true, force: true })
    throw error
  }
  // A repository of its own, so that `git apply` never looks for one further up; the corpus stays where it was.
  mustRun('git', ['init', '--quiet'], { cwd: folder })
  const env = {
    WAVETANK_CORPUS: process.env['WAVETANK_CORPUS'] ?? join(root, '../shared/corpus'),
    WAVETANK_SEED: SEED,
    CI: '1',
  }
  return {
    async run(command) {
      const { status, stdout, stderr } = await runAside('bash', ['-c', grouped(command)], {
        cwd: folder,
        env,
        timeoutMs: TIMEOUT_MS,
      })
      return status === 0
        ? ''
        : `(${status === LATE || status === null ? 'time limit' : status}) ${`${stdout}${stderr}`.trim().slice(-300)}`
    },
    apply(patch) {
      const { status, stderr } = run('git', ['apply', patch], { cwd: folder })
      return status === 0 ? '' : stderr.trim()
    },
    restore(patch) {
      mustRun('git', ['apply', '--reverse', patch], { cwd: folder })
    },
    remove() {
      rmSync(parent, { recursive: true, force: true })
    },
  }
}
