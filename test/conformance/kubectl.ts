import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../scripts/lib/run.ts'
import { hasProgram } from '../support/system.ts'

/** kubectl's own patching, which is the API server's code, without a server: `kubectl patch --local`. */
export class Kubectl {
  private readonly folder = mkdtempSync(join(tmpdir(), 'wavetank-kubectl-'))

  /** The object after the patch, or why not. */
  patch(type: 'json' | 'merge' | 'strategic', object: object, patch: unknown): { object: unknown } | { error: string } {
    const [objectFile, patchFile] = [join(this.folder, 'object.json'), join(this.folder, 'patch.json')]
    writeFileSync(objectFile, JSON.stringify(object))
    writeFileSync(patchFile, JSON.stringify(patch))
    const options = ['--type', type, '--patch-file', patchFile, '-o', 'json']
    const { status, stdout, stderr } = run('kubectl', ['patch', '--local', '-f', objectFile, ...options])
    return status === 0 ? { object: JSON.parse(stdout) as unknown } : { error: stderr.replace(/^error: /u, '').trim() }
  }

  close(): void {
    rmSync(this.folder, { recursive: true })
  }
}

/** Whether there is a kubectl that patches as today's API server does: those before 1.30 leave some directives in. */
export function hasKubectl(): boolean {
  if (!hasProgram('kubectl')) return false
  const { stdout } = run('kubectl', ['version', '--client', '-o', 'json'])
  const { major, minor } = (JSON.parse(stdout) as { clientVersion: { major: string; minor: string } }).clientVersion
  return major === '1' && Number.parseInt(minor, 10) >= 30
}
