import { badRequest } from '../../api/errors.ts'
import { checkFields, refuse } from '../../api/fields.ts'
import type { Manifest } from '../../api/manifest.ts'
import { toleratesTaint } from '../../api/tolerations.ts'
import type { Node, Pod, PodSpec, Taint, Toleration } from '../../api/types/core.ts'
import type { RandomStream } from '../../kernel/random.ts'
import type { Amounts } from '../../api/podRequests.ts'
import { askedBy, offeredBy, shareOf } from './amounts.ts'
import { podName, positive } from './checks.ts'
import { type PodShape, type WeightedTemplate, weightedTemplates } from './shapes.ts'
import { streamsOf } from './streams.ts'

export interface PartFullOptions {
  /** How full, as a share of what all nodes have of the resource: above 0, at most 1. */
  readonly share: number
  /** `cpu`, `memory`, `pods`, or the name of an extended resource. */
  readonly resource: string
  readonly sizes: PodShape | readonly PodShape[]
  /** A whole number. */
  readonly seed: number
  /** What the pods are named after: `filler-0`, …. Default `filler`. */
  readonly name?: string
}

const FIELDS: readonly string[] = ['share', 'resource', 'sizes', 'seed', 'name']

/** What a pod may say of where it runs: filling goes by amounts alone and would not heed it. */
const PLACED_BY: readonly (keyof PodSpec)[] = [
  'nodeName',
  'nodeSelector',
  'affinity',
  'topologySpreadConstraints',
  'schedulingGates',
  'resourceClaims',
]

/**
 * Pods that are bound already, drawn until they ask for a share of what the nodes have: over the share by less than the
 * last pod. Each goes to a node that is drawn among those with room for it, in every resource and in number of pods, whose
 * taints it tolerates; none is over-committed. Where a shape fits nowhere any more, the others go on.
 *
 * Throws BadRequest that names the place, or says how full is as full as it gets.
 */
export function partFull(nodes: readonly Manifest<Node>[], options: PartFullOptions): readonly Manifest<Pod>[] {
  checkFields(options, 'partFull', 'options', FIELDS)
  const { resource, seed } = options
  const share = positive(options.share, 'partFull.share', 1)
  const name = podName(options.name ?? 'filler', 'partFull.name')
  if (typeof resource !== 'string') throw refuse('partFull.resource', resource, 'the name of a resource')
  if (!Array.isArray(nodes)) throw refuse('partFull.nodes', nodes, 'a list of nodes')
  const rooms = (nodes as readonly Manifest<Node>[]).map(roomOf)
  const capacity = rooms.reduce((sum, { left }) => sum + (left.get(resource) ?? 0), 0)
  if (!(capacity > 0)) throw badRequest(`partFull: none of the ${nodes.length} nodes has ${resource}`)
  const shapes = weightedTemplates(options.sizes, 'partFull.sizes').map(shapeOf)
  if (!shapes.some(({ asks }) => (asks.get(resource) ?? 0) > 0))
    throw badRequest(`partFull.sizes: none of the ${shapes.length} shapes asks for ${resource}`)
  return fill({ name, resource, target: shareOf(capacity, share), capacity }, rooms, shapes, streamsOf(seed))
}

interface Room {
  readonly node: string
  readonly left: Amounts
  readonly taints: readonly Taint[]
}

interface Shape extends WeightedTemplate {
  readonly asks: Amounts
  readonly tolerations: readonly Toleration[]
}

interface Goal {
  readonly name: string
  readonly resource: string
  readonly target: number
  readonly capacity: number
}

const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

function roomOf(node: Manifest<Node>, index: number): Room {
  const name = node.metadata?.name
  if (name === undefined || name === '') throw refuse(`partFull.nodes[${index}].metadata.name`, name, 'a name')
  const taints = (node.spec?.taints ?? []) as readonly Taint[]
  const cordoned = node.spec?.unschedulable === true ? [UNSCHEDULABLE] : []
  const heeded = [...taints, ...cordoned].filter(({ effect }) => effect !== 'PreferNoSchedule')
  return { node: name, left: offeredBy(node), taints: heeded }
}

function shapeOf(weighted: WeightedTemplate): Shape {
  const { spec, named } = weighted.template
  const unheeded = PLACED_BY.find((field) => spec[field] !== undefined)
  if (unheeded !== undefined)
    throw badRequest(`partFull.sizes: pods are placed by what they ask for alone; spec.${unheeded} would not be heeded`)
  if (spec.containers?.some(({ ports = [] }) => ports.some(({ hostPort }) => hostPort !== undefined && hostPort > 0)))
    throw badRequest('partFull.sizes: pods are placed by what they ask for alone; a hostPort would not be heeded')
  return { ...weighted, asks: askedBy(named('shape')), tolerations: (spec.tolerations ?? []) as readonly Toleration[] }
}

function fill(
  { name, resource, target, capacity }: Goal,
  rooms: readonly Room[],
  all: readonly Shape[],
  streams: (name: string) => RandomStream,
): readonly Manifest<Pod>[] {
  const sizes = streams(`${name}/sizes`)
  const places = streams(`${name}/nodes`)
  const pods: Manifest<Pod>[] = []
  let shapes = all
  let full = 0
  while (full < target) {
    if (shapes.every(({ asks }) => !asks.get(resource)))
      throw badRequest(
        `partFull: ${resource} can be filled to ${percent(full / capacity)} of the ${percent(target / capacity)} asked ` +
          'for: then no shape that asks for it fits on any node',
      )
    const shape = drawn(shapes, sizes)
    const room = placeFor(shape, rooms, places)
    if (room === undefined) shapes = shapes.filter((other) => other !== shape)
    else {
      for (const [what, amount] of shape.asks) room.left.set(what, (room.left.get(what) ?? 0) - amount)
      full += shape.asks.get(resource) ?? 0
      pods.push(shape.template.named(`${name}-${pods.length}`, room.node))
    }
  }
  return pods
}

function drawn(shapes: readonly Shape[], stream: RandomStream): Shape {
  let left = stream.fraction() * shapes.reduce((sum, { weight }) => sum + weight, 0)
  return shapes.find(({ weight }) => (left -= weight) < 0) ?? shapes.at(-1)!
}

/** How often a node is drawn before all are looked at: mostly the first has room. */
const TRIES = 8

function placeFor(shape: Shape, rooms: readonly Room[], stream: RandomStream): Room | undefined {
  for (let tries = 0; tries < TRIES; tries++) {
    const room = stream.pick(rooms)
    if (holds(room, shape)) return room
  }
  const fitting = rooms.filter((room) => holds(room, shape))
  return fitting.length === 0 ? undefined : stream.pick(fitting)
}

function holds({ left, taints }: Room, { asks, tolerations }: Shape): boolean {
  for (const [name, amount] of asks) if (amount > 0 && amount > (left.get(name) ?? 0)) return false
  return taints.every((taint) => tolerations.some((toleration) => toleratesTaint(toleration, taint)))
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}
