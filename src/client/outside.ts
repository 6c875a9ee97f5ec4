import { badRequest } from '../api/errors.ts'
import { isDryRun, type OptionsKind } from '../api/dryRun.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Scale } from '../api/types/autoscaling.ts'
import { JournalLog } from '../kernel/journal.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ApiServer } from '../registries/apiServer.ts'
import type { Context, DeleteOptions, PatchRequest } from '../registries/context.ts'
import type { SpecSubresource } from '../registries/definition.ts'
import { deepFreeze } from '../registries/freeze.ts'
import { checkName } from '../registries/intake.ts'
import { thawed } from '../registries/leanStatus.ts'
import type { Resource } from '../registries/records.ts'
import type { Disturbances } from './disturbances.ts'
import { type ApiCopy, answeredDry } from './dryRun.ts'
import { takeDeleteOptions } from './deleteOptions.ts'
import { parsePath, pathTo, type Target } from './path.ts'

export type WriteVerb = 'create' | UpdateVerb | 'scale' | 'finalize' | 'evict' | 'patch' | 'delete'
/** What is done with the whole object in hand. */
export type UpdateVerb = 'update' | 'status' | SpecSubresource

/** Those that write an object which is there, and name it. */
const updates: readonly string[] = Object.freeze([
  'update',
  'status',
  'scale',
  'finalize',
  'resize',
  'ephemeralcontainers',
])
const verbs: readonly string[] = Object.freeze(['create', ...updates, 'evict', 'patch', 'delete'])

/** The kind of options that each verb takes. */
const optionsOf: Readonly<Record<WriteVerb, OptionsKind>> = Object.freeze({
  create: 'CreateOptions',
  update: 'UpdateOptions',
  status: 'UpdateOptions',
  resize: 'UpdateOptions',
  ephemeralcontainers: 'UpdateOptions',
  scale: 'UpdateOptions',
  finalize: 'UpdateOptions',
  patch: 'PatchOptions',
  delete: 'DeleteOptions',
  evict: 'DeleteOptions',
})

/** How something is written. */
export interface Manner {
  /** As a caller said it; see WriteOptions. */
  readonly dryRun?: unknown
  /** What is handed in is ours: plain, and never changed afterwards. */
  readonly isOurs?: boolean
}

const plainly: Manner = Object.freeze({})

/** How calls from outside are put into effect, between turns. */
export interface OutsideOptions {
  readonly user: string
  /** false leaves what is read unfrozen; nothing else differs. */
  readonly freeze: boolean
  /** Called before a call has an effect. */
  readonly before: () => void
  /** Called after a call has had its effect. */
  readonly after: () => void
  /** A copy of the API, to write to. Throws where nobody may write. */
  readonly copy: (isDryRun: boolean) => ApiCopy
  /** Adds to an error where we are. */
  readonly explain: (error: unknown) => unknown
}

/** The API as somebody outside the cluster calls it: copied in, frozen out, journalled. */
export class Outside {
  private readonly paths = new Map<string, string>()

  constructor(
    readonly server: ApiServer,
    private readonly kernel: Kernel,
    private readonly journal: JournalLog,
    private readonly disturbances: Disturbances,
    private readonly options: OutsideOptions,
  ) {}

  /** Reads: what comes out is frozen. Throws ServiceUnavailable while nobody gets through. */
  read<T>(ask: (server: ApiServer) => T, isOfThePast = false): T {
    return this.handOut(
      this.attempt(() => {
        if (!isOfThePast) this.disturbances.checkOutside(false)
        return ask(this.server)
      }),
    )
  }

  /** Does something whose errors should say where we are. */
  attempt<T>(act: () => T): T {
    try {
      return act()
    } catch (error) {
      throw this.options.explain(error)
    }
  }

  handOut<T>(value: T): T {
    return this.options.freeze ? deepFreeze(value) : value
  }

  /** The same over a copy of the API: what is written there leaves no trace here. */
  copy(isDryRun: boolean): Outside {
    const { server, kernel } = this.options.copy(isDryRun)
    const untold = { ...this.options, before: () => {}, after: () => {} }
    return new Outside(server, kernel, new JournalLog(kernel.memory), this.disturbances, untold)
  }

