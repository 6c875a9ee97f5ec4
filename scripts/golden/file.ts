import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lib/run.ts'

/** Prints the hash of each scenario as one line of JSON, and imports nothing of Node.js. */
export const printFile: string = join(root, 'test/golden/print.ts')
export const goldenFile: string = join(root, 'test/golden/golden.json')

/** Scenario → hash; empty where nothing has been written yet. */
export function readGolden(): Readonly<Record<string, string>> {
  return existsSync(goldenFile) ? (JSON.parse(readFileSync(goldenFile, 'utf8')) as Record<string, string>) : {}
}
