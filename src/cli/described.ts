/** Parts of an experiment's file, as they are taken out of it. */
import { badRequest, isStatusError } from '../api/errors.ts'

/** Reads a file beside the experiment's. */
export type ReadBeside = (path: unknown, field: string) => { readonly name: string; readonly text: string }

/** Has what a part of the file is refused for say which part. */
export function within<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw badRequest(`${path}: ${isStatusError(error) ? error.status.message : (error as Error).message}`)
  }
}
