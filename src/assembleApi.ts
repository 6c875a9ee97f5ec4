import type { Schema } from './api/schema/schema.ts'
import { createSchema } from './api/schema/schema.ts'
import { Kernel } from './kernel/kernel.ts'
import type { Memory } from './kernel/memory.ts'
import { definitions } from './registries/all.ts'
import { ApiServer } from './registries/apiServer.ts'
import { EventTtl } from './registries/eventTtl.ts'
import { Identity } from './registries/identity.ts'
import { Records } from './registries/records.ts'
import { createStore, type Store } from './store/store.ts'
import type { StoreOptions } from './store/types.ts'

/** What answers requests: all of a cluster but its components. */
export interface ApiParts {
  readonly kernel: Kernel
  readonly store: Store
  /** What the store was made with: of the blueprint, so that a fork, which has the same one, takes it over. */
  readonly storeOptions: StoreOptions
  readonly schema: Schema
  readonly records: Records
  readonly server: ApiServer
}

export interface ApiOptions {
  readonly storeOptions: StoreOptions
  /** How long Events are kept, in milliseconds. */
  readonly eventTtlMs: number
  /** Whether what is over can be removed now. */
  readonly canWrite: () => boolean
  /** Whether requests are dry runs, which are given no addresses and ports of their own. */
  readonly isDryRun?: boolean
}

/** Builds them over a memory: an empty one, or one that was forked from `parent`'s. */
export function assembleApi(
  memory: Memory,
  { storeOptions, eventTtlMs, canWrite, isDryRun = false }: ApiOptions,
  parent?: ApiParts,
): ApiParts {
  const kernel = new Kernel(memory)
  const store = createStore(memory, storeOptions, parent?.store)
  const schema = parent?.schema ?? createSchema()
  const identity = new Identity(memory, kernel)
  const records = new Records(store, identity, definitions, parent?.records)
  const ttl = new EventTtl(kernel, store, eventTtlMs, canWrite)
  kernel.register(ttl)
  const server = new ApiServer(records, schema, identity, memory, { ttl, isDryRun }, parent?.server)
  return { kernel, store, storeOptions, schema, records, server }
}
