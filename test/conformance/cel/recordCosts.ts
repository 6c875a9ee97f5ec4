/**
 * Has costs.go count anew what the expressions of costs.json cost and may cost, and estimate those of estimating.ts:
 * `npx tsx test/conformance/cel/recordCosts.ts BINARY`.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { estimated } from './estimating.ts'
import { schema, value } from './expressions.ts'

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** Of each rule: what it is, costs, and may cost, and how often it may be asked. */
function counted(input: object): readonly (readonly unknown[])[] {
  const said = execFileSync(process.argv[2]!, { input: JSON.stringify(input) }).toString()
  return said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown[])
}

function write(file: string, lines: readonly (readonly unknown[])[]): void {
  writeFileSync(pathOf(file), `[${lines.map((line) => JSON.stringify(line)).join(',\n')}]\n`)
}

const rules = (JSON.parse(readFileSync(pathOf('costs.json'), 'utf8')) as readonly (readonly [rule: string])[]).map(
  ([rule]) => rule,
)
write(
  'costs.json',
  counted({ schema, value, rules }).map((line) => line.slice(0, 3)),
)
write(
  'estimates.json',
  Object.entries(estimated).flatMap(([name, asked]) =>
    counted({ value: {}, ...asked }).map(([rule, , cost, times]) => [name, rule, cost, times]),
  ),
)
