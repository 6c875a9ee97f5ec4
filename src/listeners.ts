import { EventEmitter } from 'eventemitter3'
import { badRequest } from './api/errors.ts'
import { said } from './api/said.ts'
import type { Parts } from './assemble.ts'
import type { ControllerFailure } from './client/controllerFailure.ts'
import type { Outside } from './client/outside.ts'
import type { CommittedChange } from './history/committedChange.ts'
import type { Change } from './store/types.ts'

/** What `cluster.on` can be told of. */
export interface ClusterEvents {
  /** Every committed change, between two turns. */
  change: (change: CommittedChange) => void
  /** Every turn of a controller that threw. Its key is tried again after a back-off, whether or not anybody listens. */
  failure: (failure: ControllerFailure) => void
}

/** Those who asked to be told of every change, and how far they have been. */
export class Listeners {
  private readonly emitter = new EventEmitter<ClusterEvents>()
  /** The revision up to which they have been told. */
  private told = 0
  private isBusy = false
  /** What a listener threw, until time is let pass again. */
  private thrown: { readonly error: unknown } | undefined

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
    if (name !== 'change' && name !== 'failure') {
      throw badRequest(`there is no event ${said(name)}; there are change and failure`)
    }
    if (typeof listener !== 'function') throw badRequest(`listener: expected a function, got ${typeof listener}`)
    if (this.emitter.listenerCount(name) === 0) this.told = this.parts.store.revision
    // A function of its own, so that stopping this one does not stop another that was given the same.
    const own = (subject: unknown): void => (listener as (subject: unknown) => void)(subject)
    this.emitter.on(name, own as never)
    return () => void this.emitter.off(name, own as never)
  }

  /** Tells what happened since the last time; what they do meanwhile they are told of in the same call. */
  tell(): void {
    const { store, failures } = this.parts
    if (this.isBusy || (failures.length === 0 && this.emitter.listenerCount('change') === 0)) return
    this.isBusy = true
    try {
      for (const failure of failures.splice(0)) this.emit('failure', failure)
      while (this.emitter.listenerCount('change') > 0 && this.told < store.revision) {
        const changes = store.changes(this.told)
        this.told = store.revision
        for (const change of changes) this.emit('change', this.present(change))
      }
    } finally {
      this.isBusy = false
    }
  }

  /** Throws what a listener threw: not into the call that it was told of, which was done, but out of letting time pass. */
  rethrow(): void {
    const { thrown } = this
    this.thrown = undefined
    if (thrown !== undefined) throw thrown.error
  }

  /** Every listener is told, whatever another one throws. */
  private emit(name: 'change' | 'failure', subject: unknown): void {
    for (const listener of this.emitter.listeners(name) as ((subject: unknown) => void)[]) {
      try {
        listener(subject)
      } catch (error) {
        this.thrown ??= { error }
      }
    }
  }

  /** A change of the store as it is handed out. */
  present(change: Change): CommittedChange {
    const { records, watches, store } = this.parts
    const resource = records.ofPath(store.keys.directoryPath(change.directory))
    const { actor, at } = change
    const { type, object, previous, revision } = watches.present(resource, change, false)
    return this.outside.handOut({ type, object, previous, revision, actor, at })
  }
}
