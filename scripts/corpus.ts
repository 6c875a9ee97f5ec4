/**
 * Applies every manifest of the corpus beside the project and prints what became of each: `npm run corpus`.
 * WAVETANK_CORPUS names the corpus, ../shared/corpus unless set.
 */
import { join } from 'node:path'
import { applyCorpus, type Outcome } from './corpus/apply.ts'
import { root } from './lib/run.ts'
import { formatTable } from './lib/table.ts'
import { corpusOf } from './schema/files.ts'

const outcomes = applyCorpus(join(corpusOf(root), 'manifests'))
const of = <R extends Outcome['result']>(result: R): Extract<Outcome, { result: R }>[] =>
  outcomes.filter((outcome): outcome is Extract<Outcome, { result: R }> => outcome.result === result)

const projects = [...new Set(outcomes.map(({ file }) => file.split('/')[0]!))]
const rows = projects.map((project) => {
  const own = outcomes.filter(({ file }) => file.startsWith(`${project}/`))
  const count = (result: string): string => String(own.filter((outcome) => outcome.result === result).length)
  return [project, count('applied'), count('skipped'), count('refused')]
})
const total = ['', String(of('applied').length), String(of('skipped').length), String(of('refused').length)]
console.log(formatTable(['project', 'applied', 'skipped', 'refused'], [...rows, total], [1, 2, 3]))

console.log('\nskipped, by kinds that are not simulated:')
const byKind = new Map<string, number>()
for (const { kinds } of of('skipped')) for (const kind of kinds) byKind.set(kind, (byKind.get(kind) ?? 0) + 1)
for (const [kind, files] of [...byKind].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`  ${kind}: ${files}`)

console.log('\nrefused:')
for (const { file, error, isUntouched } of of('refused')) {
  console.log(`  ${file}: ${error.status.message}${isUntouched ? '' : ' (HALF APPLIED)'}`)
}
process.exitCode = of('refused').every(({ isUntouched }) => isUntouched) ? 0 : 1
