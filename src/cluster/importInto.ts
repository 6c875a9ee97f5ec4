import { badRequest, isStatusError, withContext } from '../api/errors.ts'
import { hash128 } from '../kernel/hash.ts'
import { byCodeUnit } from '../api/order.ts'
import { rfc3339 } from '../api/time.ts'
import type { ControllerRevision, StatefulSet } from '../api/types/apps.ts'
import type { ConfigMap, Namespace, Node, Pod } from '../api/types/core.ts'
import type { Parts } from '../assemble.ts'
import { beginElections, furnish, systemNamespaces } from '../boot.ts'
import type { Outside } from '../client/outside.ts'
import { configMapName, rootCertificate } from '../controllers/rootCaCertificate.ts'
import { assumedNode } from '../node/assumedNode.ts'
import { checkMachine } from '../node/importedMachine.ts'
import type { Context } from '../registries/context.ts'
import type { Resource } from '../registries/records.ts'
import { type DumpedRef, type DumpObject, keyOf, pathOf, refOf } from './dump.ts'
import { completed } from './replicaSetsMissing.ts'
import { revisionsMissing } from './revisionsMissing.ts'

/** What became of a dump. */
export interface Report {
  readonly skipped: readonly DumpedRef[]
  readonly assumed: readonly DumpedRef[]
}

/** What must be there before others can be. */
const firstKinds: readonly string[] = Object.freeze([
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
  'v1/Namespace',
  'scheduling.k8s.io/v1/PriorityClass',
  'node.k8s.io/v1/RuntimeClass',
])

/**
 * Puts the objects of a dump into a cluster that has nothing yet: the first call from outside that it gets. Throws a
 * StatusError that says which of them cannot be.
 */
export function takeDump(parts: Parts, outside: Outside, objects: readonly DumpObject[]): Report {
  const { kernel, journal } = parts
  kernel.cause = -(journal.length + 1)
  try {
    const report = new Import(parts, objects).run()
    journal.append({ taken: kernel.taken, imported: outside.handOut(objects) })
    return report
  } finally {
    kernel.cause = 0
  }
}

class Import {
  private readonly context: Context
  /** What was left out, by why. */
  private readonly skipped = new Map<DumpObject, string>()
  private readonly assumed: DumpedRef[] = []
  /** The uids of what is there. */
  private readonly uids = new Set<string>()
  private readonly places: ReadonlyMap<DumpObject, number>

  constructor(
    private readonly parts: Parts,
    private readonly objects: readonly DumpObject[],
  ) {
    const { kernel } = parts
    this.context = { actor: 'kube-apiserver', cause: kernel.cause, at: kernel.now }
    this.places = new Map(objects.map((object, index) => [object, index]))
  }

  run(): Report {
    const { parts, objects } = this
    this.salt()
    const { made, incomplete } = completed(objects)
    const ordered = [...objects, ...made].sort((a, b) => rankOf(a) - rankOf(b) || this.byVersion(a, b))
    for (const object of ordered) {
      if (rankOf(object) > firstKinds.indexOf('v1/Namespace')) break
      this.restore(object)
    }
    this.assumeNamespaces(ordered)
    for (const object of ordered) {
      if (rankOf(object) <= firstKinds.indexOf('v1/Namespace')) continue
      const why = incomplete.get(object)
      if (why !== undefined) this.skipped.set(object, why)
      else this.restore(object)
    }
    for (const set of made) this.assumed.push(refOf(set, 'worked out of its Deployment and of its pods'))
    this.assumeRevisions()
    this.assumeNodes()
    this.presumeOwners(ordered)
    this.furnish()
    parts.kubelets?.takeOver(this.list<Node>('nodes'), this.list<Pod>('pods'))
    beginElections(parts)
    parts.watches.deliver()
    return { skipped: this.leftOut(), assumed: this.assumed }
  }

  /** Names and uids are drawn anew: those that this seed draws first may be in the dump. */
  private salt(): void {
    const { server, kernel } = this.parts
    const text = this.objects.map(({ metadata = {} }) => `${metadata.uid}/${metadata.resourceVersion}`).join(' ')
    const [first, second, third] = hash128(0, text)
    server.salt(`import/${first}/${second}/`)
    kernel.memory.cell('client.eventSequence', 0).value = third % 5e8
  }

  /** In the order in which they were last written, as far as that can be known. */
  private byVersion(a: DumpObject, b: DumpObject): number {
    const [x, y] = [versionOf(a), versionOf(b)]
    return x - y || this.placeOf(a) - this.placeOf(b)
  }

  private placeOf(object: DumpObject): number {
    return this.places.get(object) ?? this.objects.length
  }

  private restore(object: DumpObject): void {
    const { server } = this.parts
    const resource = this.resourceOf(object)
    const { namespace, uid } = object.metadata ?? {}
    // In another version, it may be there.
    if (resource === undefined || (uid !== undefined && this.uids.has(uid))) return
    const path = pathOf(object, this.placeOf(object))
    if (resource.definition.namespaced && !namespace) throw badRequest(`${path}: metadata.namespace: Required value`)
    try {
      const kept = server.restore(resource, resource.definition.namespaced ? namespace! : '', object, this.context)
      if (resource.key === 'nodes') checkMachine(kept as Node, path)
      this.uids.add(kept.metadata.uid)
    } catch (error) {
      if (isStatusError(error) && !error.message.startsWith(path)) throw withContext(error, `in ${path}`)
      throw error
    }
  }

