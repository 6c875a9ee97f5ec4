import { conflict, internal, isStatusError, serviceUnavailable, type StatusError } from '../api/errors.ts'
import type { CowCell } from '../kernel/cow.ts'
import type { Memory } from '../kernel/memory.ts'
import type { ApiServer } from '../registries/apiServer.ts'
import type { Resource } from '../registries/records.ts'

/** What happens to a call that is counted out. */
export type Mishap =
  /** The request never arrives; it is done, but nobody hears of it; somebody else was faster; the caller's process dies. */
  'lostRequest' | 'lostReply' | 'conflict' | 'death'

/** What stands between a component and the API server. Plain data. */
export type Disturbance = {
  readonly id: number
  /** A component, or the kubelet of one machine as `node/NAME`; undefined: everybody, those outside included. */
  readonly whose: string | undefined
} & (
  | { readonly type: 'unreachable'; readonly message: string }
  /** Nothing can be written. */
  | { readonly type: 'readOnly' }
  /** Its watches tell it everything so many milliseconds late. */
  | { readonly type: 'lateWatches'; readonly ms: number }
  /** Its watches tell it nothing. */
  | { readonly type: 'silentWatches' }
  | {
      readonly type: Mishap
      /** Which of its calls from now on it happens to: 1 is the next. */
      readonly call: number
      /** How long a dead process stays dead, in milliseconds; for good unless given. */
      readonly restartAfterMs?: number | undefined
    }
)

/** A component whose process has died within its turn. */
export interface Death {
  readonly component: string
  readonly restartAfterMs: number | undefined
}

/** Thrown at a component whose process is dead: whatever it does with this, its turn has come to nothing. */
export class ClientDied extends Error {
  override readonly name: string = 'ClientDied'

  constructor(component: string) {
    super(`${component} has crashed in this turn: it can call nobody any more`)
  }
}

const reads: ReadonlySet<string> = new Set(['get', 'find', 'peek', 'list', 'visit', 'hasChanged'])
/** The writes of what is there already: those that can meet with a conflict. */
const changes: ReadonlySet<string> = new Set([
  'update',
  'updateStatus',
  'updateSubresource',
  'patchStatus',
  'updateScale',
  'finalize',
  'patch',
  'bind',
])
const writes: ReadonlySet<string> = new Set([...changes, 'create', 'delete', 'renew', 'renewAll'])

type Call = (...args: unknown[]) => unknown

/**
 * All that disturbs the ways to the API server at present: set by faults, asked by links and watches. While there is
 * nothing, asking costs one comparison.
 */
export class Disturbances {
  private readonly all: CowCell<readonly Disturbance[]>
  private readonly deaths: CowCell<readonly Death[]>

  constructor(memory: Memory) {
    this.all = memory.cell<readonly Disturbance[]>('client.disturbances', [])
    this.deaths = memory.cell<readonly Death[]>('client.deaths', [])
  }

  get isQuiet(): boolean {
    return this.all.value.length === 0 && this.deaths.value.length === 0
  }

  /** Whether nobody can write. */
  get isReadOnly(): boolean {
    return this.all.value.some(({ type }) => type === 'readOnly')
  }

  has(id: number): boolean {
    return this.all.value.some((one) => one.id === id)
  }

  add(disturbance: Disturbance): void {
    this.all.value = [...this.all.value, disturbance]
  }

  remove(id: number): void {
    this.all.value = this.all.value.filter((one) => one.id !== id)
  }

  /** Who died in the turn that has just ended; each is told of once. */
  takeDeaths(): readonly Death[] {
    const deaths = this.deaths.value
    if (deaths.length > 0) this.deaths.value = []
    return deaths
  }

  /** How late the watches of a component are, in milliseconds; Infinity while they tell it nothing. */
  lateness(component: string, place: string): number {
    let late = 0
    for (const one of this.all.value) {
      if (!concerns(one, component, place)) continue
      if (one.type === 'unreachable' || one.type === 'silentWatches') late = Infinity
      else if (one.type === 'lateWatches') late = Math.max(late, one.ms)
    }
    return late
  }

