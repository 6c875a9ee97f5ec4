/**
 * Has a kube-scheduler decide about the pods of the tests, and writes down what it made of them:
 * `npm run record:scheduler -- https://localhost:6443 TOKEN LOG`, with NODE_TLS_REJECT_UNAUTHORIZED=0 where the certificate
 * is the server's own. The kube-apiserver has a service account `default` and nothing else in it; no controllers run. The
 * kube-scheduler runs with configuration.yaml and `--v=10`, and writes to the file LOG.
 */
import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Said, RealServer } from '../apiServer/realServer.ts'
import { type Decision, manifestOf, scoreText } from './decisions.ts'
import { namespaces, type World, worldCount, worldOf } from './worlds.ts'

const [, , address = '', token = '', log = ''] = process.argv
const server = new RealServer(address, token)
const folders = {
  Service: '/api/v1',
  ReplicationController: '/api/v1',
  ReplicaSet: '/apis/apps/v1',
  StatefulSet: '/apis/apps/v1',
}
let read = 0

/** What was written to the log since it was read last. */
function news(): string {
  const file = openSync(log, 'r')
  const { size } = fstatSync(file)
  const bytes = Buffer.alloc(size - read)
  readSync(file, bytes, 0, bytes.length, read)
  closeSync(file)
  read = size
  return bytes.toString()
}

async function send<T>(method: string, path: string, body?: object): Promise<T> {
  const said: Said = await server.send(method, path, body as never)
  if (said.code >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(said.body)}`)
  return said.body as T
}

const podsOf = (namespace: string | undefined): string => `/api/v1/namespaces/${namespace}/pods`
const listOf = (kind: keyof typeof folders): string => `${folders[kind]}/namespaces/default/${kind.toLowerCase()}s`

async function empty(): Promise<void> {
  for (const namespace of namespaces) await send('DELETE', `${podsOf(namespace)}?gracePeriodSeconds=0`)
  for (const kind of Object.keys(folders) as (keyof typeof folders)[]) {
    const { items } = await send<{ items: { metadata: { name: string } }[] }>('GET', listOf(kind))
    for (const { metadata } of items) if (metadata.name !== 'kubernetes') await server.wipe(listOf(kind), metadata.name)
  }
  await send('DELETE', '/api/v1/nodes')
}

/** Answers with the uids of the owners. */
async function begin({ nodes, others }: World): Promise<ReadonlyMap<string, string>> {
  for (const node of nodes) {
    const made = await send<{ spec: object; metadata: object }>('POST', '/api/v1/nodes', node)
    // Nobody is there to find that it is ready.
    const spec = { ...made.spec, taints: node.spec.taints ?? [] }
    await send('PUT', `/api/v1/nodes/${node.metadata.name}`, { ...made, spec })
  }
  const uids = new Map<string, string>()
  for (const other of others) {
    const kind = other.kind as keyof typeof folders
    uids.set(kind, (await send<{ metadata: { uid: string } }>('POST', listOf(kind), other)).metadata.uid)
  }
  await setTimeout(500)
  return uids
}

interface Scheduled {
  readonly spec: { readonly nodeName?: string }
  readonly status: { readonly conditions?: readonly { type: string; status: string; message: string }[] }
}

async function decided(path: string): Promise<Scheduled> {
  for (;;) {
    const pod = await send<Scheduled>('GET', path)
    const isRefused = pod.status.conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False')
    if (pod.spec.nodeName !== undefined || isRefused === true) return pod
    await setTimeout(10)
  }
}

async function decide(one: World['pods'][number], uids: ReadonlyMap<string, string>): Promise<Decision> {
  const { name, namespace } = one.pod.metadata
  news()
  await send('POST', podsOf(namespace), manifestOf(one, uids))
  const path = `${podsOf(namespace)}/${name}`
  const { spec, status } = await decided(path)
  const { nodeName } = spec
  if (nodeName === undefined) {
    await send('DELETE', `${path}?gracePeriodSeconds=0`)
    return { message: status.conditions!.find(({ type }) => type === 'PodScheduled')!.message }
  }
  const shares = new Map<string, [string, number][]>()
  const scored = /"Plugin scored node for pod" pod="([^"]+)" plugin="([^"]+)" node="([^"]+)" score=(\d+)/gu
  for (const [, pod, plugin = '', node = '', score] of news().matchAll(scored))
    if (pod === `${namespace}/${name}`) shares.set(node, [...(shares.get(node) ?? []), [plugin, Number(score)]])
  const scores = [...shares].sort(([a], [b]) => (a < b ? -1 : 1)).map(([node, own]) => [node, scoreText(own)])
  return { on: nodeName, scores: Object.fromEntries(scores) as Record<string, string> }
}

await server.send('POST', '/api/v1/namespaces', { metadata: { name: namespaces[1] } })
await server.send('POST', `/api/v1/namespaces/${namespaces[1]}/serviceaccounts`, { metadata: { name: 'default' } })
const worlds: Decision[][] = []
for (let number = 0; number < worldCount; number++) {
  await empty()
  const world = worldOf(number)
  const uids = await begin(world)
  const decisions: Decision[] = []
  for (const one of world.pods) decisions.push(await decide(one, uids))
  worlds.push(decisions)
  console.log(`world ${number}: ${decisions.length} pods`)
}
const lines = worlds.map((world) => `[\n${world.map((one) => JSON.stringify(one)).join(',\n')}\n]`)
writeFileSync(fileURLToPath(new URL('recorded.json', import.meta.url)), `[\n${lines.join(',\n')}\n]\n`)
