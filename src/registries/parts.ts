import type { Schema } from '../api/schema/schema.ts'
import type { Accounts } from './accounts.ts'
import type { Surroundings } from './definition.ts'
import type { EventTtl } from './eventTtl.ts'
import type { Holdings } from './holdings.ts'
import type { Identity } from './identity.ts'
import type { NamespaceGate } from './namespaceGate.ts'
import type { Quotas } from './quota/quotas.ts'
import type { Records } from './records.ts'
import type { SpecMemos } from './specMemos.ts'
import type { Times } from './times.ts'

/** What the calls of the API server share. */
export interface ServerParts {
  readonly records: Records
  readonly schema: Schema
  readonly identity: Identity
  readonly memos: SpecMemos
  readonly times: Times
  readonly around: Surroundings
  readonly holdings: Holdings
  readonly gate: NamespaceGate
  readonly accounts: Accounts
  readonly quotas: Quotas
  readonly ttl: EventTtl
}
