import type { Blueprint } from './assemble.ts'
import type { Kernel } from './kernel/kernel.ts'
import { createSha256 } from './kernel/sha256.ts'
import { writeLines } from './kernel/saved/text.ts'
import { type ClusterOptions, journalOptions } from './options.ts'
import { savedForms } from './savedForms.ts'
import type { Store } from './store/store.ts'

/** What is saved. */
export interface Saveable {
  readonly kernel: Kernel
  readonly store: Store
  readonly blueprint: Blueprint
  readonly options: ClusterOptions
}

/** A cluster as text; `loadCluster` reads it. Beside the state stands, for people and tools, where the cluster is. */
export function savedText({ kernel, store, blueprint, options }: Saveable): string {
  const lines: string[] = []
  const head = {
    seed: kernel.seed,
    now: kernel.now,
    revision: store.revision,
    options: journalOptions(options),
    ...(blueprint.runs ? {} : { runs: false }),
  }
  writeLines(head, kernel.memory, savedForms(), createSha256(), (line) => void lines.push(line))
  return lines.join('')
}