  /** Where an object is kept; undefined, with the reason noted, of one that is not. */
  private resourceOf(object: DumpObject): Resource | undefined {
    const { records } = this.parts.server
    const { apiVersion, kind } = object
    const gvk = `${apiVersion}/${kind}`
    const resource = records.findKind(gvk)
    if (resource === undefined) {
      const others = records.servedAs(gvk)
      const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : ''
      const isCustom = group.includes('.') && !group.endsWith('.k8s.io')
      const why =
        others.length > 0
          ? `${apiVersion} is not served; dump it as ${others.join(' or ')}`
          : isCustom
            ? `the dump has no CustomResourceDefinition of ${kind} in ${group}`
            : `${kind} is not simulated`
      this.skipped.set(object, why)
      return undefined
    }
    const { isAction, viewOf } = resource.definition
    if (isAction !== true && viewOf === undefined) return resource
    this.skipped.set(object, isAction === true ? `a ${kind} is never kept` : `it is a view of ${viewOf}`)
    return undefined
  }

  private assumeNamespaces(objects: readonly DumpObject[]): void {
    const asked = new Set(objects.flatMap(({ metadata }) => metadata?.namespace || []))
    const there = new Set(this.list('namespaces').map(({ metadata }) => metadata.name))
    for (const name of [...new Set([...systemNamespaces, ...asked])].sort(byCodeUnit)) {
      if (there.has(name)) continue
      const spec = { finalizers: ['kubernetes'] }
      const object = {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: this.born('namespaces', name),
        spec,
        status: { phase: 'Active' },
      }
      this.restore(object)
      if (!systemNamespaces.includes(name)) this.assumed.push(refOf(object, 'objects of the dump are in it'))
    }
  }

  /** What stateful sets remember of their templates. */
  private assumeRevisions(): void {
    const known = this.list<ControllerRevision>('controllerrevisions.apps')
    for (const revision of revisionsMissing(this.list<StatefulSet>('statefulsets.apps'), known)) {
      const { namespace = '', name } = revision.metadata
      const born = this.born('controllerrevisions', name, namespace)
      const object = { ...revision, metadata: { ...revision.metadata, ...born } }
      this.restore(object)
      this.assumed.push(refOf(object, 'worked out of its StatefulSet'))
    }
  }

  /** Machines that pods run on and nobody described: as those of a new cluster, with room for what they run. */
  private assumeNodes(): void {
    const there = new Set(this.list('nodes').map(({ metadata }) => metadata.name))
    const pods = new Map<string, Pod[]>()
    for (const pod of this.list<Pod>('pods')) {
      const name = pod.spec.nodeName
      if (name && !there.has(name)) pods.set(name, [...(pods.get(name) ?? []), pod])
    }
    for (const name of [...pods.keys()].sort(byCodeUnit)) {
      const object = assumedNode(this.born('nodes', name), pods.get(name)!, rfc3339(this.context.at))
      this.restore(object)
      this.assumed.push(refOf(object, 'pods of the dump run on it; its size is made up'))
    }
  }

  /** Owners that the dump only names exist: nothing is collected because they were not dumped. */
  private presumeOwners(objects: readonly DumpObject[]): void {
    const presumed = this.parts.kernel.memory.map<true>('controllers.presumedOwners')
    const given = new Set(this.objects.map(({ metadata }) => metadata?.uid))
    for (const object of objects) {
      for (const { apiVersion, kind, name, uid } of object.metadata?.ownerReferences ?? []) {
        if (this.uids.has(uid) || presumed.has(uid)) continue
        presumed.set(uid, true)
        if (given.has(uid)) continue
        const { namespace } = object.metadata ?? {}
        const reason = `owner of ${keyOf(object)}, which lives on; nobody acts for it`
        this.assumed.push({ apiVersion, kind, ...(namespace !== undefined && { namespace }), name, reason })
      }
    }
  }

  /** What every cluster has, and the dump may lack. */
  private furnish(): void {
    const { parts } = this
    const published = this.list<ConfigMap>('configmaps').filter(({ metadata }) => metadata.name === configMapName)
    const own = published.find(({ metadata }) => metadata.namespace === 'kube-system') ?? published[0]
    const certificate = own?.data?.['ca.crt']
    if (certificate !== undefined) rootCertificate(parts.kernel.memory).value = certificate
    const open = this.list<Namespace>('namespaces').filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    furnish(
      parts,
      open.map(({ metadata }) => metadata.name),
    )
  }

  private born(plural: string, name: string, namespace = ''): { name: string; uid: string; creationTimestamp: string } {
    const uid = this.parts.server.drawUid(`${plural}/${namespace}/${name}`)
    return { name, uid, creationTimestamp: rfc3339(this.context.at) }
  }

  private list<T = Namespace>(key: string): T[] {
    const { server } = this.parts
    return server.list(server.resource(key), { namespace: undefined }).items as unknown as T[]
  }

  /** In the order of the dump, without what is there in another version. */
  private leftOut(): DumpedRef[] {
    const lost = [...this.skipped].filter(
      ([{ metadata = {} }]) => metadata.uid === undefined || !this.uids.has(metadata.uid),
    )
    lost.sort(([a], [b]) => this.placeOf(a) - this.placeOf(b))
    return lost.map(([object, why]) => refOf(object, why))
  }
}

/** What is not needed by others comes last. */
function rankOf({ apiVersion, kind }: DumpObject): number {
  const rank = firstKinds.indexOf(`${apiVersion}/${kind}`)
  return rank === -1 ? firstKinds.length : rank
}

function versionOf({ metadata = {} }: DumpObject): number {
  const version = Number(metadata.resourceVersion)
  return Number.isSafeInteger(version) ? version : 0
}
