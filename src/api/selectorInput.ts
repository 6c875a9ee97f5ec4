import { badRequest } from './errors.ts'
import { checkKnown, type Fields, objectAt } from './fields.ts'
import { said } from './said.ts'
import { nearestName } from './schema/nearest.ts'
import type { LabelSelectorInput } from './selectors.ts'

const place = 'labelSelector'
const ofSelectors: readonly string[] = Object.freeze(['matchLabels', 'matchExpressions'])
const ofExpressions: readonly string[] = Object.freeze(['key', 'operator', 'values'])

/**
 * A label selector as a caller may give it: one of another form would choose everything, or nothing, in silence. What it
 * says is checked where it is read. Throws BadRequest.
 */
export function selectorInput(given: unknown): LabelSelectorInput {
  if (typeof given === 'string') return given
  // A Map is an object too, and one without fields.
  if (Object.prototype.toString.call(given) !== '[object Object]')
    throw badRequest(`${place}: expected a string or an object, got ${kindOf(given)}`)
  const fields = given as Fields
  if (ofSelectors.some((name) => name in fields)) checkSelector(fields)
  else checkLabels(fields, place, ofSelectors)
  return fields as LabelSelectorInput
}

function checkSelector(fields: Fields): void {
  checkKnown(fields, place, ofSelectors)
  const { matchLabels, matchExpressions = [] } = fields
  if (matchLabels !== undefined) checkLabels(objectAt(matchLabels, `${place}.matchLabels`), `${place}.matchLabels`, [])
  if (!Array.isArray(matchExpressions))
    throw badRequest(`${place}.matchExpressions: expected a list, got ${said(matchExpressions)}`)
  for (const [index, expression] of matchExpressions.entries())
    checkExpression(expression, `${place}.matchExpressions[${index}]`)
}

function checkExpression(given: unknown, path: string): void {
  const { key, operator, values = [] } = objectAt(given, path, ofExpressions)
  for (const [name, value] of Object.entries({ key, operator })) checkText(value, `${path}.${name}`)
  if (!Array.isArray(values)) throw badRequest(`${path}.values: expected a list, got ${said(values)}`)
  for (const [index, value] of values.entries()) checkText(value, `${path}.values[${index}]`)
}

/** `others`: names that may have been meant where what is said is no label. */
function checkLabels(labels: Fields, path: string, others: readonly string[]): void {
  for (const [name, value] of Object.entries(labels)) {
    const meant = typeof value === 'string' ? undefined : nearestName(name, others)
    if (meant !== undefined) throw badRequest(`${path}.${name}: unknown; did you mean ${JSON.stringify(meant)}?`)
    checkText(value, `${path}[${JSON.stringify(name)}]`)
  }
}

function checkText(value: unknown, path: string): void {
  if (typeof value !== 'string')
    throw badRequest(`${path}: expected a string, got ${value === undefined ? 'nothing' : said(value)}`)
}

function kindOf(given: unknown): string {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return said(given)
  return `a ${Object.prototype.toString.call(given).slice('[object '.length, -1)}`
}
