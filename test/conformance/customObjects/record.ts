/**
 * Asks a kube-apiserver what it makes of the objects of generated definitions, and writes down what it answers:
 * `npm run record:custom -- https://localhost:6443 TOKEN`, with NODE_TLS_REJECT_UNAUTHORIZED=0 where its certificate is
 * its own.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Json } from '../apiServer/answers.ts'
import { RealServer, type Said } from '../apiServer/realServer.ts'
import { inOrder, kept, type Kept, type Recorded, sentIn } from './answers.ts'
import { type Request, type World, worldOf, worlds } from './generate.ts'

type Fields = Record<string, Json>

const [, , address = '', token = ''] = process.argv
const server = new RealServer(address, token)
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const strict = { dryRun: 'All', fieldValidation: 'Strict', fieldManager: 'test' }

const wait = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 100))
const queryOf = (query: Record<string, string>): string => `?${new URLSearchParams(query).toString()}`

async function record(world: World): Promise<Recorded> {
  const { metadata, spec } = world.definition as unknown as { metadata: { name: string }; spec: { names: Fields } }
  await server.wipe(definitions, metadata.name)
  while ((await server.send('GET', `${definitions}/${metadata.name}`)).code !== 404) await wait()
  const answer = server.answer(await server.send('POST', definitions, world.definition))
  if ('refused' in answer) return { definition: answer.refused, answers: [] }
  const path = `/apis/fuzz.example.com/v1/namespaces/default/${spec.names['plural'] as string}`
  while (!(await isServed(path))) await wait()
  const answers: Kept[] = []
  let version: Json = null
  for (const request of inOrder(world)) {
    const said = await ask(path, world, version, request)
    answers.push(kept(server.answer(said), sentIn(request, world)))
    if (request !== undefined) continue
    if (said.code >= 300) break
    version = (said.body as { metadata: Fields }).metadata['resourceVersion']!
  }
  await server.wipe(definitions, metadata.name)
  return { answers }
}

/** What is not served yet is answered with a text. */
async function isServed(path: string): Promise<boolean> {
  try {
    return (await server.send('GET', path)).code === 200
  } catch {
    return false
  }
}

function ask(path: string, world: World, version: Json, request: Request | undefined): Promise<Said> {
  const own = `${path}/a`
  const versioned = (object: Json): Json => {
    const fields = object as Fields
    return { ...fields, metadata: { ...(fields['metadata'] as Fields), resourceVersion: version } }
  }
  if (request === undefined) return server.send('POST', path + queryOf({ fieldManager: 'test' }), world.object)
  if ('create' in request) return server.send('POST', path + queryOf(strict), request.create)
  if ('update' in request) return server.send('PUT', own + queryOf(strict), versioned(request.update))
  if ('status' in request) return server.send('PUT', `${own}/status${queryOf(strict)}`, versioned(request.status))
  if ('merge' in request) return server.patch(own, request.merge, 'merge', strict)
  if ('json' in request) return server.patch(own, request.json, 'json', strict)
  return server.patch(own, request.apply, 'apply', { ...strict, fieldManager: 'other', force: request.force })
}

const lines: string[] = []
for (let number = 0; number < worlds; number++) lines.push(JSON.stringify(await record(worldOf(number))))
writeFileSync(fileURLToPath(new URL('recorded.json', import.meta.url)), `[${lines.join(',\n')}]\n`)
console.log(`${worlds} worlds`)
