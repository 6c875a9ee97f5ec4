/** Paths within volumes, and what the files there may be. Mirrors ValidateLocalNonReservedPath and its neighbours of core validation. */
import { invalid, required } from '../../api/fieldErrors.ts'
import type { KeyToPath } from '../../api/types/core.ts'
import type { Errors } from './common.ts'

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive'

/** A path that does not climb. */
export function checkNoBacksteps(text: string, at: string, errors: Errors): void {
  if (climbs(text)) errors.push(invalid(at, text, "must not contain '..'"))
}

/** A path that stays below where it starts. */
export function checkDescending(text: string, at: string, errors: Errors): void {
  if (text.startsWith('/')) errors.push(invalid(at, text, 'must be a relative path'))
  checkNoBacksteps(text, at, errors)
}

/** A file's path in a volume that kubelets fill; what begins with two dots is their own. */
export function checkFilePath(text: string | undefined, at: string, errors: Errors): void {
  if (!text) return
  checkDescending(text, at, errors)
  if (text.startsWith('..') && !text.startsWith('../')) errors.push(invalid(at, text, "must not start with '..'"))
}

export function checkMode(mode: number | undefined, at: string, errors: Errors): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) errors.push(invalid(at, mode, MODE))
}

/** Which keys become which files. Mirrors validateKeyToPath. */
export function checkItems(items: readonly KeyToPath[] | undefined, at: string, errors: Errors): void {
  for (const [i, { key, path, mode }] of (items ?? []).entries()) {
    if (!key) errors.push(required(`${at}[${i}].key`))
    if (!path) errors.push(required(`${at}[${i}].path`))
    checkFilePath(path, `${at}[${i}].path`, errors)
    checkMode(mode, `${at}[${i}].mode`, errors)
  }
}

export function climbs(text: string): boolean {
  return text.includes('..') && text.split('/').includes('..')
}
