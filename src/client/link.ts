import type { KubeObject } from '../api/meta.ts'
import type { Scale } from '../api/types/autoscaling.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { Memory } from '../kernel/memory.ts'
import type { ApiServer } from '../registries/apiServer.ts'
import type {
  Concerns,
  Context,
  DeleteOptions,
  ListOptions,
  ObjectList,
  PatchOptions,
  VersionRequest,
} from '../registries/context.ts'
import type { SpecSubresource } from '../registries/definition.ts'
import type { EventSource, EventSubject } from '../registries/eventRecord.ts'
import type { Loose } from '../registries/loose.ts'
import type { Resource } from '../registries/records.ts'
import { Disturbances } from './disturbances.ts'
import type { CopyApi } from './dryRun.ts'
import type { Recorder } from './recorder.ts'

/** What links lead to, and what they pass. */
export interface Ways {
  readonly server: ApiServer
  readonly kernel: Kernel
  readonly recorder: Recorder
  readonly disturbances: Disturbances
  readonly copyApi: CopyApi
}

/**
 * A component's way to the API server; the only one. Every call of a component passes here, under the component's
 * name. What it hands in is trusted to be of the right shape and never changed afterwards.
 */
export class Link {
  private readonly direct: ApiServer
  private readonly kernel: Kernel
  private readonly disturbances: Disturbances
  private readonly form: { readonly actor: string; cause: number; at: number }
  /** The API server as it is reached while something is disturbed. */
  private readonly disturbed: ApiServer

  constructor(
    /** The component, as the actor of what it writes. */
    readonly actor: string,
    private readonly ways: Ways,
    /** `node/NAME` for the kubelet of one machine. */
    private readonly place: string = '',
  ) {
    // A fraction, so that the field is one from the beginning.
    this.form = { actor, cause: 0, at: 0.5 }
    this.direct = ways.server
    this.kernel = ways.kernel
    this.disturbances = ways.disturbances
    this.disturbed = this.disturbances.between(this.direct, actor, place)
  }

  /**
   * The same component's way to a copy of the API server, for one dry run. It gets there where it gets here; but what is
   * to happen to one of its next calls waits for one that is real.
   */
  dry(): Link {
    const { ways, disturbances, actor, place } = this
    disturbances.check(actor, place, true)
    return new Link(actor, { ...ways, ...ways.copyApi(true), disturbances: new Disturbances(new Memory()) }, place)
  }

  private get server(): ApiServer {
    return this.disturbances.isQuiet ? this.direct : this.disturbed
  }

  /** Filled in anew for each call: whoever is handed it copies what it needs. */
  private context(): Context {
    const { form, kernel } = this
    form.cause = kernel.cause
    form.at = kernel.now
    return form
  }

  /** The revision of the last commit of anyone. */
  get revision(): number {
    return this.direct.records.store.revision
  }

  /** A resource by key, such as `pods` or `leases.coordination.k8s.io`. */
  resource(key: string): Resource {
    return this.direct.resource(key)
  }

  /** A resource by kind, such as `v1/Pod`. Throws BadRequest. */
  ofKind(kind: string): Resource {
    return this.direct.records.ofKind(kind)
  }

  /** What the hands of a user have made, copied and of known structure, so that it may be written. Throws Invalid. */
  takeIn(resource: Resource, body: unknown, namespace: string): Loose {
    return this.server.intake(resource, body, namespace)
  }

  get<T extends KubeObject>(key: string, namespace: string, name: string): T {
    return this.server.get(this.resource(key), namespace, name) as T
  }

  /** Refuses to read an object at a version that is none, or not reached yet. */
  checkVersion(key: string, asked: VersionRequest): void {
    this.server.checkVersion(this.resource(key), asked)
  }

  find<T extends KubeObject>(key: string, namespace: string, name: string): T | undefined {
    return this.server.find(this.resource(key), namespace, name) as T | undefined
  }

  /** As `find`, at less cost: a status may be lean, so that its fields may be read and nothing else. */
  peek<T extends KubeObject>(key: string, namespace: string, name: string): T | undefined {
    return this.server.peek(this.resource(key), namespace, name) as T | undefined
  }

  list(key: string, options: ListOptions): ObjectList {
    return this.server.list(this.resource(key), options)
  }

  /** `object` needs no more of metadata than a client would send. */
  create<T extends KubeObject>(key: string, namespace: string, object: object): T {
    return this.server.create(this.resource(key), namespace, object, this.context()) as T
  }

  update<T extends KubeObject>(key: string, object: T): T {
    return this.server.update(this.resource(key), object.metadata.namespace ?? '', object, this.context()) as T
  }

  /** Writes `object.status`; whatever else the object says is ignored but for uid and resourceVersion. */
  updateStatus<T extends KubeObject>(key: string, object: T): T {
    return this.server.updateStatus(this.resource(key), object.metadata.namespace ?? '', object, this.context()) as T
  }

  /** Writes the resources of a pod's containers; whatever else the object says is ignored. */
  updateResize<T extends KubeObject>(key: string, object: T): T {
    return this.updateSubresource(key, object, 'resize')
  }

