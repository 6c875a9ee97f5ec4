/**
 * Writes src/api/schema/table.ts and src/api/types/*.ts from the Kubernetes OpenAPI document.
 * Run with `npx tsx scripts/generate-schema.ts`; WAVETANK_CORPUS names the corpus, ../shared/corpus unless set.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedFiles } from './schema/files.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

for (const [file, content] of await generatedFiles(root)) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), content)
  console.log(`${file}: ${String(content.length)} bytes`)
}
