import { callOptions } from '../api/callOptions.ts'
import type { KubeObject } from '../api/meta.ts'
import { lastAppliedAnnotation } from '../api/patches/lastApplied.ts'
import type { Difference, DiffSide, ObjectRef } from './difference.ts'
import { fieldDifferences, type Place } from './fields.ts'
import { differenceLines, yamlLines } from './yamlText.ts'

export interface DiffTextOptions {
  /** Leaves nothing out. */
  readonly everything?: boolean | undefined
  /** Of what was created or deleted, only says so. */
  readonly brief?: boolean | undefined
}

interface Sides {
  readonly from: DiffSide
  readonly to: DiffSide
  readonly differences: readonly Difference[]
}

const marks = { created: '+', deleted: '-', changed: '~', replaced: '~' } as const

/** Fields of every object that differ whenever anything does, or say what other fields say; and all that is in them. */
const noise: readonly string[] = Object.freeze([
  'metadata.managedFields',
  'metadata.resourceVersion',
  `metadata.annotations[${JSON.stringify(lastAppliedAnnotation)}]`,
])

/** Differences like a diff of YAML. Throws BadRequest for an option that is none. */
export function diffText({ from, to, differences }: Sides, given: DiffTextOptions): string {
  const options = callOptions<DiffTextOptions>('text', given, ['everything', 'brief'])
  const everything = options.everything === true
  const blocks = [`--- ${sideText(from)}\n+++ ${sideText(to)}`]
  let events = 0
  let others = 0
  for (const difference of differences) {
    if (!everything && difference.ref.kind === 'Event') {
      events++
      continue
    }
    const isSaid = options.brief === true && difference.change !== 'changed'
    const lines = isSaid ? [] : linesOf(difference, everything)
    if (lines.length === 0 && !isSaid) others++
    else blocks.push([headOf(difference), ...lines].join('\n'))
  }
  if (blocks.length === 1) blocks.push('Nothing differs.')
  const left = [
    ...(events === 0 ? [] : [events === 1 ? '1 Event' : `${events} Events`]),
    ...(others === 0 ? [] : [`what always changes of ${others === 1 ? '1 object' : `${others} objects`}`]),
  ]
  if (left.length > 0) blocks.push(`Left out: ${left.join(', ')}.`)
  return `${blocks.join('\n\n')}\n`
}

function sideText({ revision, time }: DiffSide): string {
  return `revision ${revision}, ${time}`
}

function headOf({ change, ref }: Difference): string {
  return `${marks[change]} ${refText(ref)}${change === 'replaced' ? ' (deleted and created again)' : ''}`
}

/** `apps/v1 Deployment default/web` */
function refText({ apiVersion, kind, namespace, name }: ObjectRef): string {
  return `${apiVersion} ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}

function linesOf({ before, after }: Difference, everything: boolean): readonly string[] {
  if (before === undefined) return wholeLines(after!, everything).map((line) => `+ ${line}`)
  if (after === undefined) return wholeLines(before, everything).map((line) => `- ${line}`)
  const places = fieldDifferences(before, after)
  return differenceLines(everything ? places : places.filter((place) => !isNoise(before.kind, place)))
}

export function isNoise(kind: string, { path }: Place): boolean {
  if (noise.some((field) => path.startsWith(field)) || path.endsWith('conditions[]')) return true
  if (kind === 'Lease') return path === 'spec.renewTime'
  return kind === 'Node' && /^status\.conditions\[type=\w+\]\.lastHeartbeatTime$/u.test(path)
}

function wholeLines(object: KubeObject, everything: boolean): readonly string[] {
  if (everything) return yamlLines(object)
  const { managedFields: _, resourceVersion: __, annotations = {}, ...metadata } = object.metadata
  const told = Object.entries(annotations).filter(([key]) => key !== lastAppliedAnnotation)
  const notes = told.length === 0 ? {} : { annotations: Object.fromEntries(told) }
  return yamlLines({ ...object, metadata: { ...metadata, ...notes } })
}