  /** A resource of another API server, which may be a copy, as it stands here. */
  at(target: Target): Target {
    return { ...target, resource: this.server.resource(target.resource.key) }
  }

  /** Writes: refused whole with nothing changed, or done and journalled; or done as a dry run and gone. */
  write(verb: WriteVerb, target: Target, body?: unknown, manner: Manner = plainly): KubeObject {
    const { dryRun, isOurs = false } = manner
    if (dryRun !== undefined && this.attempt(() => isDryRun(dryRun, optionsOf[verb]))) {
      const copy = this.attempt(() => this.copy(true))
      return this.asDryRun(copy.write(verb, copy.at(target), body))
    }
    return this.attempt(() => {
      this.disturbances.checkOutside(true)
      this.server.allow(target.resource, verb)
      const taken = this.taken(verb, target, body, isOurs)
      if (updates.includes(verb)) checkName(taken, target.name)
      this.options.before()
      this.kernel.cause = -(this.journal.length + 1)
      try {
        const result = this.perform(verb, target, taken)
        const request = { verb, path: this.path(target), body: this.handOut(taken), user: this.options.user }
        this.journal.append({ taken: this.kernel.taken, request })
        this.options.after()
        return this.handOut(thawed(result))
      } finally {
        this.kernel.cause = 0
      }
    })
  }

  /** An object that was written to a copy, as a dry run answers it. Its definition may be there alone. */
  asDryRun<T extends KubeObject>(object: T): T {
    const { records } = this.server
    const { name, namespace = '' } = object.metadata
    const resource = records.findKind(`${object.apiVersion}/${object.kind}`)
    return this.handOut(answeredDry(object, resource && records.find(resource, namespace, name)))
  }

  /** A copy of what was handed in, of the structure that the verb takes. */
  private taken(verb: WriteVerb, { resource, namespace }: Target, body: unknown, isOurs: boolean): object {
    if (verb === 'delete' || verb === 'evict') return takeDeleteOptions(body)
    if (verb === 'patch') return this.server.takePatch(resource, body, isOurs)
    return verb === 'scale' ? this.server.intakeScale(body) : this.server.intake(resource, body, namespace)
  }

  /** The path of a target; those of collections are kept, since thousands of creates share one. */
  private path(target: Target): string {
    if (target.name !== '') return pathTo(target)
    const key = target.resource.key + target.namespace
    const known = this.paths.get(key)
    if (known !== undefined) return known
    const path = pathTo(target)
    this.paths.set(key, path)
    return path
  }

  /** Whether a patch would change anything; refuses what it would refuse. */
  wouldChange({ resource, namespace, name }: Target, body: object): boolean {
    return this.server.wouldChange(
      resource,
      namespace,
      name,
      this.server.takePatch(resource, body, true),
      this.context(),
    )
  }

  private context(): Context {
    return { actor: this.options.user, cause: this.kernel.cause, at: this.kernel.now }
  }

  private perform(verb: WriteVerb, { resource, namespace, name }: Target, body: object): KubeObject {
    const context = this.context()
    switch (verb) {
      case 'create':
        return this.server.create(resource, namespace, body, context)
      case 'update':
        return this.server.update(resource, namespace, body, context)
      case 'status':
        return this.server.updateStatus(resource, namespace, body, context)
      case 'resize':
      case 'ephemeralcontainers':
        return this.server.updateSubresource(resource, namespace, body, verb, context)
      case 'scale':
        return this.server.updateScale(resource, namespace, name, body as Scale, context)
      case 'evict':
        return this.server.evict(resource, namespace, name, body as DeleteOptions, context)
      case 'finalize':
        return this.server.finalize(resource, body, context)
      case 'patch':
        return this.server.patch(resource, namespace, name, body as PatchRequest, context)
      case 'delete':
        return this.server.delete(resource, namespace, name, body as DeleteOptions, context)
    }
  }

  /** Does what a journal says was done. */
  replay(verb: string, path: string, body: unknown): void {
    const target = parsePath(path, (group, version, plural) => this.server.records.served(group, version, plural))
    if (!verbs.includes(verb)) throw badRequest(`a journal cannot ask for ${verb}`)
    this.write(verb as WriteVerb, target, body)
  }

  /** A resource by kind, such as `v1/Pod`. */
  resource(kind: string): Resource {
    return this.server.records.ofKind(kind)
  }
}
