/** What a real server is asked to show: a living cluster with an object of every kind, and objects by chance. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createSchema } from '../../../src/api/schema/schema.ts'
import { type Cluster, createCluster, importCluster, isStatusError, type KubeObject } from '../../../src/index.ts'
import { Memory } from '../../../src/kernel/memory.ts'
import { createStreams } from '../../../src/kernel/random.ts'
import { definitions } from '../../../src/registries/all.ts'
import type { Json } from '../apiServer/answers.ts'
import { Changes } from '../apiServer/changes.ts'
import { objects } from '../apiServer/objects.ts'

type Fields = Record<string, Json>

const CANDIDATES = 300
/** Of most kinds; pods have more to show. */
const CHOSEN = 3
const CHOSEN_PODS = 16

/** A real server writes to these itself. */
const ACTED_ON = ['APIService', 'CustomResourceDefinition']

const kinds = definitions
  .filter(({ isAction, viewOf, kind }) => isAction !== true && viewOf === undefined && !ACTED_ON.includes(kind))
  .map(({ group, version, kind }) => `${group === '' ? '' : `${group}/`}${version}/${kind}`)

export const refOf = ({ apiVersion, kind, metadata }: KubeObject): string =>
  `${kind}${apiVersion === 'v1' ? '' : `.${apiVersion.split('/').toReversed().join('.')}`}/${metadata.name}`

export const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? 'default'

/** An object, and what `kubectl get -o wide` and `kubectl describe` print of it. */
export interface Printed {
  readonly object: KubeObject
  readonly get: string
  readonly describe?: string
}

/** What ours prints of an object. */
export function shown(cluster: Cluster, object: KubeObject): Required<Printed> {
  const namespace = namespaceOf(object)
  const [type = '', name = ''] = refOf(object).split('/')
  return {
    object,
    get: cluster.table(type, { name, namespace, wide: true }),
    describe: cluster.describe(refOf(object), { namespace }),
  }
}

/** Some two minutes in the life of everything.yaml. */
export function living(): readonly KubeObject[] {
  const cluster = createCluster({
    seed: 7,
    nodes: [{ name: 'node-0', labels: { 'node-role.kubernetes.io/control-plane': '' } }, { name: 'node-1' }],
    behaviours: [
      { image: 'flaky:*', run: '1m', exitCode: 3 },
      { image: 'job:*', run: '5s' },
    ],
  })
  cluster.apply(readFileSync(fileURLToPath(new URL('../everything.yaml', import.meta.url)), 'utf8'))
  cluster.advance('2m')
  cluster.pods.delete('rich', { namespace: 'rich', gracePeriodSeconds: 30 })
  return kinds.flatMap((kind) => cluster.resource(kind).list({ allNamespaces: true }).items)
}

/** Of each kind some objects, with statuses, that together show as many lines as can be. */
export function byChance(): readonly KubeObject[] {
  const cluster = empty()
  // These have a say in what comes after them.
  const late = ['v1/LimitRange', 'v1/ResourceQuota']
  const ordered = Object.keys(objects)
    .filter((kind) => kinds.includes(kind))
    .sort((a, b) => Number(late.includes(a)) - Number(late.includes(b)))
  return ordered.flatMap((kind) => chosen(kind)).map(({ object, status }) => madeIn(cluster, object, status))
}

const empty = (): Cluster => createCluster({ nodes: 0, disable: ['pod-garbage-collector-controller'] })

interface Candidate {
  readonly object: Fields
  readonly status: Json | undefined
}

function chosen(kind: string): readonly Candidate[] {
  const all = candidates(kind)
  const seen = new Set<string>()
  const found: Candidate[] = []
  const most = kind === 'v1/Pod' ? CHOSEN_PODS : CHOSEN
  while (found.length < most) {
    const gains = all.map(({ lines }) => lines.filter((line) => !seen.has(line)).length)
    const best = gains.indexOf(Math.max(...gains))
    if (best < 0 || gains[best] === 0) break
    found.push(all[best]!.candidate)
    for (const line of all[best]!.lines) seen.add(line)
  }
  return found
}

function candidates(kind: string): readonly { readonly candidate: Candidate; readonly lines: readonly string[] }[] {
  const random = createStreams(new Memory().map('random'), () => 1)(`printed ${kind}`)
  const schema = createSchema()
  const changes = new Changes(schema, random)
  const base = objects[kind] as Fields
  const definition = schema.definitionOf(base['apiVersion'] as string, base['kind'] as string)!
  const field = schema.definition(definition).field.get('status')
  const free = empty()
  return Array.from({ length: CANDIDATES }, (_, number) => number).flatMap((number) => {
    const object = structuredClone(base)
    for (let time = random.pick([0, 1, 2, 4, 8]); time > 0; time--)
      changes.change(object, definition, ['apiVersion', 'kind', 'status'])
    const { namespace: _namespace, generateName: _generateName, ...metadata } = (object['metadata'] ?? {}) as Fields
    const { name } = base['metadata'] as { name: string }
    // Some are named after what they say.
    object['metadata'] = { ...metadata, name: name.includes('.') ? name : `chance-${number}` }
    const status = field === undefined ? undefined : changes.value(field, field.type, 3)
    try {
      const cluster = free.fork()
      const made = madeIn(cluster, object, status)
      // It must stand for itself where it is read back.
      if (importCluster([made]).skipped.length > 0) return []
      const { get, describe } = shown(cluster, made)
      const texts = [...describe.split('\n'), ...get.split('\n')[1]!.split(/ {3,}/u)]
      return [{ candidate: { object, status }, lines: texts.map(withoutValue) }]
    } catch (error) {
      if (!isStatusError(error)) throw error
      return []
    }
  })
}

const withoutValue = (line: string): string => line.replace(/:.*/u, ':').replaceAll(/\d+/gu, '0')

function madeIn(cluster: Cluster, object: Fields, status: Json | undefined): KubeObject {
  const client = cluster.resource(`${object['apiVersion'] as string}/${object['kind'] as string}`)
  const made = client.create(object as never)
  try {
    return status === undefined ? made : client.updateStatus({ ...made, status } as never)
  } catch (error) {
    if (!isStatusError(error)) throw error
    return made
  }
}
