import { type CowMap } from '../kernel/cow.ts'
import { hash128 } from '../kernel/hash.ts'
import type { Memory } from '../kernel/memory.ts'

// staging/src/k8s.io/apimachinery/pkg/util/rand: no vowels and no look-alikes, so that no word comes out.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * What the API server draws for an object. A draw is a hash of the seed and (resource, namespace, name or
 * generateName, ordinal), so that one call more or less elsewhere changes nothing. The ordinal counts what was made of
 * a generateName, and what is gone of a name.
 */
export interface Identity {
  /** What every draw depends on, now. */
  readonly seed: number
  /** The five characters after a generateName for its next object; `attempt` counts collisions. */
  suffix(scope: string, attempt: number): string
  uid(scope: string, attempt: number): string
  /** Any other whole number from 0 to `count` - 1. */
  number(scope: string, purpose: string, count: number): number
  /** A uid that follows from what it is made of, whatever the seed is by now. */
  derivedUid(text: string): string
  /** Has everything drawn from now on differ from what another cluster of this seed draws. */
  salt(salt: string): void
  /** Says that so many draws of the scope are used up, so that the next object is another. */
  used(scope: string, draws: number): void
}

export function createIdentity(memory: Memory, seed: () => number): Identity {
  const ordinals: CowMap<number> = memory.map('registries.ordinals')
  const salted = memory.cell('registries.salt', '')
  const ordinal = (scope: string): number => ordinals.get(scope) ?? 0
  // The form of a uid: digits to be written over, and dashes.
  const units = Array.from('00000000-0000-0000-0000-000000000000', (unit) => unit.charCodeAt(0))
  return {
    get seed() {
      return seed()
    },
    suffix: (scope, attempt) => suffixOf(hash128(seed(), `${salted.value}name/${scope}/${ordinal(scope) + attempt}`)),
    uid: (scope, attempt) => uidOf(hash128(seed(), `${salted.value}uid/${scope}/${ordinal(scope) + attempt}`), units),
    number: (scope, purpose, count) =>
      hash128(seed(), `${salted.value}${purpose}/${scope}/${ordinal(scope)}`)[0] % count,
    derivedUid: (text) => uidOf(hash128(0, `uid/${text}`), units),
    salt: (salt) => {
      salted.value = salt
    },
    used: (scope, draws) => ordinals.set(scope, ordinal(scope) + draws),
  }
}

function suffixOf(bits: readonly [number, number, number, number]): string {
  let text = ''
  let rest = bits[0] * 8 + (bits[1] & 7)
  for (let index = 0; index < 5; index++) {
    text += alphabet[rest % 27]!
    rest = Math.floor(rest / 27)
  }
  return text
}

/** A version 4 UUID, written into `units` first so that it becomes one flat string. */
function uidOf([a, b, c, d]: readonly [number, number, number, number], units: number[]): string {
  hexUnits(units, 0, a >>> 16)
  hexUnits(units, 4, a)
  hexUnits(units, 9, b >>> 16)
  hexUnits(units, 14, (b & 0x0fff) | 0x4000)
  hexUnits(units, 19, ((c >>> 16) & 0x3fff) | 0x8000)
  hexUnits(units, 24, c)
  hexUnits(units, 28, d >>> 16)
  hexUnits(units, 32, d)
  return String.fromCharCode.apply(null, units)
}

/** Writes four hexadecimal digits. */
function hexUnits(units: number[], from: number, bits: number): void {
  for (let place = 0; place < 4; place++) {
    const digit = (bits >>> (12 - 4 * place)) & 15
    units[from + place] = digit < 10 ? 48 + digit : 87 + digit
  }
}
