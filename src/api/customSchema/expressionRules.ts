/**
 * The rules of a schema in CEL (`x-kubernetes-validations`), compiled where they stand. Mirrors Compile and NewValidator
 * of pkg/apiserver/schema/cel of the apiextensions API server.
 */
import { ConstantError, ExpressionErrors, shownErrors } from '../cel/ast.ts'
import { type Compiled, compileExpression } from '../cel/compiler.ts'
import type { Tree } from '../cel/typed.ts'
import { optional, type Type } from '../cel/types.ts'
import { sortedKeys } from '../order.ts'
import type { JSONSchemaProps, ValidationRule } from '../types/apiextensions.ts'
import { expressionType, isEmbedded } from './expressionTypes.ts'
import { fieldPathOf } from './fieldPaths.ts'

export interface Rule {
  readonly rule: ValidationRule
  readonly usesOldSelf: boolean
  /** Throws CelError. */
  readonly holds: Compiled['evaluate']
  readonly message: Compiled['evaluate'] | undefined
  /** Where violations are, below the value: `.size`. */
  readonly path: string
}

/** Why a rule cannot be asked. */
export interface Fault {
  readonly part: 'rule' | 'messageExpression'
  readonly detail: string
}

/** A place of a schema under which there are rules. */
export interface RuleNode {
  readonly schema: JSONSchemaProps
  /** An object with apiVersion, kind and metadata. */
  readonly isObject: boolean
  readonly rules: readonly Rule[]
  readonly items: RuleNode | undefined
  readonly additional: RuleNode | undefined
  readonly properties: readonly (readonly [name: string, node: RuleNode])[]
}

/** Undefined where there are no rules. Rules that cannot be asked are left out: creating the definition has said so. */
export function ruleTree(schema: JSONSchemaProps, isObject: boolean): RuleNode | undefined {
  const rules = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) => {
    const made = compileRule(rule, schema, isObject)
    return 'part' in made ? [] : made
  })
  const inside = (each: JSONSchemaProps | undefined): RuleNode | undefined => each && ruleTree(each, isEmbedded(each))
  const { additionalProperties, properties } = schema
  const items = inside(schema.items)
  const additional = typeof additionalProperties === 'object' ? inside(additionalProperties) : undefined
  const fields = sortedKeys(properties).flatMap((name) => {
    const node = inside(properties![name])
    return node === undefined ? [] : [[name, node] as const]
  })
  if (rules.length + fields.length === 0 && items === undefined && additional === undefined) return undefined
  return { schema, isObject, rules, items, additional, properties: fields }
}

/** A rule of a schema, or why it is none that can be asked. What it was made of is shown, as far as that means something. */
export function compileRule(
  rule: ValidationRule,
  schema: JSONSchemaProps,
  isObject: boolean,
  show: (part: Fault['part'], tree: Tree) => void = () => undefined,
): Rule | Fault {
  const type = expressionType(schema, isObject)
  if (type === undefined) {
    const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true
    const detail = `rule declared on schema that does not support validation rules type: '${schema.type ?? ''}' x-kubernetes-preserve-unknown-fields: '${preserves}'`
    return fault('rule', detail)
  }
  const old = rule.optionalOldSelf === true ? optional(type) : type
  const variables = new Map<string, Type>([
    ['self', type],
    ['oldSelf', old],
  ])
  const test = compiled(rule.rule, variables, 'rule')
  if ('part' in test) return test
  if (test.type.kind !== 'bool') return fault('rule', 'cel expression must evaluate to a bool')
  show('rule', test.tree)
  const message = rule.messageExpression ? compiled(rule.messageExpression, variables, 'messageExpression') : undefined
  if (message !== undefined && 'part' in message) return message
  if (message !== undefined && message.type.kind !== 'string') {
    return fault('messageExpression', 'messageExpression must evaluate to a string')
  }
  if (message !== undefined) show('messageExpression', message.tree)
  const path = rule.fieldPath ? fieldPathOf(rule.fieldPath.trim(), schema) : { path: '' }
  return {
    rule,
    usesOldSelf: test.reads.has('oldSelf') || message?.reads.has('oldSelf') === true,
    holds: test.evaluate,
    message: message?.evaluate,
    path: 'path' in path ? path.path : '',
  }
}

function fault(part: Fault['part'], detail: string): Fault {
  return { part, detail }
}

function compiled(text: string, variables: ReadonlyMap<string, Type>, part: Fault['part']): Compiled | Fault {
  try {
    return compileExpression(text, variables)
  } catch (error) {
    const whose = part === 'rule' ? '' : 'messageExpression '
    if (error instanceof ConstantError)
      return fault(part, `${whose || 'program '}instantiation failed: ${error.message}`)
    if (!(error instanceof ExpressionErrors)) throw error
    return fault(part, `${whose}compilation failed: ${shownErrors(text, error)}`)
  }
}
