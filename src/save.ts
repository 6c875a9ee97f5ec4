import { badRequest } from './api/errors.ts'
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

/** How many characters a text has at most: V8's String::kMaxLength. Other engines allow more. */
const longest = 0x1fff_ffe8

/**
 * A cluster as text; `loadCluster` reads it. Beside the state stands, for people and tools, where the cluster is. Throws
 * BadRequest where it would be longer than any text can be.
 */
export function savedText({ kernel, store, blueprint, options }: Saveable, most: number = longest): string {
  const lines: string[] = []
  let length = 0
  const head = {
    seed: kernel.seed,
    now: kernel.now,
    revision: store.revision,
    options: journalOptions(options),
    ...(blueprint.runs ? {} : { runs: false }),
  }
  writeLines(head, kernel.memory, savedForms(), createSha256(), (line) => {
    lines.push(line)
    length += line.length
    if (length > most)
      throw badRequest(`the cluster is too large to be saved: more than ${most} characters; let it keep less history`)
  })
  return lines.join('')
}
