// `npm run bench [-- NAME…] [--check] [--all]`: every bench, or those named, each in a process of its own; one table, and
// bench/out/NAME.json. With --check the exit status is 1 when a row misses its bar; without, when a strict one does.
// With --all, benches that have more to show than fits a few minutes show it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root, run } from '../scripts/lib/run.ts'
import { formatTable } from '../scripts/lib/table.ts'
import { type Row, missed } from './harness.ts'
import { ROWS } from './child.ts'

const OUT = join(root, 'bench/out')
const SUFFIX = '.bench.ts'

function chosen(args: readonly string[]): readonly string[] {
  const all = readdirSync(join(root, 'bench'))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort()
  const unknown = args.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}; there are: ${all.join(', ')}`)
  return args.length > 0 ? args : all
}

/** Built as it is shipped: a TypeScript loader would wrap each inner function to keep its name, and be measured too. */
async function buildChild(name: string): Promise<string> {
  const outfile = join(OUT, `${name}.mjs`)
  const contents = `import { runChild } from './child.ts'\nimport { bench } from './${name}${SUFFIX}'\nawait runChild(bench)\n`
  const stdin = { contents, resolveDir: join(root, 'bench'), sourcefile: `${name}-child.ts`, loader: 'ts' } as const
  const platform = { platform: 'node', format: 'esm', target: 'node20', packages: 'external' } as const
  await build({ stdin, outfile, bundle: true, sourcemap: 'inline', logLevel: 'error', ...platform })
  return outfile
}

async function measure(name: string, options: readonly string[]): Promise<readonly Row[]> {
  const file = await buildChild(name)
  try {
    const flags = ['--expose-gc', '--enable-source-maps', '--max-old-space-size=6144']
    const child = spawnSync(process.execPath, [...flags, file, ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    const lines = child.stdout.split('\n')
    const rows = lines.find((line) => line.startsWith(ROWS))
    if (child.status !== 0 || rows === undefined) throw new Error(`bench ${name} ended with ${child.status}`)
    return JSON.parse(rows.slice(ROWS.length)) as readonly Row[]
  } finally {
    rmSync(file, { force: true })
  }
}

function commit(): string {
  const head = run('git', ['rev-parse', 'HEAD'])
  const changed = run('git', ['status', '--porcelain']).stdout !== ''
  return head.status === 0 ? `${head.stdout.trim()}${changed ? '-dirty' : ''}` : 'none'
}

function write(name: string, rows: readonly Row[]): void {
  const plain = rows.map(({ name, value, unit, limit, ratio, bar }) => ({ name, value, unit, limit, ratio, bar }))
  const result = { node: process.versions.node, cpus: cpus().length, commit: commit(), rows: plain }
  writeFileSync(join(OUT, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
}

function figure(value: number | undefined): string {
  if (value === undefined) return ''
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}

function bar({ bar }: Row): string {
  const parts = [bar?.atLeast !== undefined && `≥ ${bar.atLeast}`, bar?.atMost !== undefined && `≤ ${bar.atMost}`]
  return parts.filter(Boolean).join(', ')
}

function cells(name: string, row: Row): readonly string[] {
  const { value, unit, limit, ratio } = row
  return [name, row.name, figure(value), unit, figure(limit), figure(ratio), bar(row), missed(row) ?? '']
}

async function main(args: readonly string[]): Promise<void> {
  const names = chosen(args.filter((arg) => arg !== '--check' && arg !== '--all'))
  mkdirSync(OUT, { recursive: true })
  const table: (readonly string[])[] = []
  let misses = 0
  let strict = 0
  for (const name of names) {
    process.stderr.write(`${name} …\n`)
    const rows = await measure(name, args.includes('--all') ? ['--all'] : [])
    write(name, rows)
    table.push(...rows.map((row) => cells(name, row)))
    const failing = rows.filter((row) => missed(row) !== undefined)
    misses += failing.length
    strict += failing.filter(({ isStrict }) => isStrict === true).length
  }
  console.log(formatTable(['bench', 'row', 'value', 'unit', 'limit', 'ratio', 'bar', ''], table, [2, 4, 5]))
  if (misses > 0) console.log(`\n${misses} of ${table.length} rows miss their bar`)
  if (strict > 0 || (args.includes('--check') && misses > 0)) process.exitCode = 1
}

await main(process.argv.slice(2))
