/** The rules of a definition's versions. Mirrors validateCustomResourceDefinitionVersion and its neighbours upstream. */
import { type Patterns } from '../../api/customSchema/patterns.ts'
import { defaultErrors } from '../../api/customSchema/defaultErrors.ts'
import { expressionErrors } from '../../api/customSchema/expressionErrors.ts'
import { fieldPathOf } from '../../api/customSchema/fieldPaths.ts'
import { schemaErrors } from '../../api/customSchema/rules.ts'
import { isReadable, structuralErrors } from '../../api/customSchema/structural.ts'
import { duplicate, forbidden, invalid, required, tooMany } from '../../api/fieldErrors.ts'
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
  JSONSchemaProps,
} from '../../api/types/apiextensions.ts'
import { byteLength, unprintables } from '../../api/utf8.ts'
import { equal } from '../equal.ts'
import type { Errors } from '../validation/common.ts'

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
const MOST_SELECTABLE = 8
const LONGEST_WARNING = 256
/** What a schema may say at its root when the status, a part of it, can be written alone. */
const AT_ROOT: ReadonlySet<string> = new Set([
  'description',
  'type',
  'format',
  'title',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'multipleOf',
  'required',
  'items',
  'properties',
  'externalDocs',
  'example',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
])

/** What versions may say each for itself, or all alike. */
const PARTS = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const
type Part = (typeof PARTS)[number]
type Parts = Partial<Pick<CustomResourceDefinitionVersion, Part>>

/**
 * Upstream, what all versions say alike is moved to the spec before anything looks at it, and refused under that path.
 * Mirrors Convert_v1_CustomResourceDefinitionSpec_To_apiextensions_CustomResourceDefinitionSpec.
 */
export function checkParts(
  versions: readonly CustomResourceDefinitionVersion[],
  before: readonly CustomResourceDefinitionVersion[],
  errors: Errors,
): void {
  const [first] = versions
  if (first === undefined) return
  const hadSchema = ({ name, schema }: CustomResourceDefinitionVersion): boolean =>
    before.some((version) => version.name === name && equal(version.schema, schema))
  const shared = PARTS.filter((part) => versions.every((version) => equal(version[part], first[part])))
  for (const [i, version] of versions.entries()) {
    const at = `spec.versions[${i}]`
    if (version.schema?.openAPIV3Schema === undefined) errors.push(required(`${at}.schema.openAPIV3Schema`))
    for (const said of warningErrors(version)) {
      errors.push(invalid(`${at}.deprecationWarning`, version.deprecationWarning, said))
    }
    const own = PARTS.filter((part) => !shared.includes(part))
    const paths = {
      at,
      schema: `${at}.schema`,
      isKept: hadSchema(version),
      lacking: 'may only be set when `version.schema.openAPIV3Schema` is not included',
    }
    checkPart(partsOf(version, own), version.subresources?.status !== undefined, paths, errors)
  }
  const hasStatus = versions.some(({ subresources }) => subresources?.status !== undefined)
  const paths = {
    at: 'spec',
    schema: 'spec.validation',
    isKept: hadSchema(first),
    lacking: 'may only be set when validations.schema is included',
  }
  checkPart(partsOf(first, shared), hasStatus, paths, errors)
}

function partsOf(version: CustomResourceDefinitionVersion, names: readonly Part[]): Parts {
  return Object.fromEntries(names.map((name) => [name, version[name]]))
}

/** Where parts stand, and what is said of selectable fields without a schema beside them. */
interface Paths {
  readonly at: string
  readonly schema: string
  /** Whether the schema is what it was before an update. */
  readonly isKept: boolean
  readonly lacking: string
}

