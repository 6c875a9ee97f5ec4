import type { KubeObject } from '../api/meta.ts'
import type { KubeEvent, Node, Pod } from '../api/types/core.ts'
import type { CommittedChange } from './committedChange.ts'
import { isNoise } from './diffText.ts'
import { type FieldDifference, fieldDifferences } from './fields.ts'
import { nameOf, readinessOf, stateOf } from './happenings.ts'

/** So many fields are named. */
const fewFields = 3

type Deed = (object: KubeObject, previous: KubeObject, name: string) => string | undefined

/** What a change did, in the past tense and without who did it: `bound pod/web-1 to node-2`. */
export function deedOf({ type, object, previous }: CommittedChange): string {
  const name = `${nameOf(object.kind, object.metadata)}`
  if (type === 'DELETED') return `deleted ${name}`
  if (previous === undefined) return `created ${created(object, name)}`
  for (const tell of [deletion, ...(byKind[object.kind] ?? []), replicas]) {
    const told = tell(object, previous, name)
    if (told !== undefined) return told
  }
  return changed(object, previous, name)
}

/** Whether a change did anything but renew what is renewed all the time. */
export function isDeed({ type, object, previous }: CommittedChange): boolean {
  if (type !== 'MODIFIED' || previous === undefined) return true
  return differences(object, previous).length > 0
}

function created(object: KubeObject, name: string): string {
  if (object.kind === 'Event') {
    const { reason = '', message = '' } = object as KubeEvent
    return `${name}: ${reason}: ${message.trim()}`
  }
  if (object.kind === 'Pod' && (object as Pod).spec.nodeName) return `${name} on ${(object as Pod).spec.nodeName!}`
  const asked = replicasOf(object)
  return asked === undefined ? name : `${name}, which asks for ${pods(asked)}`
}

function pods(count: number): string {
  return count === 1 ? '1 pod' : `${count} pods`
}

/** How many pods an object asks for; undefined where that is not said. */
function replicasOf(object: KubeObject): number | undefined {
  const { replicas } = (object as { readonly spec?: { readonly replicas?: unknown } }).spec ?? {}
  return typeof replicas === 'number' ? replicas : undefined
}

function deletion({ metadata, kind }: KubeObject, previous: KubeObject, name: string): string | undefined {
  if (metadata.deletionTimestamp === undefined || previous.metadata.deletionTimestamp !== undefined) return undefined
  const { deletionGracePeriodSeconds: grace = 0 } = metadata
  return `asked for the deletion of ${name}${kind === 'Pod' ? ` within ${grace} s` : ''}`
}

const byKind: Readonly<Record<string, readonly Deed[]>> = Object.freeze({
  Pod: [binding, podState],
  Node: [readiness, taints, cordon],
})

function binding(pod: KubeObject, previous: KubeObject, name: string): string | undefined {
  const [before, after] = [(previous as Pod).spec.nodeName, (pod as Pod).spec.nodeName]
  return after && before !== after ? `bound ${name} to ${after}` : undefined
}

function podState(object: KubeObject, before: KubeObject, name: string): string | undefined {
  const [pod, previous] = [object as Pod, before as Pod]
  const refusal = unscheduledOf(pod)
  if (refusal !== undefined && refusal !== unscheduledOf(previous)) return `found no node for ${name}: ${refusal}`
  const state = stateOf(pod)
  return state === stateOf(previous) ? undefined : `reported ${name} as ${state}`
}

/** Why the scheduler found no node; undefined for a pod of which it did not say so. */
function unscheduledOf({ status }: Pod): string | undefined {
  const condition = status.conditions?.find(({ type }) => type === 'PodScheduled')
  return condition?.status === 'False' ? condition.message : undefined
}

function readiness(node: KubeObject, previous: KubeObject, name: string): string | undefined {
  const [before, after] = [readinessOf(previous as Node), readinessOf(node as Node)]
  if (before === after) return undefined
  return `marked ${name} ${after === 'True' ? 'ready' : after === 'False' ? 'not ready' : 'unknown'}`
}

function taints(node: KubeObject, previous: KubeObject, name: string): string | undefined {
  const [before, after] = [taintsOf(previous as Node), taintsOf(node as Node)]
  const put = after.filter((taint) => !before.includes(taint))
  const taken = before.filter((taint) => !after.includes(taint))
  if (put.length > 0) return `put the taint ${put.join(' and ')} on ${name}`
  return taken.length > 0 ? `took the taint ${taken.join(' and ')} off ${name}` : undefined
}

function taintsOf({ spec }: Node): readonly string[] {
  return (spec.taints ?? []).map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`)
}

function cordon(node: KubeObject, previous: KubeObject, name: string): string | undefined {
  const [before, after] = [(previous as Node).spec.unschedulable === true, (node as Node).spec.unschedulable === true]
  return before === after ? undefined : `${after ? 'cordoned' : 'uncordoned'} ${name}`
}

function replicas(object: KubeObject, previous: KubeObject, name: string): string | undefined {
  const [before, after] = [replicasOf(previous), replicasOf(object)]
  if (before === undefined || after === undefined || before === after) return undefined
  return `scaled ${name} from ${before} to ${after}`
}

/** The fields, those that the object asks by before those that it reports. */
function changed(object: KubeObject, previous: KubeObject, name: string): string {
  const found = differences(object, previous)
  const asked = found.filter(({ path }) => !/^(?:status|metadata\.generation)\b/u.test(path))
  const told = asked.length > 0 ? asked : found.filter(({ path }) => !isBookkeeping(path))
  const fields = told.length > 0 ? told : found
  if (fields.length === 0) return `renewed ${name}`
  const rest = fields.length > fewFields ? ` and ${fields.length - fewFields} more` : ''
  const list = fields.slice(0, fewFields).map(fieldText).join(', ')
  return asked.length > 0 ? `changed ${name}: ${list}${rest}` : `reported of ${name}: ${list}${rest}`
}

function isBookkeeping(path: string): boolean {
  return path === 'metadata.generation' || path.endsWith('.observedGeneration') || /\.last\w+Time$/u.test(path)
}

function differences(object: KubeObject, previous: KubeObject): readonly FieldDifference[] {
  return fieldDifferences(previous, object).filter((place) => !isNoise(object.kind, place))
}

/** `spec.replicas 2 → 3`; values that take more than a few words are not told. */
function fieldText({ path, before, after }: FieldDifference): string {
  const field = path.replace(/^status\./u, '')
  const [was, is] = [brief(before), brief(after)]
  if (was === undefined || is === undefined) return field
  return before === undefined ? `${field} ${is}` : after === undefined ? `no ${field}` : `${field} ${was} → ${is}`
}

function brief(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value.length <= 40 && !value.includes('\n') ? value || '""' : undefined
}
