/** kubectl against a cluster: just enough of the HTTP API for it to read. */
import { execFile } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { isStatusError } from '../../src/api/errors.ts'
import { definitions } from '../../src/registries/all.ts'
import type { ResourceDefinition } from '../../src/registries/definition.ts'
import type { Cluster, KubeObject } from '../../src/index.ts'

export interface Kubectl {
  /** What it prints to standard output; throws what it complains of. */
  run(...args: string[]): Promise<string>
  close(): void
}

export async function kubectlFor(cluster: Cluster): Promise<Kubectl> {
  const server = createServer((request, response) => answer(cluster, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const home = mkdtempSync(join(tmpdir(), 'kubectl-'))
  return {
    run: (...args) => execute(server, home, args),
    close() {
      server.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function execute(server: Server, home: string, args: readonly string[]): Promise<string> {
  const { port } = server.address() as AddressInfo
  const options = { env: { PATH: process.env['PATH'], HOME: home, TZ: 'UTC', KUBECONFIG: join(home, 'none') } }
  return new Promise((resolve, reject) => {
    execFile('kubectl', ['--server', `http://127.0.0.1:${port}`, ...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout === '' ? stderr : stdout)
      else reject(new Error(`kubectl ${args.join(' ')}: ${stderr}`))
    })
  })
}

/** Waits for the clock of the wall: kubectl tells ages by that. */
export function catchUp(cluster: Cluster): void {
  cluster.advance(Math.max(0, Date.now() - cluster.now))
}

/** The epoch of a cluster whose clock stands at the present after so many milliseconds. */
export function epochBefore(ms: number): string {
  return new Date(Date.now() - ms).toISOString().replace(/\.\d+Z$/u, 'Z')
}

function answer(cluster: Cluster, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const asTable = (request.headers.accept ?? '').includes('as=Table')
  const send = (code: number, body: object): void => {
    response.writeHead(code, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  try {
    const served = servedBy(cluster)
    const found = discovery(served, url.pathname) ?? read(cluster, served, url, asTable)
    if (found === undefined)
      send(404, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 })
    else send(200, found)
  } catch (error) {
    if (!isStatusError(error)) throw error
    send(error.status.code, error.status)
  }
}

/** What of a resource kubectl needs to know; `columns` are unknown for custom ones. */
type Served = Pick<
  ResourceDefinition,
  'group' | 'version' | 'plural' | 'kind' | 'singular' | 'shortNames' | 'categories' | 'namespaced'
> &
  Partial<Pick<ResourceDefinition, 'columns'>>

const builtIn: readonly Served[] = definitions.filter(({ isAction }) => isAction !== true)

function servedBy(cluster: Cluster): readonly Served[] {
  const custom = cluster.customResourceDefinitions.list().items.map(({ spec }) => {
    const { plural, kind, singular = '', shortNames = [] } = spec.names
    const version = spec.versions.find(({ storage }) => storage)!.name
    return { group: spec.group, version, plural, kind, singular, shortNames, namespaced: spec.scope === 'Namespaced' }
  })
  return [...builtIn, ...custom]
}

const versionOf = ({ group, version }: Served): string => (group === '' ? version : `${group}/${version}`)

function discovery(served: readonly Served[], path: string): object | undefined {
  if (path === '/version') return { major: '1', minor: '36', gitVersion: 'v1.36.1' }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(served) }
  const groupVersion = /^\/(?:api|apis)\/((?:[^/]+\/)?v\d\w*)$/u.exec(path)?.[1]
  if (groupVersion === undefined) return undefined
  const resources = served
    .filter((definition) => versionOf(definition) === groupVersion)
    .toSorted((a, b) => (a.plural < b.plural ? -1 : 1))
    .map(({ plural: name, singular: singularName, shortNames, categories, namespaced, kind }) => ({
      name,
      singularName,
      shortNames,
      categories,
      namespaced,
      kind,
      verbs: ['get', 'list'],
    }))
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}

function groups(served: readonly Served[]): object[] {
  const names = [...new Set(served.map(({ group }) => group))].filter((group) => group !== '')
  return names.map((name) => {
    const { version } = served.find(({ group }) => group === name)!
    const versions = [{ groupVersion: `${name}/${version}`, version }]
    return { name, versions, preferredVersion: versions[0] }
  })
}

const PATH = /^\/(?:api|apis)\/((?:[^/]+\/)?v\d\w*)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/u

function read(cluster: Cluster, served: readonly Served[], url: URL, asTable: boolean): object | undefined {
  // /api/v1/namespaces/NAME is an object; everything else below a namespace stands in it.
  const path = url.pathname.replace(/^\/api\/v1\/namespaces(?=(?:\/[^/]+)?$)/u, '/api/v1/-')
  const [, groupVersion, namespace, word = '', name] = PATH.exec(path) ?? []
  const plural = word === '-' ? 'namespaces' : word
  const definition = served.find((one) => versionOf(one) === groupVersion && one.plural === plural)
  if (definition === undefined) return undefined
  const client = cluster.resource(`${groupVersion}/${definition.kind}`)
  if (name !== undefined) {
    const object = client.get(name, { namespace })
    return asTable ? table(definition, [object], cluster.now) : object
  }
  const list = client.list({
    ...(definition.namespaced && (namespace === undefined ? { allNamespaces: true } : { namespace })),
    labelSelector: url.searchParams.get('labelSelector') ?? undefined,
    fieldSelector: url.searchParams.get('fieldSelector') ?? undefined,
  })
  return asTable ? table(definition, list.items as readonly KubeObject[], cluster.now) : list
}

function table({ columns = [] }: Served, objects: readonly KubeObject[], now: number): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: columns.map(({ name, priority = 0 }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority,
    })),
    rows: objects.map(({ apiVersion, kind, metadata, ...rest }) => ({
      cells: columns.map(({ cell }) => cell({ apiVersion, kind, metadata, ...rest } as KubeObject, now)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata },
    })),
  }
}
