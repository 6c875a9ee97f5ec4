import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleForBrowser, bundleForNode } from '../lib/bundle.ts'
import { mustRun } from '../lib/run.ts'
import { printFile } from './file.ts'
import { runInEmptyContext } from './vm.ts'

export interface Place {
  readonly name: string
  hashes(): Promise<Readonly<Record<string, string>>>
}

const MAJORS = [20, 22, 24]

function parse(printed: string): Readonly<Record<string, string>> {
  return JSON.parse(printed) as Record<string, string>
}

/** A process of `node` that runs the bundle. */
function inProcess(name: string, bundle: string, node: () => string, env: Record<string, string> = {}): Place {
  return { name, hashes: async () => parse(mustRun(node(), [bundle], { env })) }
}

/** The path of another Node.js, from the npm package `node`. */
function otherNode(major: number): string {
  const args = ['exec', '--yes', `--package=node@${major}`, '--', 'node', '-p', 'process.execPath']
  return mustRun('npm', args, { cwd: tmpdir() }).trim().split('\n').at(-1) ?? ''
}

export function thisProcessAgain(bundle: string): Place {
  return inProcess(`node ${process.versions.node}`, bundle, () => process.execPath)
}

export function elsewhere(bundle: string): Place {
  const env = { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }
  return inProcess('Kiritimati, Turkish', bundle, () => process.execPath, env)
}

export function emptyContext(): Place {
  return {
    name: 'browser bundle, empty VM',
    hashes: async () => parse(runInEmptyContext(await bundleForBrowser(printFile))),
  }
}

/** Every place whose hashes must be the golden ones; the first is the one that `--update` believes. */
export function places(bundle: string): readonly Place[] {
  const current = Number(process.versions.node.split('.')[0])
  const others = MAJORS.filter((major) => major !== current)
  return [
    thisProcessAgain(bundle),
    { ...thisProcessAgain(bundle), name: 'a second process' },
    elsewhere(bundle),
    emptyContext(),
    ...others.map((major) => inProcess(`node ${major}`, bundle, () => otherNode(major))),
  ]
}

/** Hands the path of the bundled scenarios to `use`, and deletes it afterwards. */
export async function withBundle(use: (bundle: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-golden-'))
  try {
    const file = join(folder, 'print.mjs')
    writeFileSync(file, await bundleForNode(printFile))
    await use(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
