import type { Context } from '../context.ts'
import type { Loose } from '../loose.ts'
import type { ServerParts } from '../parts.ts'
import type { Resource } from '../records.ts'
import { type Subresource, tracked } from '../tracking.ts'
import { writeObject } from '../writes.ts'
import type { Charge } from './quotas.ts'

export type { Charge } from './quotas.ts'

/** Who counts what is let in: the API server itself, whoever asked. */
const actor = 'kube-apiserver'

/** Writes into quotas what they come to. */
export function charge(parts: ServerParts, charges: readonly Charge[], { cause, at }: Context): void {
  const resource = parts.records.resource('resourcequotas')
  const context: Context = { actor, cause, at }
  for (const { quota, status } of charges) {
    const next = { ...quota, status } as Loose
    const whole = tracked(parts, resource, next, quota as Loose, context, { subresource: 'status' })
    writeObject(parts, resource, whole, context)
  }
}

/** The same of what an update takes more. Where the namespace has no quota, it costs a look for one. */
export function chargeUpdate(
  parts: ServerParts,
  resource: Resource,
  next: Loose,
  previous: Loose,
  context: Context,
  subresource: Subresource,
): void {
  charge(parts, parts.quotas.admit(resource, next, previous, subresource, context.at), context)
}
