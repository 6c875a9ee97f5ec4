import { DUMP_SCHEMA, dump, realMapTag } from 'js-yaml'
import { byCodeUnit } from '../api/order.ts'
import { identityOf, isFields, type Place, type Step } from './fields.ts'

/** As kubectl writes it: what anybody would read as something else is quoted; lists are not indented. */
const style = Object.freeze({
  // Maps, since the fields of an object would not keep their order.
  schema: DUMP_SCHEMA.withTags(realMapTag),
  lineWidth: -1,
  seqNoIndent: true,
  noRefs: true,
  quoteStyle: 'double',
} as const)

/** A value as lines of YAML, fields by name. */
export function yamlLines(value: unknown): readonly string[] {
  return dump(ordered(value), style).trimEnd().split('\n')
}

/** The same with fields in order; elements of lists begin with what they are known by. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const first = identityOf([value])
    return value.map((element) => (isFields(element) ? orderedFields(element, first) : ordered(element)))
  }
  return isFields(value) ? orderedFields(value, undefined) : value
}

/** A map: of a plain object, fields that look like numbers would come first. */
function orderedFields(fields: Readonly<Record<string, unknown>>, first: string | undefined): Map<string, unknown> {
  const names = Object.keys(fields).filter((name) => fields[name] !== undefined && name !== first)
  names.sort(byCodeUnit)
  if (first !== undefined) names.unshift(first)
  return new Map(names.map((name) => [name, ordered(fields[name])]))
}

/** Differences as lines: `-` before, `+` after, each below the fields and elements that it is in. */
export function differenceLines(places: readonly Place[]): readonly string[] {
  const lines: string[] = []
  let shown: readonly Step[] = []
  for (const { steps, before, after } of places) {
    const parents = steps.slice(0, -1)
    let known = 0
    while (known < parents.length && known < shown.length && isSame(parents[known]!, shown[known]!)) known++
    for (let depth = known; depth < parents.length; depth++)
      lines.push(`  ${indentOf(steps, depth)}${headOf(parents[depth]!)}`)
    shown = parents
    const indent = indentOf(steps, parents.length)
    const [was, is] = [linesAt(steps.at(-1), before), linesAt(steps.at(-1), after)]
    for (const [mark, line] of marked(was, is)) lines.push(`${mark} ${indent}${line}`)
  }
  return lines
}

type Marked = readonly [mark: '-' | '+' | ' ', line: string]

/**
 * What changed between lines that begin alike, such as those of a long text: what stands between their common beginning
 * and their common end, with a line of each.
 */
function marked(before: readonly string[], after: readonly string[]): readonly Marked[] {
  const least = Math.min(before.length, after.length)
  let start = 0
  while (start < least && before[start] === after[start]) start++
  let end = 0
  while (end < least - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const context = (from: number, to: number): Marked[] => before.slice(from, to).map((line) => [' ', line])
  const gap = (count: number): Marked[] => (count > 0 ? [[' ', '  …']] : [])
  const head = start === 0 ? [] : [...context(0, 1), ...gap(start - 2), ...context(Math.max(1, start - 1), start)]
  const tail = [...context(before.length - end, before.length - end + Math.min(1, end)), ...gap(end - 1)]
  return [
    ...head,
    ...before.slice(start, before.length - end).map((line): Marked => ['-', line]),
    ...after.slice(start, after.length - end).map((line): Marked => ['+', line]),
    ...tail,
  ]
}

function isSame(a: Step, b: Step): boolean {
  if ('field' in a) return 'field' in b && a.field === b.field
  if ('index' in a) return 'index' in b && a.index === b.index
  if ('order' in a) return 'order' in b
  return 'key' in b && a.key === b.key && a.value === b.value
}

/** Where a step of a way stands: what is in a field is indented, but for the elements of a list. */
function indentOf(steps: readonly Step[], depth: number): string {
  let indent = ''
  for (let index = 0; index < depth; index++) {
    const next = steps[index + 1]
    if (!('field' in steps[index]!) || next === undefined || 'field' in next) indent += '  '
  }
  return indent
}

/** The line under which the rest of the way stands. */
function headOf(step: Step): string {
  if ('index' in step) return `- # ${step.index}`
  if ('order' in step) return ''
  if ('key' in step) return `- ${yamlLines({ [step.key]: step.value })[0]!}`
  return yamlLines({ [step.field]: null })[0]!.replace(/ null$/u, '')
}

function linesAt(step: Step | undefined, value: unknown): readonly string[] {
  if (value === undefined) return []
  if (step === undefined) return yamlLines(value)
  if ('order' in step) return [`# in this order: ${(value as readonly unknown[]).join(', ')}`]
  return yamlLines('field' in step ? { [step.field]: value } : [value])
}
