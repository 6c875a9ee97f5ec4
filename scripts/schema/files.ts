import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { readModel } from './model.ts'
import { writeTable } from './write-table.ts'
import { writeTypes } from './write-types.ts'

/** Longer than the lint lets a written file be. */
const LONG = 300

/** Where the Kubernetes OpenAPI document is kept. */
export function corpusOf(root: string): string {
  return process.env['WAVETANK_CORPUS'] ?? join(root, '..', 'shared', 'corpus')
}

/** Every generated file by its path in the project, formatted as the project is. */
export async function generatedFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const model = readModel(corpusOf(root))
  const files = new Map([['src/api/schema/table.ts', writeTable(model)]])
  for (const [file, content] of writeTypes(model)) files.set(`src/api/types/${file}`, content)
  for (const [file, content] of files) {
    const options = await resolveConfig(join(root, file))
    const text = await format(content, { ...options, parser: 'typescript' })
    files.set(file, text.split('\n').length > LONG ? `/* eslint-disable max-lines -- generated */\n${text}` : text)
  }
  return files
}
