import type { CowCell, CowMap } from '../kernel/cow.ts'
import { type Bits128, hash128 } from '../kernel/hash.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Memory } from '../kernel/memory.ts'

// staging/src/k8s.io/apimachinery/pkg/util/rand: no vowels and no look-alikes, so that no word comes out.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * What the API server draws for an object. A draw is a hash of the seed and (resource, namespace, name or
 * generateName, ordinal), so that one call more or less elsewhere changes nothing. The ordinal counts what was made of
 * a generateName, and what is gone of a name.
 */
export class Identity {
  private readonly ordinals: CowMap<number>
  private readonly salted: CowCell<string>
  /** The form of a uid: digits to be written over, and dashes. */
  private readonly units = Array.from('00000000-0000-0000-0000-000000000000', (unit) => unit.charCodeAt(0))

  constructor(
    memory: Memory,
    private readonly kernel: Kernel,
  ) {
    this.ordinals = memory.map('registries.ordinals')
    this.salted = memory.cell('registries.salt', '')
  }

  /** What every draw depends on, now. */
  get seed(): number {
    return this.kernel.seed
  }

  /** The five characters after a generateName for its next object; `attempt` counts collisions. */
  suffix(scope: string, attempt: number): string {
    return suffixOf(this.draw('name', scope, attempt))
  }

  uid(scope: string, attempt: number): string {
    return uidOf(this.draw('uid', scope, attempt), this.units)
  }

  /** Any other whole number from 0 to `count` - 1. */
  number(scope: string, purpose: string, count: number): number {
    return this.draw(purpose, scope, 0)[0] % count
  }

  /** A uid that follows from what it is made of, whatever the seed is by now. */
  derivedUid(text: string): string {
    return uidOf(hash128(0, `uid/${text}`), this.units)
  }

  /** Has everything drawn from now on differ from what another cluster of this seed draws. */
  salt(salt: string): void {
    this.salted.value = salt
  }

  /** Says that so many draws of the scope are used up, so that the next object is another. */
  used(scope: string, draws: number): void {
    this.ordinals.set(scope, this.ordinal(scope) + draws)
  }

  private ordinal(scope: string): number {
    return this.ordinals.get(scope) ?? 0
  }

  private draw(purpose: string, scope: string, attempt: number): Bits128 {
    return hash128(this.seed, `${this.salted.value}${purpose}/${scope}/${this.ordinal(scope) + attempt}`)
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
