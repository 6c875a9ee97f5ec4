/**
 * Asks a kube-apiserver about expressions, and writes down what it answers:
 * `npm run record:cel -- https://localhost:6443 TOKEN`, with NODE_TLS_REJECT_UNAUTHORIZED=0 where its certificate is its own.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Status } from '../../../src/index.ts'
import type { Json } from '../apiServer/answers.ts'
import { RealServer, type Said } from '../apiServer/realServer.ts'
import { all, definition, object, saidOf } from './asking.ts'
import { costDefinition, costNames, costObject, costPlural, lengths } from './costing.ts'
import { priced, pricedNames } from './pricing.ts'
import { causesOf } from '../../support/causes.ts'

const [, , address = '', token = ''] = process.argv
const server = new RealServer(address, token)
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
/** So many at once: what all of a definition's rules cost is limited. */
const atOnce = 12

/** What was said of each; undefined for what is refused for what it costs. */
const answers = new Map<number, readonly string[] | undefined>()

const refusalOf = ({ code, body }: Said): ReturnType<typeof saidOf> =>
  code < 300 ? new Map() : saidOf(body as unknown as Status)

/** Makes a kind, asks about it as soon as it is served, and takes it away again. */
async function withKind(plural: string, made: Json, ask: (path: string) => Promise<void>): Promise<void> {
  const answer = await server.send('POST', definitions, made)
  if (answer.code >= 300) throw new Error((answer.body as unknown as Status).message)
  const path = `/apis/cel.example.com/v1/namespaces/default/${plural}`
  while (!(await isServed(path))) await new Promise((resolve) => void setTimeout(resolve, 100))
  await ask(`${path}?dryRun=All`)
  await server.wipe(definitions, `${plural}.cel.example.com`)
}

async function isServed(path: string): Promise<boolean> {
  try {
    return (await server.send('GET', path)).code === 200
  } catch {
    return false
  }
}

function write(file: string, lines: readonly string[]): void {
  writeFileSync(fileURLToPath(new URL(file, import.meta.url)), `[${lines.join(',\n')}]\n`)
}

/** The expressions that mean something. */
async function compiled(some: readonly number[]): Promise<readonly number[]> {
  const said = refusalOf(await server.send('POST', `${definitions}?dryRun=All`, definition('compiled', some)))
  return some.filter((number) => {
    const about = said.get(number)
    if (about === undefined) return true
    const faults = about.filter((line) => !line.includes('cost'))
    answers.set(number, faults.length === 0 ? undefined : ['compile', ...faults])
    return false
  })
}

async function evaluated(some: readonly number[], plural: string): Promise<void> {
  await withKind(plural, definition(plural, some), async (path) => {
    const said = refusalOf(await server.send('POST', path, object(plural, some)))
    for (const number of some) answers.set(number, said.get(number) ?? [])
  })
}

/** What is said of rules that cost much, where a list has each of the lengths. */
async function costing(name: string): Promise<readonly (readonly unknown[])[]> {
  const said: (readonly unknown[])[] = []
  await withKind(costPlural(name), costDefinition(name), async (path) => {
    for (const length of lengths) {
      const { code, body } = await server.send('POST', path, costObject(name, length))
      said.push([name, length, code < 300 ? [] : causesOf(body as unknown as Status)])
    }
  })
  return said
}

/** What is said of a definition whose rules may cost much. */
async function pricing(name: string): Promise<readonly unknown[]> {
  const { code, body } = await server.send('POST', `${definitions}?dryRun=All`, priced(name))
  return [name, code < 300 ? [] : causesOf(body as unknown as Status)]
}

function inGroups<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / atOnce) }, (_, i) => items.slice(i * atOnce, (i + 1) * atOnce))
}

const good: number[] = []
for (const some of inGroups([...all.keys()])) good.push(...(await compiled(some)))
for (const [i, some] of inGroups(good).entries()) await evaluated(some, `group${'abcdefghij'.charAt(i / 10)}${i % 10}`)
const costly: (readonly unknown[])[] = []
for (const name of costNames) costly.push(...(await costing(name)))
write(
  'costly.json',
  costly.map((each) => JSON.stringify(each)),
)
const prices: (readonly unknown[])[] = []
for (const name of pricedNames) prices.push(await pricing(name))
write(
  'priced.json',
  prices.map((each) => JSON.stringify(each)),
)
const lines = [...all.keys()].map((number) => JSON.stringify([all[number], answers.get(number) ?? 'costs too much']))
write('recorded.json', lines)
console.log(`${lines.length} expressions`)
