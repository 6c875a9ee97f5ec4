/**
 * Field selectors: `status.phase=Running,spec.nodeName!=node-1`. Only equality, as upstream;
 * words mirror staging/src/k8s.io/apimachinery/pkg/fields/selector.go.
 */
import { badRequest } from './errors.ts'

export interface FieldRequirement {
  readonly field: string
  readonly equal: boolean
  readonly value: string
}

export type FieldSelector = readonly FieldRequirement[]

/** Reads the text; throws BadRequest for a term it cannot read. A backslash keeps a `,`, `=` or `\` of a value. */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements: FieldRequirement[] = []
  for (const term of splitTerms(text)) {
    if (term === '') continue
    const match = /^((?:[^=!\\]|\\.|!(?!=))*)(!=|==|=)(.*)$/s.exec(term)
    if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
    requirements.push({ field: match[1] ?? '', equal: match[2] !== '!=', value: unescaped(match[3] ?? '', text) })
  }
  return requirements
}

/**
 * Throws BadRequest for a field that lists of this resource cannot be filtered by; `isUsual`: those of most kinds, for
 * which DefaultMetaV1FieldSelectorConversion of apimachinery/pkg/runtime speaks.
 */
export function checkFieldSelector(
  selector: FieldSelector,
  supported: (field: string) => boolean,
  isUsual: boolean,
): void {
  for (const { field } of selector) {
    if (supported(field)) continue
    const usual = `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
    throw badRequest(isUsual ? usual : `field label not supported: ${field}`)
  }
}

export function matchesFieldSelector(selector: FieldSelector, valueOf: (field: string) => string): boolean {
  for (const { field, equal, value } of selector) if ((valueOf(field) === value) !== equal) return false
  return true
}

export function formatFieldSelector(selector: FieldSelector): string {
  return selector.map(({ field, equal, value }) => `${field}${equal ? '=' : '!='}${escaped(value)}`).join(',')
}

function splitTerms(text: string): readonly string[] {
  const terms: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === ',') {
      terms.push(text.slice(start, i))
      start = i + 1
    }
  }
  terms.push(text.slice(start))
  return terms
}

function escaped(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&')
}

function unescaped(value: string, text: string): string {
  if (/(^|[^\\])(\\\\)*(=|\\$|\\[^\\,=])/.test(value))
    throw badRequest(`invalid selector: '${text}'; can't understand '${value}'`)
  return value.replace(/\\([\\,=])/g, '$1')
}
