import { rfc3339 } from '../api/time.ts'

/** Moments as RFC 3339; one string a second, however often it is asked for. */
export class Times {
  private last = { second: Number.NaN, text: '' }

  text(moment: number): string {
    const second = Math.floor(moment / 1000)
    if (second !== this.last.second) this.last = { second, text: rfc3339(moment) }
    return this.last.text
  }
}
