import { EventEmitter } from 'eventemitter3'
import { badRequest } from './api/errors.ts'
import type { Parts } from './assemble.ts'
import type { Outside } from './client/outside.ts'
import type { ObjectChange } from './client/watches.ts'
import type { Change } from './store/types.ts'

/** A committed change, and who made it when. */
export type CommittedChange = ObjectChange & { readonly actor: string; readonly at: number }

/** What `cluster.on` can be told of. */
export interface ClusterEvents {
  /** Every committed change, between two turns. */
  change: (change: CommittedChange) => void
}

/** Those who asked to be told of every change, and how far they have been. */
export class Listeners {
  private readonly emitter = new EventEmitter<ClusterEvents>()
  /** The revision up to which they have been told. */
  private told = 0
  private isBusy = false

  constructor(
    private readonly parts: Parts,
    private readonly outside: Outside,
  ) {}

  /** Whether one of them is being told something right now. */
  get isTelling(): boolean {
    return this.isBusy
  }

  /** Calls a listener between turns; returns how to stop that. */
  on<E extends keyof ClusterEvents>(name: E, listener: ClusterEvents[E]): () => void {
    if (name !== 'change') throw badRequest(`there is no event ${JSON.stringify(name)}; there is change`)
    if (typeof listener !== 'function') throw badRequest(`listener: expected a function, got ${typeof listener}`)
    if (this.emitter.listenerCount(name) === 0) this.told = this.parts.store.revision
    this.emitter.on(name, listener as never)
    return () => void this.emitter.off(name, listener as never)
  }

  /** Tells what happened since the last time; what they do meanwhile they are told of in the same call. */
  tell(): void {
    if (this.isBusy || this.emitter.listenerCount('change') === 0) return
    const { store } = this.parts
    this.isBusy = true
    try {
      while (this.told < store.revision) {
        const changes = store.changes(this.told)
        this.told = store.revision
        for (const change of changes) this.emitter.emit('change', this.present(change))
      }
    } finally {
      this.isBusy = false
    }
  }

  /** A change of the store as it is handed out. */
  present(change: Change): CommittedChange {
    const { records, watches, store } = this.parts
    const resource = records.ofPath(store.keys.directoryPath(change.directory))
    const { actor, at } = change
    const { type, object, previous, revision } = watches.present(resource, change)
    return this.outside.handOut({ type, object, previous, revision, actor, at })
  }
}
