import { badRequest, conflict, notFound } from '../api/errors.ts'
import type { StatusError } from '../api/errors.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { refuseInvalid, uidDetail } from './checks.ts'
import type { Context } from './context.ts'
import { copyOf } from './defaults/mutable.ts'
import type { Loose } from './loose.ts'
import type { ServerParts } from './parts.ts'
import type { Resource } from './records.ts'
import { metaAt } from './shapes.ts'

interface PodCondition {
  readonly type: string
}

interface BoundPod extends KubeObject {
  readonly spec: object & { readonly nodeName?: string }
  readonly status: object & { readonly conditions?: readonly PodCondition[]; readonly nominatedNodeName?: string }
}

/** Puts pods on nodes, each once: pkg/registry/core/pod/storage/storage.go, assignPod. */
export class Placement {
  /** The conditions of the pods that were placed last. A cache. */
  private last: { now: string; conditions: readonly PodCondition[] } = { now: '', conditions: [] }

  constructor(private readonly parts: ServerParts) {}

  /** A create of a Binding: checked as an object, then carried out; answers with the Status that Kubernetes sends. */
  create(resource: Resource, namespace: string, binding: Loose, context: Context): KubeObject {
    const { target, metadata } = binding as Loose & { readonly target?: { readonly name?: string } }
    if (!metadata.name) throw badRequest('metadata.name: Required value: name of the pod must be provided')
    refuseInvalid(resource, binding, resource.definition.validate(binding))
    this.bind(namespace, metadata.name, metadata.uid, target!.name!, context, metadata.annotations)
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as unknown as KubeObject
  }

  /** `annotations` become the pod's, beside its own. */
  bind(
    namespace: string,
    name: string,
    uid: string | undefined,
    nodeName: string,
    context: Context,
    annotations?: ObjectMeta['annotations'],
  ): KubeObject {
    const { records, memos, times } = this.parts
    const resource = records.resource('pods')
    const pod = records.find(resource, namespace, name) as BoundPod | undefined
    if (pod === undefined) throw notFound('pods', name)
    checkUnbound(pod, uid)
    const spec = memos.of(resource).place(pod.spec, nodeName)
    const metadata = metaAt(annotated(pod.metadata, annotations), records.nextVersion)
    const status = copyOf(pod.status.nominatedNodeName === undefined ? pod.status : withoutNomination(pod.status))
    status.conditions = this.placed(pod.status.conditions, times.text(context.at))
    const bound = { apiVersion: pod.apiVersion, kind: pod.kind, metadata, spec, status } as Loose
    records.put(resource, bound, context, annotations === undefined ? 'binding' : undefined)
    return bound
  }

  /** Conditions with PodScheduled; pods placed in one second share one list. */
  private placed(others: readonly PodCondition[] | undefined, now: string): readonly PodCondition[] {
    const { last } = this
    if (others === undefined && last.now === now) return last.conditions
    const condition = {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: now,
    }
    const conditions = [...(others?.filter(({ type }) => type !== 'PodScheduled') ?? []), condition]
    if (others === undefined) this.last = { now, conditions }
    return conditions
  }
}

/** Mirrors setPodHostAndAnnotations of pkg/registry/core/pod/storage/storage.go. */
function annotated(metadata: ObjectMeta, annotations: ObjectMeta['annotations']): ObjectMeta {
  return annotations === undefined
    ? metadata
    : { ...metadata, annotations: { ...metadata.annotations, ...annotations } }
}

/** A bound pod has come to a node: ClearingNominatedNodeNameAfterBinding. */
function withoutNomination({ nominatedNodeName: _, ...status }: BoundPod['status']): BoundPod['status'] {
  return status
}

function checkUnbound({ metadata, spec }: BoundPod, uid: string | undefined): void {
  if (uid !== undefined && uid !== '' && uid !== metadata.uid) {
    throw refused(metadata.name, uidDetail(metadata, uid))
  }
  if (metadata.deletionTimestamp !== undefined) {
    throw refused(metadata.name, `pod ${metadata.name} is being deleted, cannot be assigned to a host`)
  }
  if (spec.nodeName !== undefined && spec.nodeName !== '') {
    throw refused(metadata.name, `pod ${metadata.name} is already assigned to node "${spec.nodeName}"`)
  }
}

function refused(name: string, detail: string): StatusError {
  return conflict('pods/binding', name, detail)
}
