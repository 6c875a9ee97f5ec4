import { isStatusError } from '../api/errors.ts'

/** Creates something in a namespace; in one that is on its way out, or gone, there is nothing to do. */
export function createIn(create: () => unknown): void {
  try {
    create()
  } catch (error) {
    if (!isStatusError(error)) throw error
    const isEnding = error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true
    if (!isEnding && error.reason !== 'NotFound') throw error
  }
}
