/** A kube-apiserver that is asked over HTTP. */
import { type Answer, type Json, linesOf, refusalOf } from './answers.ts'
import type { Status } from '../../../src/index.ts'
import type { Step } from './conversations.ts'

export interface Said {
  readonly code: number
  readonly body: Json
}

type Fields = Record<string, Json>
type Query = Readonly<Record<string, string | number | boolean | undefined>>

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

export class RealServer {
  private readonly paths = new Map<string, string>()
  private readonly now = new RegExp(`${new Date().toISOString().slice(0, 11)}\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z`, 'gu')

  constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  async send(method: string, path: string, body?: Json, type = 'application/json'): Promise<Said> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': type }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(this.address + path, { method, headers, ...sent })
    return { code: answer.status, body: (await answer.json()) as Json }
  }

  patch(path: string, body: Json, type: keyof typeof patchTypes, query: Query = {}): Promise<Said> {
    return this.send('PATCH', path + queryOf(query), body, patchTypes[type])
  }

  /** Where a kind is served, in the namespace default if it has one. */
  async path(kind: string): Promise<string> {
    if (!this.paths.has(kind)) await this.discover(kind.slice(0, kind.lastIndexOf('/')))
    const path = this.paths.get(kind)
    if (path === undefined) throw new Error(`${this.address} does not serve ${kind}`)
    return path
  }

  private async discover(version: string): Promise<void> {
    const at = version === 'v1' ? '/api/v1' : `/apis/${version}`
    const { resources } = (await this.send('GET', at)).body as unknown as {
      resources: { name: string; kind: string; namespaced: boolean }[]
    }
    for (const { name, kind, namespaced } of resources)
      if (!name.includes('/'))
        this.paths.set(`${version}/${kind}`, `${at}${namespaced ? '/namespaces/default' : ''}/${name}`)
  }

  answer({ code, body }: Said): Answer {
    return code < 300 ? { lines: linesOf(body, this.now) } : { refused: refusalOf(body as unknown as Status) }
  }

  /** An object goes at once, whatever would keep it. */
  async wipe(path: string, name: string): Promise<void> {
    await this.patch(`${path}/${name}`, { metadata: { finalizers: null } }, 'merge')
    const { body } = await this.send('DELETE', `${path}/${name}?gracePeriodSeconds=0&propagationPolicy=Background`)
    const { kind, spec } = body as { kind: string; spec?: Fields }
    // Nobody is there to empty it.
    if (kind === 'Namespace')
      await this.send('PUT', `${path}/${name}/finalize`, { ...(body as Fields), spec: { ...spec, finalizers: [] } })
  }

  async step(step: Step): Promise<Answer> {
    const fieldManager = 'test'
    if ('create' in step)
      return this.answer(
        await this.send('POST', (await this.pathOf(step.create)) + queryOf({ fieldManager }), step.create),
      )
    if ('update' in step) return this.answer(await this.put(step.update, ''))
    if ('status' in step) return this.answer(await this.put(step.status, '/status'))
    if ('resize' in step) return this.answer(await this.put(step.resize, '/resize'))
    if ('ephemeralContainers' in step)
      return this.answer(await this.put(step.ephemeralContainers, '/ephemeralcontainers'))
    if ('patch' in step) {
      const { of, name, type, patch, subresource, force } = step
      const path = `${await this.path(of)}/${name}${subresource === undefined ? '' : `/${subresource}`}`
      const manager = step.fieldManager ?? (type === 'apply' ? undefined : fieldManager)
      return this.answer(await this.patch(path, patch, type, { fieldManager: manager, force }))
    }
    if ('delete' in step) {
      const options = { apiVersion: 'v1', kind: 'DeleteOptions', ...step.options }
      return this.done(await this.send('DELETE', `${await this.path(step.of)}/${step.delete}`, options))
    }
    if ('get' in step) return this.answer(await this.send('GET', `${await this.path(step.of)}/${step.get}`))
    if ('list' in step) {
      const { list, labelSelector, fieldSelector, limit } = step
      const said = await this.send('GET', (await this.path(list)) + queryOf({ labelSelector, fieldSelector, limit }))
      return said.code < 300 ? { lines: namesOf(said.body) } : this.answer(said)
    }
    if ('scale' in step) {
      const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: step.name, namespace: 'default' } }
      // Who scales with kubectl is whoever calls.
      const path = `${await this.path(step.of)}/${step.name}/scale${queryOf({ fieldManager: 'kubernetes-admin' })}`
      return this.done(await this.send('PUT', path, { ...scale, spec: { replicas: step.scale } }))
    }
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: step.evict } }
    return this.done(await this.send('POST', `${await this.path('v1/Pod')}/${step.evict}/eviction`, eviction))
  }

  private async pathOf(object: Json): Promise<string> {
    const { apiVersion, kind } = object as { apiVersion: string; kind: string }
    return this.path(`${apiVersion}/${kind}`)
  }

  private async put(object: Json, subresource: string): Promise<Said> {
    const { name } = (object as Fields)['metadata'] as { name: string }
    return this.send('PUT', `${await this.pathOf(object)}/${name}${subresource}`, object)
  }

  /** What is answered when it worked differs from server to server. */
  private done(said: Said): Answer {
    return said.code < 300 ? { lines: [] } : this.answer(said)
  }
}

/** The names of a list's items. */
export function namesOf(list: Json): readonly string[] {
  return (list as unknown as { items: { metadata: { name: string } }[] }).items
    .map(({ metadata: { name } }) => name)
    .filter((name) => name !== 'kube-root-ca.crt')
}

function queryOf(query: Query): string {
  const said = Object.entries(query).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
  )
  const pairs = said.map(([key, value]): [string, string] => [key, String(value)])
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`
}
