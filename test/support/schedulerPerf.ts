import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readSchedulerPerf, type SchedulerPerfWorkload } from '../../src/experiments/index.ts'
import { corpus } from './system.ts'

export const folder: string = join(corpus, 'scheduler_perf')

/** The corpus keeps all templates in one folder; SOURCES.md there says which path of a file stands for which. */
export function readTemplate(path: string): string | undefined {
  const file = join(folder, 'templates', path.includes('churn/') ? 'churn' : '', basename(path))
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** The workloads of a file of the corpus, its text changed by `edit` if need be. */
export function workloadsOf(
  file: string,
  edit: (text: string) => string = (text) => text,
): readonly SchedulerPerfWorkload[] {
  return readSchedulerPerf(edit(readFileSync(join(folder, 'config', file), 'utf8')), { file, readFile: readTemplate })
}