  /** The same of its ephemeral containers. */
  updateEphemeralContainers<T extends KubeObject>(key: string, object: T): T {
    return this.updateSubresource(key, object, 'ephemeralcontainers')
  }

  private updateSubresource<T extends KubeObject>(key: string, object: T, subresource: SpecSubresource): T {
    const { namespace = '' } = object.metadata
    return this.server.updateSubresource(this.resource(key), namespace, object, subresource, this.context()) as T
  }

  /** Writes a status to whatever the object is now: no resourceVersion is compared, as with a patch. */
  patchStatus<T extends KubeObject>(key: string, namespace: string, name: string, uid: string, status: object): T {
    return this.server.patchStatus(this.resource(key), namespace, name, uid, status, this.context()) as T
  }

  /** Changes how many replicas an object asks for. */
  scale<T extends KubeObject>(key: string, namespace: string, name: string, replicas: number): T {
    const scale = this.server.intakeScale({ metadata: { name }, spec: { replicas } })
    return this.server.updateScale(this.resource(key), namespace, name, scale, this.context()) as T
  }

  /** How many an object asks for and has, of a kind that has the scale subresource. Throws NotFound, MethodNotAllowed. */
  getScale(key: string, namespace: string, name: string): Scale {
    return this.server.getScale(this.resource(key), namespace, name)
  }

  /** Deletes a pod if its disruption budget allows that. Throws TooManyRequests. */
  evict(namespace: string, name: string, options: DeleteOptions = {}): KubeObject {
    return this.server.evict(this.resource('pods'), namespace, name, options, this.context())
  }

  /** Writes the finalizers in a namespace's spec; without any, a namespace that is being deleted is gone. */
  finalize<T extends KubeObject>(key: string, object: T): T {
    return this.server.finalize(this.resource(key), object, this.context()) as T
  }

  /** Shows every object of a resource, or of a namespace; statuses may be lean. Cheaper than `list`, which sorts and copies. */
  visit<T extends KubeObject>(key: string, visit: (object: T) => void, namespace?: string): void {
    this.server.visit(this.resource(key), visit as (object: KubeObject) => void, namespace)
  }

  /**
   * Whether any object of a resource was created, written or deleted after a revision, so that `concerns` holds of what
   * it was and what it is then: undefined where it was not there. Statuses may be lean; renewals of leases do not count.
   */
  hasChanged<T extends KubeObject>(key: string, revision: number, concerns: Concerns<T>): boolean {
    return this.server.hasChanged(this.resource(key), revision, concerns)
  }

  /** Every resource that is served, in the order of definition. */
  get resources(): readonly Resource[] {
    return this.direct.records.all()
  }

  /** Changes what the patch says and nothing else; a strategic merge patch unless `type` says otherwise. */
  patch<T extends KubeObject>(
    key: string,
    namespace: string,
    name: string,
    patch: object,
    options: PatchOptions = {},
  ): T {
    const resource = this.resource(key)
    const request = this.server.takePatch(resource, { ...options, patch })
    return this.server.patch(resource, namespace, name, request, this.context()) as T
  }

  /** Returns the object as it was left, or as it was last. */
  delete(key: string, namespace: string, name: string, options: DeleteOptions = {}): KubeObject {
    return this.server.delete(this.resource(key), namespace, name, options, this.context())
  }

  /** Binds a pod to a node, as a create of a Binding does; `annotations` become the pod's, beside its own. */
  bind(
    namespace: string,
    name: string,
    uid: string,
    nodeName: string,
    annotations?: Readonly<Record<string, string>>,
  ): void {
    this.server.bind(namespace, name, uid, nodeName, this.context(), annotations)
  }

  /** Sets a Lease's renewTime to now; false when there is no such Lease. */
  renewLease(namespace: string, name: string): boolean {
    return this.server.renew(this.resource('leases.coordination.k8s.io'), namespace, name, this.context())
  }

  /** The same for many Leases at once; false, with none renewed, if one of them is missing. */
  renewLeases(namespace: string, names: readonly string[]): boolean {
    return this.server.renewAll(this.resource('leases.coordination.k8s.io'), namespace, names, this.context())
  }

  /** When a Lease was renewed last, in milliseconds; NaN where there is none, or somebody has written it otherwise since. */
  renewedAt(namespace: string, name: string): number {
    return this.server.renewedAt(this.resource('leases.coordination.k8s.io'), namespace, name)
  }

  /** The oldest of the moments at which these Leases were renewed; NaN if one of them has none. Names as for `renewLeases`. */
  oldestRenewal(namespace: string, names: readonly string[]): number {
    return this.server.oldestRenewal(this.resource('leases.coordination.k8s.io'), namespace, names)
  }

  /**
   * Records a Kubernetes Event about an object. The same event about the same object again raises its count, as
   * client-go's correlator does; `times` says that it happened so often since it was told last. `{detail}` in the message
   * stands for `detail`, so that many events share one text. What cannot be said now is lost.
   */
  record(
    subject: EventSubject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    source: EventSource,
    detail?: string,
    times = 1,
  ): void {
    if (!this.disturbances.isQuiet && !this.disturbances.lets(this.actor, this.place)) return
    this.ways.recorder.record(subject, type, reason, message, detail, source, times, this.context())
  }
}
