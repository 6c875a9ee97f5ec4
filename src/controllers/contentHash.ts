import { isNothing } from '../api/isEmpty.ts'
import { sortedKeys } from '../api/order.ts'

// staging/src/k8s.io/apimachinery/pkg/util/rand: no vowels and no look-alikes, so that no word comes out.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * What tells pods of one content, such as a template, from those of another: of the form that ComputeHash of
 * pkg/controller/controller_utils.go gives it, over the content as JSON. `collisions` makes it another.
 */
export function hashOf(content: unknown, collisions: number | undefined): string {
  const text = collisions === undefined ? canonical(content) : `${canonical(content)}/${collisions}`
  return Array.from(String(fnv1(text)), (digit) => alphabet[digit.charCodeAt(0) % alphabet.length]!).join('')
}

/** FNV-1, 32 bits, of a text's UTF-16 code units. */
function fnv1(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    if (unit > 0xff) hash = Math.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  return hash >>> 0
}

/** JSON whose keys are sorted and which leaves out what is empty: the same for contents that say the same. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const map = value as Readonly<Record<string, unknown>>
  const fields = sortedKeys(map)
    .map((key) => [key, map[key]] as const)
    .filter(([, field]) => !isNothing(field))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`
}
