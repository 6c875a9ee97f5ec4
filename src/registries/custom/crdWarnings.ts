/** What a definition says that nobody acts on. */
import type { CustomResourceDefinition } from '../../api/types/apiextensions.ts'

export function crdWarnings({ spec }: CustomResourceDefinition): readonly string[] {
  if (spec.conversion?.strategy !== 'Webhook') return []
  return ['spec.conversion.webhook is kept, but not called: objects convert as with the strategy None']
}
