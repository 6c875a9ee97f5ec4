import { performance } from 'node:perf_hooks'
import { type Bench, type BenchContext, type Row, finished } from './harness.ts'

/** The line of standard output that carries the rows; a bench may print others. */
export const ROWS = '@rows '

function memoryBytes(): number {
  const collect = globalThis.gc
  if (collect === undefined) throw new Error('run with node --expose-gc')
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function time(work: () => void, times = 1): number {
  let fastest = Infinity
  for (let turn = 0; turn < times; turn++) {
    const start = performance.now()
    work()
    fastest = Math.min(fastest, performance.now() - start)
  }
  return fastest
}

const context: BenchContext = {
  now: () => performance.now(),
  memoryBytes,
  time,
  all: process.argv.includes('--all'),
  progress: (line) => void process.stderr.write(`  ${line}\n`),
}

/** Runs the bench in this process and prints its rows for the parent. */
export async function runChild(bench: Bench): Promise<void> {
  const rows: readonly Row[] = await bench.run(context)
  console.log(`${ROWS}${JSON.stringify(rows.map((row) => finished(row, bench.bars)))}`)
}
