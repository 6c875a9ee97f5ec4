import type { ContainerImage, PodSpec } from '../../api/types/core.ts'
import type { NodeRow, NodeTable } from '../nodeTable.ts'

const NO_IMAGES: readonly ContainerImage[] = Object.freeze([])

const MIB = 1024 * 1024
const LEAST = 23 * MIB
const MOST_A_CONTAINER = 1000 * MIB

const HIGHEST = 100

const MOST_REMEMBERED = 64

/** What a set of images is worth on each row; undefined where it is worth nothing anywhere. */
type Worth = Uint8Array | undefined

/** Which nodes have which images. Mirrors pkg/scheduler/framework/plugins/imagelocality/image_locality.go. */
export class ImageIndex {
  /** Sizes by row, by name. Undefined until somebody asks. */
  private sizes: Map<string, Map<number, number>> | undefined
  private listed: (readonly ContainerImage[])[] = []
  private readonly worths = new Map<string, Worth>()
  private total = -1

  constructor(private readonly nodes: NodeTable) {}

  nodeChanged(row: number, before: NodeRow | undefined): void {
    const images = imagesOf(this.nodes.rows[row]!)
    if (this.sizes === undefined || images === (before === undefined ? NO_IMAGES : imagesOf(before))) return
    this.list(row, images)
  }

  /** Scores by row. */
  worth(spec: PodSpec): Worth {
    if (this.sizes === undefined) this.build()
    const { nodes, worths } = this
    if (this.sizes!.size === 0) return undefined
    if (this.total !== nodes.size) worths.clear()
    this.total = nodes.size
    const names = imagesIn(spec)
    const key = names.join('\n')
    if (worths.has(key)) return worths.get(key)
    if (worths.size >= MOST_REMEMBERED) worths.clear()
    const worth = this.workOut(names)
    worths.set(key, worth)
    return worth
  }

  private build(): void {
    this.sizes = new Map()
    for (const [row, known] of this.nodes.rows.entries()) this.list(row, imagesOf(known))
  }

  private list(row: number, images: readonly ContainerImage[]): void {
    const before = this.listed[row] ?? NO_IMAGES
    if (before === images) return
    const sizes = this.sizes!
    for (const name of before.flatMap(({ names = [] }) => names)) {
      const rows = sizes.get(name)
      if (rows?.delete(row) === true && rows.size === 0) sizes.delete(name)
    }
    for (const { names = [], sizeBytes = 0 } of images) {
      for (const name of names) {
        const rows = sizes.get(name)
        if (rows === undefined) sizes.set(name, new Map([[row, sizeBytes]]))
        else rows.set(row, sizeBytes)
      }
    }
    this.listed[row] = images
    this.worths.clear()
  }

  private workOut(names: readonly string[]): Worth {
    const sums = new Float64Array(this.nodes.capacity)
    for (const name of names) {
      const rows = this.sizes!.get(name)
      if (rows === undefined) continue
      const spread = rows.size / this.total
      for (const [row, size] of rows) sums[row]! += Math.trunc(size * spread)
    }
    const worth = new Uint8Array(sums.length)
    const most = MOST_A_CONTAINER * names.length
    let isAny = false
    for (let row = 0; row < sums.length; row++) {
      const sum = Math.min(Math.max(sums[row]!, LEAST), most)
      worth[row] = Math.floor((HIGHEST * (sum - LEAST)) / (most - LEAST))
      if (worth[row] !== 0) isAny = true
    }
    return isAny ? worth : undefined
  }
}

function imagesOf({ node }: NodeRow): readonly ContainerImage[] {
  return node?.status.images ?? NO_IMAGES
}

/** Of init containers too. */
function imagesIn({ initContainers = [], containers }: PodSpec): readonly string[] {
  const named: string[] = []
  for (const { image } of initContainers) named.push(tagged(image ?? ''))
  for (const { image } of containers) named.push(tagged(image ?? ''))
  return named
}

/** Mirrors normalizedImageName. */
function tagged(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name
}
