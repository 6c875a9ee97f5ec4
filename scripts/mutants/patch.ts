import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lib/run.ts'

export interface Mutant {
  readonly name: string
  readonly file: string
  /** What the patch breaks, in a sentence. */
  readonly what: string
  /** The command that must turn red. */
  readonly expects: string
  /** Why the patch file itself cannot be used. */
  readonly problem?: string
}

const FOLDER = join(root, 'test/mutants')

/** Reads the header of a patch: the lines `# what: …` and `# expects: …` before the diff. */
export function parsePatch(name: string, file: string, text: string): Mutant {
  const header = text.split(/^(?:diff |--- )/m, 1)[0] ?? ''
  const field = (key: string): string => new RegExp(`^# ${key}: *(.+)$`, 'm').exec(header)?.[1]?.trim() ?? ''
  const mutant = { name, file, what: field('what'), expects: field('expects') }
  const missing = (['what', 'expects'] as const).filter((key) => mutant[key] === '')
  return missing.length === 0 ? mutant : { ...mutant, problem: `no line \`# ${missing[0]}: …\` before the diff` }
}

/** Every patch of test/mutants/, or those named (with or without `.patch`), in the order of their names. */
export function readMutants(names: readonly string[]): readonly Mutant[] {
  const all = (existsSync(FOLDER) ? readdirSync(FOLDER) : [])
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) =>
      parsePatch(file.slice(0, -'.patch'.length), join(FOLDER, file), readFileSync(join(FOLDER, file), 'utf8')),
    )
  const wanted = new Set(names.map((name) => name.replace(/\.patch$/, '')))
  const unknown = [...wanted].filter((name) => !all.some((mutant) => mutant.name === name))
  if (unknown.length > 0)
    throw new Error(`no mutant ${unknown.join(', ')}; there are: ${all.map((m) => m.name).join(', ')}`)
  return wanted.size === 0 ? all : all.filter(({ name }) => wanted.has(name))
}
