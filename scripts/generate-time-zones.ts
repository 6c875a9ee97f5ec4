/**
 * Writes src/api/timeZoneTable.ts from the time zone database that this machine has, as compiled by zic (RFC 8536).
 * Run with `npx tsx scripts/generate-time-zones.ts`; ZONEINFO names the folder, /usr/share/zoneinfo unless set.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { posixOffsetAt } from '../src/api/posixZone.ts'

const folder = process.env['ZONEINFO'] ?? '/usr/share/zoneinfo'
/** What was before is left out: in seconds, 2000-01-01. */
const from = 946_684_800
const day = 86_400
const strange = /^(?:posix|right)\/|^(?:posixrules|localtime)$/

interface Zone {
  readonly first: number
  /** Seconds since the epoch, and seconds east of Greenwich from then on. */
  readonly changes: readonly (readonly [at: number, offset: number])[]
  /** What holds after the last of them. */
  readonly rule: string
}

function readZone(data: Buffer): Zone {
  const counts = (at: number): number[] => [0, 1, 2, 3, 4, 5].map((i) => data.readUInt32BE(at + 20 + i * 4))
  const [utc = 0, std = 0, leap = 0, times = 0, types = 0, chars = 0] = counts(0)
  const second = 44 + times * 5 + types * 6 + chars + leap * 8 + std + utc
  const [utc2 = 0, std2 = 0, leap2 = 0, times2 = 0, types2 = 0, chars2 = 0] = counts(second)
  const at = second + 44
  const typesAt = at + times2 * 9
  const offsetOf = (type: number): number => data.readInt32BE(typesAt + type * 6)
  const all = Array.from({ length: times2 }, (_, i) => {
    return [Number(data.readBigInt64BE(at + i * 8)), offsetOf(data[at + times2 * 8 + i]!)] as const
  })
  const end = typesAt + types2 * 6 + chars2 + leap2 * 12 + std2 + utc2
  const rule = data.toString('latin1', end + 1, data.length - 1)
  const first = all.findLast(([time]) => time <= from)?.[1] ?? offsetOf(0)
  return { first, changes: all.filter(([time]) => time > from), rule }
}

/** The same without what its rule says anyway, and without changes of the name alone. */
function shortened({ first, changes, rule }: Zone): string {
  const ruled = (time: number): number => posixOffsetAt(rule, time)
  const real = changes.filter(([, offset], i) => offset !== (changes[i - 1]?.[1] ?? first))
  const isByRule = ([time, offset]: readonly [number, number], i: number): boolean => {
    const [since, before] = real[i - 1] ?? [from, first]
    for (let at = since; at < time; at += day) if (ruled(at) !== before) return false
    return ruled(time) === offset && ruled(time - 1) === before
  }
  const kept = real.slice(0, real.findLastIndex((change, i) => !isByRule(change, i)) + 1)
  if (kept.length === 0 && ruled(from) === first) return rule
  let before = from
  const parts = kept.map(([time, offset]) => {
    const text = `${((time - before) / 60).toString(36)}:${offset / 60}`
    before = time
    return text
  })
  return [rule, first / 60, ...parts].join(';')
}

const names = (readdirSync(folder, { recursive: true }) as string[]).sort()
const byRule = new Map<string, string[]>()
for (const name of names) {
  if (strange.test(name)) continue
  const data = read(join(folder, name))
  if (data?.toString('latin1', 0, 4) !== 'TZif') continue
  const rule = shortened(readZone(data))
  byRule.set(rule, [...(byRule.get(rule) ?? []), name])
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return undefined
    throw error
  }
}

const version = /version (\w+)/.exec(readFileSync(join(folder, 'tzdata.zi'), 'utf8'))?.[1] ?? 'unknown'
const lines = [...byRule].map(([rule, of]) => `${rule} = ${of.join(' ')} `).sort()
const text = `// Written by scripts/generate-time-zones.ts from the time zone database (public domain), version ${version}; do not edit.

/**
 * Time zones since 2000, a line a rule and its names. A rule is as POSIX writes it; before it held, the offset in minutes east
 * of Greenwich in 2000, and each change of it: so many minutes after the one before, in base 36, and the offset.
 */
export const timeZoneTable = \`
${lines.join('\n')}
\`
`
const target = fileURLToPath(new URL('../src/api/timeZoneTable.ts', import.meta.url))
writeFileSync(target, text)
console.log(`${lines.length} rules, ${text.length} bytes`)
