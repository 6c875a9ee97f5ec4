import type { Pod } from '../../api/types/core.ts'
import type { CSINode, VolumeAttachment } from '../../api/types/storage.ts'
import type { Snapshot } from '../cycle.ts'
import { type Attachable, attachables, migratedOn } from './attachable.ts'
import { ATTACHMENTS, CLAIMS, CSI_NODES, findCsiNode, findVolume, limitedNode, VOLUMES } from './objects.ts'

/** How many volumes are on a node, and how many it can take. */
interface RowUsage {
  readonly version: number
  readonly node: CSINode
  /** What of a CSINode decides which volumes count. */
  readonly migrated: string
  readonly attached: ReadonlySet<string>
  /** By driver. */
  readonly counts: ReadonlyMap<string, number>
  readonly limits: ReadonlyMap<string, number>
}

/** Nothing is limited on the node, as long as this version of its row and its CSINode stand. */
const unlimited = Object.freeze({ isUnlimited: true })

/**
 * What volumes are on each node, for one snapshot. A cache: what is remembered of a row is void once the row has another
 * version, or one of the objects that were looked at has changed.
 */
export class VolumeUsage {
  private rows: (RowUsage | typeof unlimited | undefined)[] = []
  /** The rows that depend on an object. */
  private dependents = new Map<string, Set<number>>()

  private limited: boolean | undefined

  constructor(private readonly snapshot: Snapshot) {}

  /** Whether any node takes only so many. */
  get isLimited(): boolean {
    return (this.limited ??= this.snapshot.byIndex(CSI_NODES, limitedNode).length > 0)
  }

  /** Says of rows whether the node can take a pod's volumes beside those that it has. */
  roomFor(pod: Pod): (row: number) => boolean {
    // Nodes differ in nothing but which disks of old they leave to drivers.
    const wanted = new Map<string, readonly Attachable[]>()
    return (row) => {
      const usage = this.of(row)
      if (usage === undefined) return true
      const { node, migrated } = usage
      let own = wanted.get(migrated)
      if (own === undefined) wanted.set(migrated, (own = distinct(attachables(pod, node, this.snapshot, ignore))))
      return own.length === 1 ? hasRoomForOne(usage, own[0]!) : hasRoom(usage, own)
    }
  }

  /** Objects changed: the rows that depend on them are looked at anew. */
  changed(kind: string, objects: ReadonlySet<string>): void {
    const sort = kind === CLAIMS ? 'claim' : kind === VOLUMES ? 'volume' : kind === CSI_NODES ? 'node' : undefined
    if (sort === 'node') this.limited = undefined
    if (sort === undefined) {
      this.rows = []
      this.dependents.clear()
      return
    }
    for (const key of objects) {
      const rows = this.dependents.get(`${sort}/${key}`)
      if (rows === undefined) continue
      for (const row of rows) this.rows[row] = undefined
      this.dependents.delete(`${sort}/${key}`)
    }
  }

  /** undefined: nothing is limited. */
  private of(row: number): RowUsage | undefined {
    let usage = this.rows[row]
    if (usage === undefined || ('version' in usage && usage.version !== this.snapshot.nodes.columns.versions[row])) {
      usage = this.gather(row)
      this.rows[row] = usage
    }
    return 'version' in usage ? usage : undefined
  }

  private gather(row: number): RowUsage | typeof unlimited {
    const { snapshot } = this
    const { nodes } = snapshot
    const { name } = nodes.rows[row]!
    const depends = (sort: string, key: string): void => this.depend(`${sort}/${key}`, row)
    depends('node', name)
    const node = findCsiNode(snapshot, name)
    const limits = limitsOf(node)
    if (node === undefined || limits.size === 0) return unlimited
    const attached = new Set<string>()
    const counts = new Map<string, number>()
    const add = ({ driver, id }: Attachable): void => {
      if (attached.has(id)) return
      attached.add(id)
      counts.set(driver, (counts.get(driver) ?? 0) + 1)
    }
    for (const pod of snapshot.podsOn(name)) attachables(pod, node, snapshot, depends).forEach(add)
    for (const attachment of snapshot.byIndex(ATTACHMENTS, name)) this.addAttached(attachment as VolumeAttachment, add)
    return { version: nodes.columns.versions[row]!, node, migrated: migratedOn(node), attached, counts, limits }
  }

  /** What is attached counts, whether or not a pod uses it still. */
  private addAttached({ spec }: VolumeAttachment, add: (one: Attachable) => void): void {
    const { persistentVolumeName, inlineVolumeSpec } = spec.source
    const csi = inlineVolumeSpec?.csi ?? findVolume(this.snapshot, persistentVolumeName ?? '')?.spec.csi
    if (csi !== undefined) add({ driver: spec.attacher, id: `${spec.attacher}^${csi.volumeHandle}` })
  }

  private depend(key: string, row: number): void {
    const rows = this.dependents.get(key)
    if (rows === undefined) this.dependents.set(key, new Set([row]))
    else rows.add(row)
  }
}

function ignore(): void {}

function distinct(all: readonly Attachable[]): readonly Attachable[] {
  return all.length < 2 ? all : [...new Map(all.map((one) => [one.id, one])).values()]
}

function hasRoomForOne({ attached, counts, limits }: RowUsage, { driver, id }: Attachable): boolean {
  const limit = limits.get(driver)
  return limit === undefined || (counts.get(driver) ?? 0) < limit || attached.has(id)
}

function hasRoom({ attached, counts, limits }: RowUsage, wanted: readonly Attachable[]): boolean {
  const more = new Map<string, number>()
  for (const { driver, id } of wanted) if (!attached.has(id)) more.set(driver, (more.get(driver) ?? 0) + 1)
  for (const [driver, count] of more) {
    const limit = limits.get(driver)
    if (limit !== undefined && (counts.get(driver) ?? 0) + count > limit) return false
  }
  return true
}

function limitsOf(node: CSINode | undefined): ReadonlyMap<string, number> {
  const limits = new Map<string, number>()
  for (const { name, allocatable } of node?.spec.drivers ?? [])
    if (allocatable?.count !== undefined) limits.set(name, allocatable.count)
  return limits
}
