import type { KubeObject } from '../../api/meta.ts'
import { claimEvaluator } from './claims.ts'
import { type Evaluator, whole } from './evaluator.ts'
import { podEvaluator } from './pods.ts'
import { serviceEvaluator } from './services.ts'

/** Of which more is counted than how many there are, by the key of the resource. */
const special: ReadonlyMap<string, Evaluator> = new Map<string, Evaluator>([
  ['pods', podEvaluator as unknown as Evaluator],
  ['services', serviceEvaluator as unknown as Evaluator],
  ['persistentvolumeclaims', claimEvaluator as unknown as Evaluator],
])
/** Counted under their names alone as well: legacyObjectCountAliases of pkg/quota/v1/evaluator/core/registry.go. */
const aliased: readonly string[] = Object.freeze(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets'])
/** Never counted: ignoredResources of pkg/quota/v1/install/registry.go. */
const ignored: readonly string[] = Object.freeze(['events', 'bindings'])
const COUNT = 'count/'

/** What quotas count of a resource, by the key of the one that keeps its records; undefined for what they never count. */
export function evaluatorOf(key: string): Evaluator | undefined {
  if (ignored.includes(key)) return undefined
  return special.get(key) ?? countOf(key)
}

function countOf(key: string): Evaluator {
  const names = aliased.includes(key) ? [COUNT + key, key] : [COUNT + key]
  return {
    counts: (name) => names.includes(name),
    isAsked: () => false,
    isIn: (_object: KubeObject) => false,
    usage: () => new Map(names.map((name) => [name, whole(1)])),
  }
}

/** The keys of the resources, each once, of which something is counted under one of the names; not all may be served. */
export function countedKeys(names: readonly string[]): readonly string[] {
  const keys = [...special].filter(([, { counts }]) => names.some(counts)).map(([key]) => key)
  for (const name of names) {
    const key = name.startsWith(COUNT) ? name.slice(COUNT.length) : name
    const isCount = name.startsWith(COUNT) || aliased.includes(name)
    if (isCount && !ignored.includes(key) && !keys.includes(key)) keys.push(key)
  }
  return keys
}
