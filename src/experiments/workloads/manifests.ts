/** Nodes and pods as Kubernetes YAML. */
import { badRequest } from '../../api/errors.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import type { Manifest } from '../../api/manifest.ts'
import { parseQuantity } from '../../api/quantity.ts'
import { said } from '../../api/said.ts'
import type { Node, Pod } from '../../api/types/core.ts'
import { type ManifestObject, readManifests as objectsOf } from '../../client/manifests.ts'
import { readYaml } from '../../client/readYaml.ts'
import type { Arrival, Trace } from '../workload.ts'
import { askedBy } from './amounts.ts'
import { podName } from './checks.ts'
import { inFile, namedText, type NamedText, type Source } from './source.ts'

export interface ReadManifestsOptions {
  /** The name of the trace and its workload. Default `manifests`. */
  readonly name?: string
  /** What becomes of objects that are neither Nodes nor Pods. Default `'refuse'`. */
  readonly unsupported?: 'refuse' | 'skip'
}

/**
 * Nodes, and pods that come at once in the order in which they stand, of one text or several. A node that states only what
 * is allocatable, or only its capacity, has both the same. What a running cluster wrote into a pod is left out (its status,
 * uid, owners, …): it comes as a new one; a `spec.nodeName` stays. Of a node, its labels, annotations, taints, cordon,
 * amounts and images are taken.
 *
 * Throws BadRequest that names file and line, or file, document and object: `nodes.yaml: document 2: Node "a":
 * status.capacity: Required value: …`.
 */
export function readManifests(sources: Source | readonly Source[], options: ReadManifestsOptions = {}): Trace {
  checkFields(options, 'readManifests', 'options', ['name', 'unsupported'])
  const { unsupported = 'refuse' } = options
  const name = podName(options.name ?? 'manifests', 'readManifests.name')
  if (unsupported !== 'refuse' && unsupported !== 'skip')
    throw refuse('readManifests.unsupported', unsupported, '"refuse" or "skip"')
  const found: Found = { nodes: [], arrivals: [], places: new Map() }
  const list = Array.isArray(sources) ? (sources as readonly Source[]) : [sources as Source]
  for (const [index, source] of list.entries())
    readOne(namedText(source, list.length === 1 ? 'manifests' : `manifests[${index}]`), found, unsupported === 'skip')
  const { nodes, arrivals } = found
  return { name, nodes, workload: { name, arrivals: (): readonly Arrival[] => arrivals } }
}

interface Found {
  readonly nodes: Manifest<Node>[]
  readonly arrivals: Arrival[]
  /** By kind, namespace and name, where it stands. */
  readonly places: Map<string, string>
}

function readOne({ name, text }: NamedText, found: Found, skips: boolean): void {
  const documents = inFile(name, () => readYaml(text))
  for (const [index, document] of documents.entries()) {
    const place = `${name}: document ${index + 1}`
    for (const object of inFile(place, () => objectsOf(document)))
      inFile(place, () => take(object, place, found, skips))
  }
}

function take(object: ManifestObject, place: string, found: Found, skips: boolean): void {
  const { apiVersion, kind, metadata } = object
  const isOurs = apiVersion === 'v1' && (kind === 'Node' || kind === 'Pod')
  if (!isOurs) {
    if (skips) return
    throw badRequest(`expected v1 Nodes and Pods, got ${apiVersion} ${kind} ${said(metadata?.name)}`)
  }
  const name: unknown = metadata?.name
  if (typeof name !== 'string' || name === '') throw badRequest(`${kind}: metadata.name: Required value`)
  const at = kind === 'Node' ? name : `${metadata?.namespace ?? 'default'}/${name}`
  const other = found.places.get(`${kind} ${at}`)
  if (other !== undefined) throw badRequest(`${kind} ${at}: is there twice (${other} has it too)`)
  found.places.set(`${kind} ${at}`, place)
  if (kind === 'Node') found.nodes.push(nodeOf(object as Manifest<Node>))
  else found.arrivals.push({ at: 0, pod: podOf(object as Manifest<Pod>) })
}

type Amounts = Readonly<Record<string, string | number>>

function nodeOf({ metadata, spec, status }: Manifest<Node>): Manifest<Node> {
  const name = metadata!.name!
  const allocatable = amounts(status?.allocatable, `Node "${name}": status.allocatable`)
  const capacity = amounts(status?.capacity, `Node "${name}": status.capacity`)
  const either = capacity ?? allocatable
  if (either === undefined) throw badRequest(`Node "${name}": status.capacity: Required value: what it has for pods`)
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, ...given({ labels: metadata?.labels, annotations: metadata?.annotations }) },
    spec: given({ taints: spec?.taints, unschedulable: spec?.unschedulable }),
    status: { capacity: either, allocatable: allocatable ?? either, ...given({ images: status?.images }) },
  }
}

/** As they were written; undefined where there is none. */
function amounts(list: unknown, path: string): Record<string, string> | undefined {
  if (list === undefined || list === null) return undefined
  if (typeof list !== 'object' || Array.isArray(list))
    throw badRequest(`${path}: expected amounts by resource, got ${said(list)}`)
  const stated = Object.entries(list as Amounts)
  for (const [name, amount] of stated) {
    const quantity = typeof amount === 'string' || typeof amount === 'number' ? parseQuantity(amount) : undefined
    if (quantity === undefined || quantity.nano < 0n)
      throw badRequest(`${path}.${name}: expected a quantity that is not negative, got ${said(amount)}`)
  }
  return stated.length === 0 ? undefined : Object.fromEntries(stated.map(([name, amount]) => [name, String(amount)]))
}

function podOf(pod: Manifest<Pod>): Manifest<Pod> {
  const { name, namespace, labels, annotations } = pod.metadata!
  const containers: unknown = pod.spec?.containers
  if (!Array.isArray(containers) || containers.length === 0)
    throw badRequest(`Pod "${name}": spec.containers: Required value`)
  for (const [resource, amount] of askedBy(pod))
    if (amount < 0)
      throw badRequest(`Pod "${name}": expected requests that are not negative, got ${amount} ${resource}`)
  const metadata = { name, ...given({ namespace, labels, annotations }) }
  return { apiVersion: 'v1', kind: 'Pod', metadata, ...given({ spec: pod.spec }) }
}

/** The fields that are there. */
function given<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)) as T
}
