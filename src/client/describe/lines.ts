/** What descriptions of many kinds are made of. Mirrors the helpers at the end of k8s.io/kubectl/pkg/describe/describe.go. */
import { controllerOf } from '../../api/controllerRef.ts'
import { formatDuration } from '../../api/duration.ts'
import type { KubeObject, ObjectMeta } from '../../api/meta.ts'
import { sortedKeys } from '../../api/order.ts'
import { canonicalQuantity } from '../../api/quantity.ts'
import { parseTime, rfc1123 } from '../../api/time.ts'

/** Text whose tabs are columns. */
export type Lines = readonly string[]

/** Longer annotations are cut. */
const MOST_OF_AN_ANNOTATION = 140

/** `Title:`, and beside it a value. */
export function field(title: string, value: string | number | boolean | undefined): string {
  return `${title}:\t${value ?? ''}`
}

/** The same, or nothing for a value that is not there. */
export function optional(title: string, value: string | number | boolean | undefined): Lines {
  return value === undefined || value === '' ? [] : [field(title, value)]
}

/** The same with one value a line, or `<none>`. */
export function fieldOfLines(title: string, values: readonly string[]): Lines {
  const [first = '<none>', ...rest] = values
  return [field(title, first), ...rest.map((value) => `\t${value}`)]
}

/** Lines two spaces further in, once for each level. */
export function indented(lines: Lines, levels = 1): Lines {
  const space = '  '.repeat(levels)
  return lines.map((line) => space + line)
}

/** A heading, and lines below it. */
export function section(title: string, lines: Lines, levels = 1): Lines {
  return [`${title}:`, ...indented(lines, levels)]
}

/** Column headings underlined, and rows below them. */
export function columns(
  headings: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): Lines {
  return [
    headings.join('\t'),
    headings.map((heading) => '-'.repeat(heading.length)).join('\t'),
    ...rows.map((cells) => cells.map((cell) => cell ?? '').join('\t')),
  ]
}

export function labels(title: string, map: Readonly<Record<string, string>> | undefined): Lines {
  return fieldOfLines(
    title,
    sortedKeys(map).map((key) => `${key}=${map![key]}`),
  )
}

/** Annotations, but for what kubectl keeps there itself; long ones and those of several lines below their key. */
export function annotations(title: string, map: Readonly<Record<string, string>> | undefined): Lines {
  const keys = sortedKeys(map).filter((key) => key !== 'kubectl.kubernetes.io/last-applied-configuration')
  return fieldOfLines(
    title,
    keys.flatMap((key) => annotation(key, map![key]!.replace(/\n$/u, ''))),
  )
}

function annotation(key: string, value: string): readonly string[] {
  if (value.length + key.length + 2 <= MOST_OF_AN_ANNOTATION && !value.includes('\n')) return [`${key}: ${value}`]
  const most = MOST_OF_AN_ANNOTATION - 2
  const cut = value.split('\n').map((line) => (line.length > most ? `${line.slice(0, most)}...` : line))
  return [`${key}:`, ...cut.map((line) => `  ${line}`)]
}

/** How most descriptions begin. */
export function heading({ metadata }: KubeObject): Lines {
  return [field('Name', metadata.name), field('Namespace', metadata.namespace), ...labelsAndAnnotations(metadata)]
}

export function labelsAndAnnotations(metadata: Partial<ObjectMeta>): Lines {
  return [...labels('Labels', metadata.labels), ...annotations('Annotations', metadata.annotations)]
}

/** `Controlled By: ReplicaSet/web-1`, or nothing. */
export function controlledBy(object: KubeObject): Lines {
  const owner = controllerOf(object)
  return owner === undefined ? [] : [field('Controlled By', `${owner.kind}/${owner.name}`)]
}

/** `Wed, 01 Jan 2020 00:00:05 +0000`; a time that was never set is Go's zero. */
export function moment(time: string | null | undefined): string {
  const at = time ? parseTime(time) : undefined
  return at === undefined ? 'Mon, 01 Jan 0001 00:00:00 +0000' : rfc1123(at)
}

/** How long ago, or `<unknown>`. */
export function ago(time: string | null | undefined, now: number): string {
  const at = time ? parseTime(time) : undefined
  return at === undefined ? '<unknown>' : formatDuration(now - at)
}

export function yesNo(value: boolean | undefined): string {
  return value === true ? 'True' : 'False'
}

/** A list as Go prints one. */
export function goList(items: readonly string[] | undefined): string {
  return `[${(items ?? []).join(' ')}]`
}

/** An amount as the API server writes it; `0` for none. */
export function quantity(amount: string | undefined): string {
  return amount === undefined ? '0' : canonicalQuantity(amount)
}
