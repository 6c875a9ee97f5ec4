import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from '../../scripts/lib/run.ts'

/** Set by .ci/run, which installs or finds everything: there a skip would hide a failure. */
const required = process.env['WAVETANK_REQUIRE_SYSTEM'] === '1'

function orThrow(present: boolean, what: string): boolean {
  if (!present && required) throw new Error(`${what} is missing, and WAVETANK_REQUIRE_SYSTEM=1 forbids to skip`)
  return present
}

/** Whether a program such as `etcd` is on the PATH: `test.skipIf(!hasProgram('etcd'))`. */
export function hasProgram(name: string): boolean {
  return orThrow(run('sh', ['-c', `command -v ${name}`]).status === 0, name)
}

/** The folder of real inputs beside the project. */
export const corpus: string = process.env['WAVETANK_CORPUS'] ?? join(root, '../shared/corpus')

/** Whether the corpus is there: `test.skipIf(!hasCorpus())`. */
export function hasCorpus(): boolean {
  return orThrow(existsSync(corpus), corpus)
}
