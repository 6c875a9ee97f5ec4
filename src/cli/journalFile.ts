import { closeSync, existsSync, fstatSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { Refused } from './output.ts'

/**
 * Tries whether a journal can be written to a path before anybody waits for one, and returns what writes it. Until then
 * a file is as it was. Both throw Refused.
 */
export function openJournal(path: string): (journal: unknown) => void {
  const isNew = !existsSync(path)
  const file = attempt(() => openSync(path, 'a'))
  // A pipe stays open: whoever reads it would take its closing for the end.
  const isPipe = !fstatSync(file).isFile()
  if (!isPipe) closeSync(file)
  if (isNew) rmSync(path)
  return (journal) => attempt(() => writeFileSync(isPipe ? file : path, `${JSON.stringify(journal)}\n`))
}

function attempt<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw new Refused(`error: the journal cannot be written: ${(error as Error).message}`)
  }
}
