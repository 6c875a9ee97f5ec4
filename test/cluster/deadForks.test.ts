import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundleForNode } from '../../scripts/lib/bundle.ts'
import { mustRun, root } from '../../scripts/lib/run.ts'

test('a dead fork is let go of with what is young', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-forks-'))
  try {
    const file = join(folder, 'droppedForks.mjs')
    writeFileSync(file, await bundleForNode(join(root, 'test/cluster/droppedForks.ts')))
    // Old memory is marked only when it is asked for: what dies while V8 is at that stays until it is done.
    const printed = mustRun(process.execPath, ['--expose-gc', '--no-incremental-marking', file])
    const { most, left } = JSON.parse(printed) as { readonly most: number; readonly left: number }
    expect(most).toBeGreaterThanOrEqual(2)
    expect(left).toBeLessThan(2)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
