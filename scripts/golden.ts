// `npm run golden`: the golden hashes wherever they must be equal. `--update` rewrites test/golden/golden.json;
// CHANGELOG.md has a heading "Determinism" for the reason.
import { writeFileSync } from 'node:fs'
import { goldenFile, readGolden } from './golden/file.ts'
import { type Place, places, withBundle } from './golden/places.ts'
import { formatTable } from './lib/table.ts'

type Hashes = Readonly<Record<string, string>>
interface Outcome {
  readonly place: string
  readonly hashes: Hashes
  readonly error?: string
}

async function runIn(place: Place): Promise<Outcome> {
  try {
    return { place: place.name, hashes: await place.hashes() }
  } catch (error) {
    return { place: place.name, hashes: {}, error: String(error) }
  }
}

function report(golden: Hashes, outcomes: readonly Outcome[]): number {
  const names = [...new Set([golden, ...outcomes.map(({ hashes }) => hashes)].flatMap(Object.keys))].sort()
  const verdict = (hashes: Hashes, name: string): string =>
    hashes[name] !== undefined && hashes[name] === golden[name]
      ? 'equal'
      : `DIFFERS ${hashes[name]?.slice(0, 12) ?? 'no hash'}`
  const cells = outcomes.map(({ place, hashes }) => [place, ...names.map((name) => verdict(hashes, name))])
  console.log(
    formatTable(['where', ...names], [['golden', ...names.map((n) => golden[n]?.slice(0, 12) ?? '-')], ...cells]),
  )
  for (const { place, error } of outcomes) if (error !== undefined) console.log(`\n${place}: ${error}`)
  const failed = outcomes.filter(
    ({ hashes }) => names.length === 0 || names.some((name) => verdict(hashes, name) !== 'equal'),
  ).length
  console.log(`\n${outcomes.length - failed} passed, ${failed} failed`)
  return failed
}

async function main(args: readonly string[]): Promise<void> {
  await withBundle(async (bundle) => {
    const [first, ...others] = places(bundle)
    if (first === undefined) return
    const before = await runIn(first)
    if (args.includes('--update')) {
      if (before.error !== undefined) throw new Error(before.error)
      writeFileSync(goldenFile, `${JSON.stringify(before.hashes, null, 2)}\n`)
    }
    const outcomes = [before]
    for (const place of others) outcomes.push(await runIn(place))
    process.exitCode = report(readGolden(), outcomes) === 0 ? 0 : 1
  })
}

await main(process.argv.slice(2))
