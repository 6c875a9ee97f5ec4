import { closeSync, existsSync, fstatSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refused } from './output.ts'

/**
 * Tries whether something can be written to a path before anybody waits for it, and returns what writes it: `what` is
 * what messages call it. Until then a file is as it was. Both throw Refused.
 */
export function openOutput(path: string, what: string): (text: string) => void {
  const attempt = <T>(act: () => T): T => {
    try {
      return act()
    } catch (error) {
      throw new Refused(`error: the ${what} cannot be written: ${(error as Error).message}`)
    }
  }
  const isNew = !existsSync(path)
  const file = attempt(() => openSync(path, 'a'))
  // A pipe stays open: whoever reads it would take its closing for the end.
  const isPipe = !fstatSync(file).isFile()
  if (!isPipe) closeSync(file)
  if (isNew) rmSync(path)
  return (text) => attempt(() => writeFileSync(isPipe ? file : path, text))
}

/** What is wrong where two options, by name, would write one file: the second would take the first one's place. */
export function writtenTwice(paths: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = Object.entries(paths).flatMap(([option, path]) => (path === undefined ? [] : [{ option, path }]))
  for (const [index, { option, path }] of given.entries()) {
    const before = given.slice(0, index).find((one) => resolve(one.path) === resolve(path))
    if (before !== undefined) return `${before.option} and ${option} name the same file: ${path}`
  }
  return undefined
}