function checkPart(parts: Parts, hasStatus: boolean, paths: Paths, errors: Errors): void {
  const { at, lacking } = paths
  const { schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = parts
  const root = schema?.openAPIV3Schema
  if (root !== undefined) checkRoot(root, hasStatus, paths, errors)
  if (subresources?.scale !== undefined) checkScale(subresources.scale, `${at}.subresources.scale`, errors)
  for (const [i, column] of additionalPrinterColumns.entries()) {
    checkColumn(column, `${at}.additionalPrinterColumns[${i}]`, errors)
  }
  const fields = `${at}.selectableFields`
  if (selectableFields.length > 0 && root === undefined) errors.push(invalid(fields, '', lacking))
  if (root === undefined) return
  const seen = new Set<string>()
  for (const [i, { jsonPath = '' }] of selectableFields.entries()) {
    const where = `${fields}[${i}].jsonPath`
    checkSelectable(jsonPath, root, where, errors)
    if (seen.has(jsonPath)) errors.push(duplicate(where, jsonPath))
    if (jsonPath !== '') seen.add(jsonPath)
  }
  if (seen.size > MOST_SELECTABLE) errors.push(tooMany(fields, seen.size, MOST_SELECTABLE))
}

/** Mirrors validateDeprecationWarning. */
function warningErrors({ deprecated, deprecationWarning }: CustomResourceDefinitionVersion): readonly string[] {
  if (deprecationWarning === undefined) return []
  if (deprecated !== true) return ['can only be set for deprecated versions']
  const said = byteLength(deprecationWarning) > LONGEST_WARNING ? [`must be <= ${LONGEST_WARNING} characters long`] : []
  if (deprecationWarning === '') said.push('must not be an empty string')
  const [odd] = unprintables(deprecationWarning)
  if (odd === undefined) return said
  const detail = `non-printable character found at index ${odd.position}`
  return [...said, `must only contain printable UTF-8 characters; ${detail}`]
}

function checkRoot(root: JSONSchemaProps, hasStatus: boolean, { schema, isKept }: Paths, errors: Errors): void {
  const path = `${schema}.openAPIV3Schema`
  const patterns: Patterns = new Map()
  if (hasStatus && root.type && root.type !== 'object') {
    const detail = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
    errors.push(invalid(`${path}.type`, root.type, detail))
  }
  if (root.nullable === true) errors.push(forbidden(`${path}.nullable`, 'nullable cannot be true at the root'))
  const others = Object.keys(root).filter((field) => !AT_ROOT.has(field))
  if (hasStatus && others.length > 0) {
    const detail = `only ${[...AT_ROOT].join(', ')} fields are allowed at the root of the schema if the status subresource is enabled`
    errors.push(invalid(path, others.sort().join(', '), detail))
  }
  const said = schemaErrors(root, path)
  if (!isReadable(root)) {
    errors.push(...said)
    if (said.length === 0) errors.push(invalid(path, '', "OpenAPIV3Schema 'schema' is not supported"))
    return
  }
  const structural = structuralErrors(root, path, patterns)
  const defaults = structural.length > 0 ? [] : defaultErrors(root, path, patterns)
  errors.push(...structural, ...defaults, ...said)
  if (structural.length + defaults.length === 0) errors.push(...expressionErrors(root, path, said, isKept))
}

function checkScale(scale: CustomResourceSubresourceScale, at: string, errors: Errors): void {
  checkUnder(scale.specReplicasPath, ['.spec.'], '.spec', `${at}.specReplicasPath`, errors)
  checkUnder(scale.statusReplicasPath, ['.status.'], '.status', `${at}.statusReplicasPath`, errors)
  if (scale.labelSelectorPath) {
    const parents = 'either .spec or .status'
    checkUnder(scale.labelSelectorPath, ['.spec.', '.status.'], parents, `${at}.labelSelectorPath`, errors)
  }
}

function checkUnder(
  path: string | undefined,
  starts: readonly string[],
  parents: string,
  at: string,
  errors: Errors,
): void {
  if (!path) errors.push(required(at))
  else if (!path.startsWith('.')) errors.push(invalid(at, path, 'must be a simple json path starting with .'))
  else if (!starts.some((start) => path.startsWith(start))) {
    errors.push(invalid(at, path, `should be a json path under ${parents}`))
  }
}

function checkColumn(column: CustomResourceColumnDefinition, at: string, errors: Errors): void {
  const { name, type, format, jsonPath } = column
  const types = `must be one of ${COLUMN_TYPES.join(',')}`
  if (!name) errors.push(required(`${at}.name`))
  if (!type) errors.push(required(`${at}.type`, types))
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalid(`${at}.type`, type, types))
  if (format && !COLUMN_FORMATS.includes(format)) {
    errors.push(invalid(`${at}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`))
  }
  // As the internal version calls it.
  if (!jsonPath) errors.push(required(`${at}.JSONPath`))
  else if (!jsonPath.startsWith('.')) {
    errors.push(invalid(`${at}.JSONPath`, jsonPath, 'must be a simple json path starting with .'))
  }
}

/** A field that can be selected by is a scalar of the schema, and none of metadata. */
function checkSelectable(path: string, root: JSONSchemaProps, at: string, errors: Errors): void {
  if (path === '') {
    errors.push(required(at))
    return
  }
  const found = path.includes('[') ? { fault: 'array notation is not allowed' } : fieldPathOf(path, root)
  if ('fault' in found) {
    errors.push(invalid(at, path, `is an invalid path: ${found.fault}`))
    return
  }
  if (path.split('.')[1] === 'metadata') errors.push(invalid(at, path, 'must not point to fields in metadata'))
  if (!['string', 'boolean', 'integer'].includes(found.schema.type ?? '')) {
    const detail =
      'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'
    errors.push(invalid(at, path, detail))
  }
}
