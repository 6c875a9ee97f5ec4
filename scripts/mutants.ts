// `npm run mutants [-- NAME…]`: applies each patch of test/mutants/ to a copy of the work tree and requires that the
// command it names turns red. A test that has never been seen to fail has not been written yet.
import { formatTable } from './lib/table.ts'
import { type Mutant, readMutants } from './mutants/patch.ts'
import { type Copy, copyWorkTree } from './mutants/copy.ts'

interface Verdict {
  readonly mutant: string
  readonly passed: boolean
  readonly says: string
}

/** Tries one mutant; `healthy` remembers which commands were green on the untouched copy. */
function judge(copy: Copy, mutant: Mutant, healthy: Map<string, string>): Verdict {
  const verdict = (passed: boolean, says: string): Verdict => ({ mutant: mutant.name, passed, says })
  if (mutant.problem !== undefined) return verdict(false, mutant.problem)
  const before = healthy.get(mutant.expects) ?? copy.run(mutant.expects)
  healthy.set(mutant.expects, before)
  if (before !== '') return verdict(false, `red without the patch: ${mutant.expects} ${before}`)
  const refused = copy.apply(mutant.file)
  if (refused !== '') return verdict(false, `does not apply: ${refused}`)
  try {
    const after = copy.run(mutant.expects)
    return after === '' ? verdict(false, `SURVIVED ${mutant.expects}`) : verdict(true, mutant.what)
  } finally {
    copy.restore(mutant.file)
  }
}

function main(names: readonly string[]): void {
  const mutants = readMutants(names)
  const healthy = new Map<string, string>()
  const verdicts: Verdict[] = []
  const copy = copyWorkTree()
  try {
    for (const mutant of mutants) {
      const verdict = judge(copy, mutant, healthy)
      verdicts.push(verdict)
      if (process.stderr.isTTY) process.stderr.write(`${verdict.passed ? 'red ' : 'FAIL'} ${verdict.mutant}\n`)
    }
  } finally {
    copy.remove()
  }
  // Those that were not caught come last, where they are seen.
  verdicts.sort((a, b) => Number(b.passed) - Number(a.passed))
  console.log(
    formatTable(
      ['mutant', 'caught', 'what'],
      verdicts.map(({ mutant, passed, says }) => [mutant, passed ? 'yes' : 'NO', says]),
    ),
  )
  const failed = verdicts.filter(({ passed }) => !passed).length
  console.log(`\n${verdicts.length - failed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && verdicts.length > 0 ? 0 : 1
}

main(process.argv.slice(2))
