import type { ObjectChange } from '../client/watches.ts'

/** A committed change, and who made it when. */
export type CommittedChange = ObjectChange & { readonly actor: string; readonly at: number }
