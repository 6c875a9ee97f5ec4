/**
 * Has kubectl print what a kube-apiserver shows of many objects, and writes it down:
 * `npx tsx test/conformance/printed/record.ts KUBECONFIG http://localhost:2379`, with the etcd of that server, into which
 * the objects are put as they are, and with a kubectl of its version on the PATH. No controllers should run.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from '../../../scripts/lib/run.ts'
import type { KubeObject } from '../../../src/index.ts'
import { byChance, living, namespaceOf, type Printed, refOf } from './subjects.ts'

const [, , kubeconfig = '', etcd = ''] = process.argv

/** Folders of kinds that are kept under another name than their own. */
const folders: Readonly<Record<string, string>> = {
  Endpoints: 'services/endpoints',
  Ingress: 'ingress',
  Node: 'minions',
  ReplicationController: 'controllers',
  Service: 'services/specs',
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

async function ask(path: string, body: object): Promise<void> {
  const { ok, status } = await fetch(`${etcd}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!ok) throw new Error(`${etcd} answered ${String(status)}`)
}

function keyOf(object: KubeObject, plural: string): string {
  const { namespace, name } = object.metadata
  const folder = folders[object.kind] ?? plural
  return base64(`/registry/${folder}/${namespace === undefined ? '' : `${namespace}/`}${name}`)
}

function kubectl(...args: string[]): string {
  const { status, stdout, stderr } = run('env', ['TZ=UTC', 'kubectl', '--kubeconfig', kubeconfig, ...args])
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
  return stdout
}

const plurals = new Map(
  kubectl('api-resources', '--no-headers')
    .trim()
    .split('\n')
    .map((line): [string, string] => [line.split(/ +/u).at(-1)!, line.split(/ +/u)[0]!]),
)

/** What is in no order there, and what has times that are null: docs/decisions/0027. */
const isUntold = (kind: string, text: string): boolean =>
  kind === 'LimitRange' || (text.includes('Time: ') && text.includes('<nil>'))

function printedOf(ref: readonly string[], namespace: string): Printed {
  const args = [...ref, '--namespace', namespace]
  const object = JSON.parse(kubectl('get', ...args, '--output=json')) as KubeObject
  const { managedFields: _, ...metadata } = object.metadata
  // A server complains of addresses that it has not given.
  for (const who of object.kind === 'Service' ? ['ip', 'port'] : []) {
    const selector = `source=${who}allocator-repair-controller`
    kubectl('delete', 'events', '--namespace', namespace, '--field-selector', selector)
  }
  const describe = kubectl('describe', ...args)
  const get = kubectl('get', ...args, '--output=wide')
  return { object: { ...object, metadata }, get, ...(!isUntold(object.kind, describe) && { describe }) }
}

/** What every server has of its own. */
const OF_SERVER = /^(?:default$|kube|system-)/u

async function record(name: string, objects: readonly KubeObject[]): Promise<void> {
  const own = objects.filter((object) => !OF_SERVER.test(object.metadata.name))
  const keys = own.map((object) => keyOf(object, plurals.get(object.kind)!))
  for (const [i, object] of own.entries()) await ask('put', { key: keys[i], value: base64(JSON.stringify(object)) })
  const at = new Date().toISOString().replace(/\.\d+Z$/u, 'Z')
  const printed = own.map((object) => printedOf(refOf(object).split('/'), namespaceOf(object)))
  for (const key of keys) await ask('deleterange', { key })
  const lines = printed.map((each) => JSON.stringify(each)).join(',\n')
  writeFileSync(
    fileURLToPath(new URL(`recorded/${name}.json`, import.meta.url)),
    `{"at":"${at}","printed":[\n${lines}]}\n`,
  )
  console.log(`${name}: ${String(printed.length)} objects`)
}

mkdirSync(fileURLToPath(new URL('recorded', import.meta.url)), { recursive: true })
await record('living', living())
await record('byChance', byChance())
