/** When a webhook is asked at all, in CEL. Mirrors validateMatchConditions of pkg/apis/admissionregistration/validation. */
import { ConstantError, ExpressionErrors, LackingError, shownErrors } from '../../api/cel/ast.ts'
import { compileExpression } from '../../api/cel/compiler.ts'
import { BOOL, DYN, INT, list, map, shownType, STRING, TIMESTAMP, type Type } from '../../api/cel/types.ts'
import { duplicate, invalid, required, tooMany } from '../../api/fieldErrors.ts'
import type { MatchCondition } from '../../api/types/admissionregistration.ts'
import type { Errors } from '../validation/common.ts'
import { checkQualifiedName } from '../validation/common.ts'

const MOST_CONDITIONS = 64

const object = (fields: Readonly<Record<string, Type>>): Type => ({
  kind: 'object',
  fields: new Map(Object.entries(fields)),
})
const strings = (...names: readonly string[]): Readonly<Record<string, Type>> =>
  Object.fromEntries(names.map((name) => [name, STRING]))

const KIND = object(strings('group', 'version', 'kind'))
const RESOURCE = object(strings('group', 'version', 'resource'))
const USER = object({ ...strings('username', 'uid'), groups: list(STRING), extra: map(STRING, list(STRING)) })
const REQUEST = object({
  ...strings('subResource', 'requestSubResource', 'name', 'namespace', 'operation'),
  kind: KIND,
  resource: RESOURCE,
  requestKind: KIND,
  requestResource: RESOURCE,
  userInfo: USER,
  dryRun: BOOL,
  options: DYN,
})
const NAMESPACE = object({
  metadata: object({
    ...strings('name', 'generateName', 'namespace', 'UID', 'resourceVersion'),
    labels: map(STRING, STRING),
    annotations: map(STRING, STRING),
    creationTimestamp: TIMESTAMP,
    deletionTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    generation: INT,
    finalizers: list(STRING),
  }),
  spec: object({ finalizers: list(STRING) }),
  status: object({
    conditions: list(object({ ...strings('status', 'type', 'message', 'reason'), lastTransitionTime: TIMESTAMP })),
    phase: STRING,
  }),
})
/** What a condition may look at, beside the authorizer. */
const VARIABLES: ReadonlyMap<string, Type> = new Map([
  ['object', DYN],
  ['oldObject', DYN],
  ['namespaceObject', NAMESPACE],
  ['request', REQUEST],
])

const LACKING: ReadonlySet<string> = new Set(['authorizer'])

export function checkMatchConditions(conditions: readonly MatchCondition[], at: string, errors: Errors): void {
  if (conditions.length > MOST_CONDITIONS) errors.push(tooMany(at, conditions.length, MOST_CONDITIONS))
  const names = new Set<string>()
  for (const [i, { name = '', expression = '' }] of conditions.entries()) {
    const said = expression.trim()
    if (said === '') errors.push(required(`${at}[${i}].expression`))
    else checkExpression(said, `${at}[${i}].expression`, errors)
    if (name === '') errors.push(required(`${at}[${i}].name`))
    else checkQualifiedName(errors, `${at}[${i}].name`, name)
    if (name !== '' && names.has(name)) errors.push(duplicate(`${at}[${i}].name`, name))
    names.add(name)
  }
}

/** Nobody asks them, so what is not simulated may stand in them. */
function checkExpression(expression: string, path: string, errors: Errors): void {
  try {
    const { type } = compileExpression(expression, VARIABLES, LACKING)
    if (type.kind === 'bool') return
    errors.push(invalid(path, expression, `must evaluate to bool but got ${shownType(type)}`))
  } catch (error) {
    if (error instanceof LackingError) return
    const detail =
      error instanceof ConstantError
        ? `program instantiation failed: ${error.message}`
        : error instanceof ExpressionErrors
          ? `compilation failed: ${shownErrors(expression, error)}`
          : undefined
    if (detail === undefined) throw error
    errors.push(invalid(path, expression, detail))
  }
}
