/**
 * Asks a kube-apiserver what the tests ask, and writes down what it answers:
 * `npm run record -- https://localhost:6443 TOKEN`, with NODE_TLS_REJECT_UNAUTHORIZED=0 where its certificate is its own.
 * It should be of the version whose API this is, with nothing in it, no controllers and a service account `default`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createSchema } from '../../../src/api/schema/schema.ts'
import { Memory } from '../../../src/kernel/memory.ts'
import { createStreams } from '../../../src/kernel/random.ts'
import {
  type Answer,
  asked,
  changed,
  changesTo,
  actedOn,
  type Json,
  type Lines,
  type Recording,
  type Request,
  type Verb,
} from './answers.ts'
import { Changes } from './changes.ts'
import { conversations, type Step } from './conversations.ts'
import { objects } from './objects.ts'
import { RealServer, type Said } from './realServer.ts'

type Fields = Record<string, Json>

const counts: Readonly<Record<Verb, number>> = { create: 60, update: 60, status: 20, merge: 20, strategic: 20 }
const [, , address = '', token = ''] = process.argv
const server = new RealServer(address, token)
const folder = fileURLToPath(new URL('recorded', import.meta.url))
const schema = createSchema()

function requests(kind: string, object: Fields, definition: string, verb: Verb): Request[] {
  const random = createStreams(new Memory().map('random'), () => 1)(`${verb} ${kind}`)
  const changes = new Changes(schema, random)
  const { fields, field } = schema.definition(definition)
  if (verb === 'status' && !field.has('status')) return []
  const all = Array.from({ length: counts[verb] }, (_, number): Request => {
    const next = structuredClone(object)
    const status = field.get('status')
    if (verb === 'status') next['status'] = changes.value(status!, status!.type, 3)
    const times = number === 0 || verb === 'status' ? 0 : random.pick([1, 1, 1, 2, 3])
    for (let time = 0; time < times; time++) changes.change(next, definition, ['apiVersion', 'kind'])
    // Whatever it says of itself, it is this one.
    const { namespace: _namespace, uid: _uid, ...metadata } = (next['metadata'] ?? {}) as Fields
    next['metadata'] = verb === 'create' ? metadata : { ...metadata, name: (object['metadata'] as Fields)['name']! }
    if (verb === 'create') return { verb, set: changesTo(object, next) }
    if (verb !== 'merge' && verb !== 'strategic') return { verb, set: changesTo(object, next) }
    const said = fields.filter(
      ({ name }) => !['apiVersion', 'kind', 'status'].includes(name) && next[name] !== undefined,
    )
    const patch: Fields = Object.fromEntries(said.map(({ name }) => [name, next[name]!]))
    changes.thin(patch)
    return { verb, patch }
  })
  return [...new Map(all.map((request) => [JSON.stringify(request), request])).values()]
}

async function ask(path: string, object: Fields, resourceVersion: Json, request: Request): Promise<Said> {
  const query = { dryRun: 'All', fieldValidation: 'Strict', fieldManager: 'test' }
  const options = `?${new URLSearchParams(query).toString()}`
  const { verb, set = [], patch = null } = request
  const own = `${path}/${(object['metadata'] as { name: string }).name}`
  if (verb === 'create') return server.send('POST', path + options, changed(object, set))
  if (verb === 'merge' || verb === 'strategic') return server.patch(own, patch, verb, query)
  const body = changed(object, set) as Fields
  const versioned = { ...body, metadata: { ...(body['metadata'] as Fields), resourceVersion } }
  return server.send('PUT', `${own}${verb === 'status' ? '/status' : ''}${options}`, versioned)
}

async function record(kind: string): Promise<Recording> {
  const object = objects[kind] as Fields
  const path = await server.path(kind)
  const definition = schema.definitionOf(object['apiVersion'] as string, object['kind'] as string)!
  const said: (readonly [Request, Answer])[] = []
  const askAll = async (verb: Verb, version: Json): Promise<void> => {
    for (const request of requests(kind, object, definition, verb))
      said.push([request, server.answer(await ask(path, object, version, request))])
  }
  // While nothing of that name is there.
  await askAll('create', null)
  const made = await server.send('POST', path, object)
  const { name } = (object as { metadata: { name: string } }).metadata
  const { body, lines } = await settled(kind, `${path}/${name}`, made)
  const { resourceVersion } = (body as { metadata: { resourceVersion: string } }).metadata
  for (const verb of ['update', 'status', 'merge', 'strategic'] as const) await askAll(verb, resourceVersion)
  await server.wipe(path, name)
  return { kind, lines, asked: said.map(([request, each]) => asked(kind, request, each, lines)) }
}

/** The server itself acts on some kinds as soon as they are there: what it made of the object once it leaves it alone. */
async function settled(kind: string, own: string, made: Said): Promise<{ body: Json; lines: Lines }> {
  if (actedOn.includes(kind)) await new Promise((resolve) => void setTimeout(resolve, 3_000))
  const said = actedOn.includes(kind) ? await server.send('GET', own) : made
  const answer = server.answer(said)
  if ('refused' in answer) throw new Error(`${kind}: ${answer.refused.join(' ')}`)
  return { body: said.body, lines: answer.lines }
}

/** What a conversation may leave behind. */
async function wipe(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const made = 'create' in step ? step.create : 'patch' in step && step.type === 'apply' ? step.patch : undefined
    const { apiVersion, kind, metadata } = (made ?? {}) as { apiVersion?: string; kind?: string; metadata?: Fields }
    if (apiVersion === undefined || kind === undefined || typeof metadata?.['name'] !== 'string') continue
    await server.wipe(await server.path(`${apiVersion}/${kind}`), metadata['name'])
  }
}

const linesOfJson = (items: readonly unknown[]): string => items.map((item) => JSON.stringify(item)).join(',\n')

mkdirSync(folder, { recursive: true })
for (const kind of Object.keys(objects)) {
  const { lines, asked: all } = await record(kind)
  const text = `{"kind":${JSON.stringify(kind)},\n"lines":[\n${linesOfJson(lines)}],\n"asked":[\n${linesOfJson(all)}]}\n`
  writeFileSync(`${folder}/${kind.replaceAll('/', '.')}.json`, text)
  console.log(`${kind}: ${String(all.length)} answers`)
}
const told: string[] = []
for (const [title, steps] of Object.entries(conversations)) {
  const answers: Answer[] = []
  for (const step of steps) answers.push(await server.step(step))
  await wipe(steps)
  told.push(`${JSON.stringify(title)}:[\n${linesOfJson(answers)}]`)
  console.log(`${title}: ${String(answers.length)} answers`)
}
writeFileSync(fileURLToPath(new URL('recorded-conversations.json', import.meta.url)), `{${told.join(',\n')}}\n`)
