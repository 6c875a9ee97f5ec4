/** Has costs.go count anew what the expressions of costs.json cost: `npx tsx test/conformance/cel/recordCosts.ts BINARY`. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { schema, value } from './expressions.ts'

const file = fileURLToPath(new URL('costs.json', import.meta.url))
const rules = (JSON.parse(readFileSync(file, 'utf8')) as readonly (readonly [rule: string])[]).map(([rule]) => rule)
const said = execFileSync(process.argv[2]!, { input: JSON.stringify({ schema, value, rules }) }).toString()
const lines = said
  .trim()
  .split('\n')
  .map((line) => JSON.stringify((JSON.parse(line) as unknown[]).slice(0, 2)))
writeFileSync(file, `[${lines.join(',\n')}]\n`)
