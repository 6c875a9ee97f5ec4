import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runInEmptyContext } from '../../scripts/golden/vm.ts'
import { bundleForBrowser, bundleForNode } from '../../scripts/lib/bundle.ts'
import { mustRun, root } from '../../scripts/lib/run.ts'
import type { Case } from './goOn.ts'
import { actions, everything, live, lived } from './world.ts'

const told = (cases: readonly unknown[]): string => `globalThis.cases = ${JSON.stringify(cases)};\n`

/** Random stories, each saved in its middle, and how it goes on here. */
function stories(count: number): { readonly cases: readonly Case[]; readonly here: unknown } {
  const sampled = fc.sample(fc.tuple(actions, actions), count)
  const here: unknown[] = []
  const cases = sampled.map(([before, after]) => {
    const cluster = lived(before)
    const saved = cluster.save()
    live(cluster, after)
    here.push({ isSame: true, hash: cluster.historyHash(), all: everything(cluster) })
    return { saved, after }
  })
  return { cases, here }
}

test('what is saved here goes on in another process, in another time zone and language, as it does here', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-saved-'))
  try {
    const bundle = await bundleForNode(join(root, 'test/properties/goOn.ts'))
    const { cases, here } = stories(12)
    const file = join(folder, 'goOn.mjs')
    writeFileSync(join(folder, 'cases.mjs'), told(cases))
    writeFileSync(file, `import './cases.mjs'\n${bundle}`)
    const env = { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }
    expect(JSON.parse(mustRun(process.execPath, [file], { env }))).toEqual(here)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('and in an empty VM context, where there is nothing but the language', async () => {
  const clusters = fc.sample(actions, 8).map((before) => lived(before))
  const saved = clusters.map((cluster) => cluster.save())
  const script = await bundleForBrowser(join(root, 'test/properties/restOn.ts'))
  const there: unknown = JSON.parse(runInEmptyContext(told(saved) + script))
  for (const cluster of clusters) cluster.advance('10m')
  expect(there).toEqual(clusters.map((cluster) => ({ isSame: true, hash: cluster.historyHash() })))
})
