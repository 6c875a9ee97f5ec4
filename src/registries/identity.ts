import { type CowMap } from '../kernel/cow.ts'
import { hash128 } from '../kernel/hash.ts'
import type { Memory } from '../kernel/memory.ts'

// staging/src/k8s.io/apimachinery/pkg/util/rand: no vowels and no look-alikes, so that no word comes out.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

const hex: readonly string[] = Object.freeze(Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')))

/**
 * What the API server draws for an object. A draw is a hash of the seed and (resource, namespace, name or
 * generateName, ordinal), so that one call more or less elsewhere changes nothing. The ordinal counts what was made of
 * a generateName, and what is gone of a name.
 */
export interface Identity {
  /** The five characters after a generateName for its next object; `attempt` counts collisions. */
  suffix(scope: string, attempt: number): string
  uid(scope: string, attempt: number): string
  /** Any other whole number from 0 to `count` - 1. */
  number(scope: string, purpose: string, count: number): number
  /** Says that so many draws of the scope are used up, so that the next object is another. */
  used(scope: string, draws: number): void
}

export function createIdentity(memory: Memory, seed: () => number): Identity {
  const ordinals: CowMap<number> = memory.map('registries.ordinals')
  const ordinal = (scope: string): number => ordinals.get(scope) ?? 0
  return {
    suffix: (scope, attempt) => suffixOf(hash128(seed(), `name/${scope}/${ordinal(scope) + attempt}`)),
    uid: (scope, attempt) => uidOf(hash128(seed(), `uid/${scope}/${ordinal(scope) + attempt}`)),
    number: (scope, purpose, count) => hash128(seed(), `${purpose}/${scope}/${ordinal(scope)}`)[0] % count,
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

/** A version 4 UUID. */
function uidOf([a, b, c, d]: readonly [number, number, number, number]): string {
  const versioned = (b & 0xffff0fff) | 0x4000
  const variant = (c & 0x3fffffff) | 0x80000000
  return `${word(a)}-${half(versioned >>> 16)}-${half(versioned)}-${half(variant >>> 16)}-${half(variant)}${word(d)}`
}

function half(bits: number): string {
  return hex[(bits >>> 8) & 255]! + hex[bits & 255]!
}

function word(bits: number): string {
  return half(bits >>> 16) + half(bits)
}
