import type { Node } from '../../src/index.ts'

export { podManifest } from '../cluster/support.ts'

/** The status of a node's Ready condition. */
export function ready({ status }: Node): string | undefined {
  return status.conditions?.find(({ type }) => type === 'Ready')?.status
}