  /** Refuses a call of somebody outside the cluster where nobody gets through. */
  checkOutside(isWrite: boolean): void {
    this.check('', '', isWrite)
  }

  /** Refuses a call that does not get through, without counting it. Throws ClientDied at a process that is dead. */
  check(component: string, place: string, isWrite: boolean): void {
    if (this.isQuiet) return
    if (this.isDead(component, place)) throw new ClientDied(component)
    this.refuse(component, place, isWrite)
  }

  /** Whether a component gets through with what it writes beside its work: Events. */
  lets(component: string, place: string): boolean {
    try {
      this.check(component, place, true)
      return true
    } catch (error) {
      if (isStatusError(error) || error instanceof ClientDied) return false
      throw error
    }
  }

  /** The API server as a component reaches it now. `place` is `node/NAME` for the kubelet of a machine, or else empty. */
  between(server: ApiServer, component: string, place: string): ApiServer {
    return new Proxy(server, {
      get: (target, property) => {
        const method = Reflect.get(target, property, target) as unknown
        if (typeof method !== 'function') return method
        const isWrite = writes.has(property as string)
        if (!isWrite && !reads.has(property as string)) return method.bind(target) as unknown
        return (...args: unknown[]) => {
          const mishap = this.met(component, place, property as string, args)
          const result = (method as Call).apply(target, args)
          if (mishap === 'lostReply') throw lost('the reply was lost')
          return result
        }
      },
    })
  }

  /** What happens to a call; throws where it does not get through. */
  private met(component: string, place: string, verb: string, args: readonly unknown[]): Mishap | undefined {
    this.check(component, place, writes.has(verb))
    let found: Mishap | undefined
    for (const one of this.all.value) {
      if (!('call' in one) || !concerns(one, component, place) || !counts(one.type, verb)) continue
      if (one.call > 1 || found !== undefined) {
        this.all.value = this.all.value.map((other) => (other === one ? { ...one, call: one.call - 1 } : other))
        continue
      }
      found = one.type
      this.remove(one.id)
      if (one.type === 'death')
        this.deaths.value = [
          ...this.deaths.value,
          { component: one.whose ?? component, restartAfterMs: one.restartAfterMs },
        ]
    }
    if (found === 'death') throw new ClientDied(component)
    if (found === 'lostRequest') throw lost('the request was lost')
    if (found === 'conflict') throw conflictOf(args)
    return found
  }

  /** Of one process the whole dies, whichever of its parts made the call. */
  private isDead(component: string, place: string): boolean {
    return this.deaths.value.some(
      (death) => death.component === component || (place !== '' && death.component === place),
    )
  }

  private refuse(component: string, place: string, isWrite: boolean): void {
    for (const one of this.all.value) {
      if (!concerns(one, component, place)) continue
      if (one.type === 'unreachable') throw serviceUnavailable(one.message)
      if (one.type === 'readOnly' && isWrite) throw internal('etcdserver: request timed out')
    }
  }
}

function concerns({ whose }: Disturbance, component: string, place: string): boolean {
  return whose === undefined || (component !== '' && whose === component) || (place !== '' && whose === place)
}

function counts(mishap: Mishap, verb: string): boolean {
  if (mishap === 'conflict') return changes.has(verb)
  return mishap === 'death' || writes.has(verb)
}

function lost(what: string): StatusError {
  return serviceUnavailable(`read tcp 10.96.0.1:443: i/o timeout: ${what}`)
}

/** What a call says where another write came between: its arguments name the object. */
function conflictOf(args: readonly unknown[]): StatusError {
  const [resource, second, third] = args
  // bind(namespace, name, …) names no resource.
  if (typeof resource === 'string') return conflict('pods', String(second))
  const { definition } = resource as Resource
  const name = typeof third === 'string' ? third : (nameIn(third) ?? nameIn(second))
  return conflict(definition.plural, name ?? '', undefined, definition.group)
}

function nameIn(object: unknown): string | undefined {
  return (object as { readonly metadata?: { readonly name?: string } } | undefined)?.metadata?.name
}
