/** What a definition says that nobody acts on. */
import { lackingRules } from '../../api/customSchema/expressionErrors.ts'
import type { CustomResourceDefinition } from '../../api/types/apiextensions.ts'

export function crdWarnings({ spec }: CustomResourceDefinition): readonly string[] {
  const rules = spec.versions.flatMap(({ schema }, i) => {
    const root = schema?.openAPIV3Schema
    return root === undefined ? [] : lackingRules(root, `spec.versions[${i}].schema.openAPIV3Schema`)
  })
  const said = rules.map((rule) => `${rule}: the rule is kept, but not evaluated`)
  if (spec.conversion?.strategy !== 'Webhook') return said
  return [...said, 'spec.conversion.webhook is kept, but not called: objects convert as with the strategy None']
}
