/** Where a rule says that its violations are: `.spec.size`, `['a.b']`. Mirrors ValidFieldPath of schema/cel/validation.go upstream. */
import type { JSONSchemaProps } from '../types/apiextensions.ts'

const STEP = /^(?:\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\])/

/** The path as errors write it, below where the rule stands, and what is there; or why it leads nowhere. */
export function fieldPathOf(
  text: string,
  schema: JSONSchemaProps,
): { readonly path: string; readonly schema: JSONSchemaProps } | { readonly fault: string } {
  let [rest, path]: [string, string] = [text, '']
  let here = schema
  while (rest !== '') {
    const [step, plain, quoted] = STEP.exec(rest) ?? []
    if (step === undefined) return { fault: `expected [ or . but got: ${/^[^.[\]]*/.exec(rest)![0] || rest}` }
    const name = plain ?? quoted!.replace(/\\(.)/g, '$1')
    const isNamed: boolean = here.properties !== undefined
    const next: JSONSchemaProps | undefined = isNamed ? namedField(here, name) : additionalField(here)
    if (next === undefined) return { fault: 'does not refer to a valid field' }
    path += isNamed ? `.${name}` : `[${name}]`
    here = next
    rest = rest.slice(step.length)
  }
  // A key comes after a point where nothing stands between, as upstream.
  return { path: path.startsWith('[') ? `.${path}` : path, schema: here }
}

function namedField({ properties = {} }: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined
}

function additionalField({ additionalProperties }: JSONSchemaProps): JSONSchemaProps | undefined {
  return typeof additionalProperties === 'object' ? additionalProperties : undefined
}
