// `npm run mutants [-- NAME…]`: applies each patch of test/mutants/ to a copy of the work tree and requires that the
// command it names turns red. A test that has never been seen to fail has not been written yet.
import { availableParallelism } from 'node:os'
import { formatTable } from './lib/table.ts'
import { type Mutant, readMutants } from './mutants/patch.ts'
import { type Copy, copyWorkTree } from './mutants/copy.ts'

interface Verdict {
  readonly mutant: string
  readonly passed: boolean
  readonly says: string
}

/** Which commands were green on an untouched copy, or why not; each is tried once. */
type Healthy = Map<string, Promise<string>>

async function judge(copy: Copy, mutant: Mutant, healthy: Healthy): Promise<Verdict> {
  const verdict = (passed: boolean, says: string): Verdict => ({ mutant: mutant.name, passed, says })
  if (mutant.problem !== undefined) return verdict(false, mutant.problem)
  const before = healthy.get(mutant.expects) ?? copy.run(mutant.expects)
  healthy.set(mutant.expects, before)
  const problem = await before
  if (problem !== '') return verdict(false, `red without the patch: ${mutant.expects} ${problem}`)
  const refused = copy.apply(mutant.file)
  if (refused !== '') return verdict(false, `does not apply: ${refused}`)
  try {
    const after = await copy.run(mutant.expects)
    return after === '' ? verdict(false, `SURVIVED ${mutant.expects}`) : verdict(true, mutant.what)
  } finally {
    copy.restore(mutant.file)
  }
}

/** Takes mutants until there are none left, in a copy of its own. */
async function work(mutants: Mutant[], healthy: Healthy, verdicts: Verdict[]): Promise<void> {
  const copy = copyWorkTree()
  try {
    for (let mutant = mutants.shift(); mutant !== undefined; mutant = mutants.shift()) {
      const verdict = await judge(copy, mutant, healthy)
      verdicts.push(verdict)
      if (process.stderr.isTTY) process.stderr.write(`${verdict.passed ? 'red ' : 'FAIL'} ${verdict.mutant}\n`)
    }
  } finally {
    copy.remove()
  }
}

async function main(names: readonly string[]): Promise<void> {
  const mutants = [...readMutants(names)]
  const verdicts: Verdict[] = []
  const healthy: Healthy = new Map()
  const workers = Math.min(availableParallelism(), mutants.length)
  await Promise.all(Array.from({ length: workers }, () => work(mutants, healthy, verdicts)))
  // Those that were not caught come last, where they are seen.
  verdicts.sort((a, b) => Number(b.passed) - Number(a.passed) || (a.mutant < b.mutant ? -1 : 1))
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

await main(process.argv.slice(2))
