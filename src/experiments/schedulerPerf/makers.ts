/** Makes what operations ask for, through the API. */
import type { Manifest } from '../../api/manifest.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Node, Pod, PodSpec } from '../../api/types/core.ts'
import type { ResourceClient } from '../../client/resourceClient.ts'
import type { Cluster } from '../../cluster.ts'
import type { CreateNamespaces, CreateNodes, CreatePods, Json, NodeVolumes } from './plan.ts'

const HOSTNAME = 'kubernetes.io/hostname'

export class Makers {
  private nodes = 0
  private readonly namespaces = new Set<string>()
  private readonly classes = new Set<number>()
  /** Pods made so far, by namespace. */
  readonly pods: Map<string, number> = new Map()
  /** By template: what pods of it are made with, so that they share one spec. */
  private readonly admissible = new Map<object, Manifest<PodSpec>>()

  constructor(private readonly cluster: Cluster) {}

  /** Each node has its name as its hostname. Mirrors PrepareNodes of test/integration/scheduler_perf/node_util.go. */
  createNodes({ count, template, label, uniqueLabel, volumes }: CreateNodes): void {
    for (let index = 0; index < count; index++) {
      const { name = `${template.metadata?.generateName ?? 'node-'}${this.nodes++}` } = template.metadata ?? {}
      const labels = {
        ...template.metadata?.labels,
        [HOSTNAME]: name,
        ...(label && { [label.key]: label.values[index % label.values.length]! }),
        ...(uniqueLabel !== undefined && { [uniqueLabel]: name }),
      }
      const status = volumes === undefined ? template.status : withVolumes(template.status, volumes)
      this.cluster.nodes.create({ ...template, metadata: { name, labels }, ...(status && { status }) })
      if (volumes !== undefined) this.createCSINode(name, volumes)
    }
  }

  createNamespaces({ names, template }: CreateNamespaces): void {
    for (const name of names) this.createNamespace(name, template)
  }

  /** A namespace that is already there stays as it is. */
  createNamespace(name: string, template: Manifest<KubeObject> = {}): void {
    if (this.namespaces.has(name)) return
    this.namespaces.add(name)
    this.pods.set(name, this.pods.get(name) ?? 0)
    if (this.cluster.namespaces.find(name) !== undefined) return
    this.cluster.namespaces.create({ metadata: { ...template.metadata, name } })
    // Upstream's API server runs without the admission that asks for it; here nobody else makes it.
    this.cluster.resource('v1/ServiceAccount').create({ metadata: { name: 'default', namespace: name } })
  }

  createPods({ namespace, count, template, volume }: CreatePods): void {
    this.createNamespace(namespace)
    const { pods } = this.cluster
    const spec = this.specOf(template)
    const manifest: Manifest<Pod> = { ...template, metadata: { ...template.metadata, namespace }, spec }
    for (let index = 0; index < count; index++) {
      if (volume === undefined) pods.create(manifest)
      else pods.create({ ...manifest, spec: { ...spec, volumes: [this.createVolume(namespace, index, volume)] } })
    }
    this.count(namespace, count)
  }

  /** Anything else; returns the name that it got. */
  make(client: ResourceClient<KubeObject>, template: Json, namespace: string | undefined): string {
    const object = { ...template, metadata: { ...(template['metadata'] as object | undefined), namespace } }
    if (template['kind'] !== 'Pod') return client.create(object).metadata.name
    this.count(namespace!, 1)
    const spec = this.specOf(template as Manifest<Pod>)
    return client.create({ ...object, spec } as object).metadata.name
  }

  private count(namespace: string, more: number): void {
    this.pods.set(namespace, (this.pods.get(namespace) ?? 0) + more)
  }

  /**
   * Upstream's API server runs without the admission of priorities, so templates write the number. Here it stands in a
   * class of that value.
   */
  private specOf(template: Manifest<Pod>): Manifest<PodSpec> {
    const known = this.admissible.get(template)
    if (known !== undefined) return known
    const { priority, ...spec } = template.spec ?? {}
    const made = priority === undefined ? spec : { ...spec, priorityClassName: this.classOf(priority) }
    this.admissible.set(template, made)
    return made
  }

  private classOf(value: number): string {
    const name = `priority-${value}`
    if (!this.classes.has(value)) {
      this.cluster.resource('scheduling.k8s.io/v1/PriorityClass').create({ metadata: { name }, value })
      this.classes.add(value)
    }
    return name
  }

  /** A volume and a claim that are bound to each other. Mirrors CreatePodWithPersistentVolume of test/utils/runners.go. */
  private createVolume(
    namespace: string,
    index: number,
    { volume, claim }: NonNullable<CreatePods['volume']>,
  ): NonNullable<Manifest<PodSpec>['volumes']>[number] {
    const claimName = `pvc-${index}`
    const volumeName = `${namespace}-pv-${index}`
    const claims = this.cluster.resource<KubeObject>('v1/PersistentVolumeClaim')
    const volumes = this.cluster.resource<KubeObject>('v1/PersistentVolume')
    claims.create(claimManifest(claim, { name: claimName, namespace }, volumeName))
    claims.updateStatus(claimName, setPhase, { namespace })
    const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claimName }
    const spec = { ...volumeSpec(volume, volumeName), claimRef }
    volumes.create({ ...volume, metadata: { name: volumeName }, spec } as Manifest<KubeObject>)
    volumes.updateStatus(volumeName, setPhase)
    return { name: 'vol', persistentVolumeClaim: { claimName } }
  }

  private createCSINode(name: string, { drivers, migrated }: NodeVolumes): void {
    const plugins = [...migrated].sort().join(',')
    const annotations = migrated.length === 0 ? {} : { 'storage.alpha.kubernetes.io/migrated-plugins': plugins }
    const listed = drivers.map(({ name: driver, count }) => ({ name: driver, nodeID: name, allocatable: { count } }))
    const manifest = { metadata: { name, annotations }, spec: { drivers: listed } }
    this.cluster.resource<KubeObject>('storage.k8s.io/v1/CSINode').create(manifest as Manifest<KubeObject>)
  }
}

function withVolumes(status: Manifest<Node>['status'], { allocatable }: NodeVolumes): Manifest<Node>['status'] {
  return { ...status, allocatable: { ...status?.capacity, ...status?.allocatable, ...allocatable } }
}

function claimManifest(claim: Json, name: { name: string; namespace: string }, volumeName: string): object {
  const metadata = { ...(claim['metadata'] as object | undefined), ...name }
  return { ...claim, metadata, spec: { ...(claim['spec'] as object | undefined), volumeName } }
}

/** Every volume has an id of its own, whatever the template says. */
function volumeSpec(volume: Json, id: string): Json {
  const spec = (volume['spec'] ?? {}) as Json
  const disk = spec['awsElasticBlockStore'] as object | undefined
  const csi = spec['csi'] as object | undefined
  return {
    ...spec,
    ...(disk && { awsElasticBlockStore: { ...disk, volumeID: id } }),
    ...(csi && { csi: { ...csi, volumeHandle: id } }),
  }
}

function setPhase(draft: unknown): void {
  ;(draft as { status: object }).status = { ...(draft as { status?: object }).status, phase: 'Bound' }
}
