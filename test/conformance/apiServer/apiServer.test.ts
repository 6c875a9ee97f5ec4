/**
 * What a kube-apiserver v1.36.0 answered to some thousand requests, most of them a little wrong, ours answers too:
 * what is taken, changed and added, and everything that is said of what is refused.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Cluster, createCluster, type KubeObject, type ResourceClient } from '../../../src/index.ts'
import {
  type Answer,
  answered,
  asked,
  type Asked,
  changed,
  type Json,
  type Recording,
  isTheirFault,
} from './answers.ts'
import { objects } from './objects.ts'

const folder = fileURLToPath(new URL('recorded', import.meta.url))
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
/** What differs on purpose, and why: by kind and verb, the numbers of the requests. */
const known = read(fileURLToPath(new URL('known-differences.json', import.meta.url))) as Readonly<
  Record<string, readonly { readonly requests: readonly string[]; readonly why: string }[]>
>
const now = /2020-01-01T00:00:10Z/gu

const recordings = readdirSync(folder).map((file) => read(`${folder}/${file}`) as Recording)

/** docs/decisions/0026: what upstream cannot decode is Invalid here, with all that is wrong. */
function isUndecoded({ refused = [] }: Asked, ours: Answer): boolean {
  const [head = '', message = ''] = refused
  if (!head.startsWith('400') || !/cannot be handled as|unable to decode|cannot unmarshal/u.test(message)) return false
  return 'refused' in ours && ours.refused[0] === '422 Invalid'
}

function ask(cluster: Cluster, made: KubeObject | undefined, kind: string, { verb, set = [], patch }: Asked): unknown {
  const client: ResourceClient<KubeObject> = cluster.resource(kind)
  const object = objects[kind] as Json & { metadata: { name: string } }
  const { name } = object.metadata
  if (verb === 'create') return client.create(changed(object, set) as never)
  if (verb === 'merge' || verb === 'strategic') return client.patch(name, patch as object, { type: verb })
  const next = changed(object, set) as { metadata: object }
  const versioned = { ...next, metadata: { ...next.metadata, resourceVersion: made!.metadata.resourceVersion } }
  return verb === 'status' ? client.updateStatus(versioned as never) : client.update(versioned as never)
}

describe.each(recordings)('$kind', ({ kind, lines, asked: all }) => {
  const free = createCluster({ nodes: 0 })
  free.advance('10s')
  const taken = free.fork()
  const made = taken.resource(kind).create(objects[kind] as never)

  const excused = new Set((known[kind] ?? []).flatMap(({ requests }) => requests))
  test.each([...new Set(all.map(({ verb }) => verb))])('%s', (verb) => {
    const cluster = verb === 'create' ? free : taken
    const differ = all
      .filter((request) => request.verb === verb)
      .flatMap((request, number): unknown[] => {
        const ours = answered(() => ask(cluster.fork(), made, kind, request), now)
        const said = asked(kind, request, ours, lines)
        const isAlike =
          JSON.stringify(said) === JSON.stringify(request) || isUndecoded(request, ours) || isTheirFault(request, ours)
        const id = `${verb} ${number}`
        if (isAlike !== excused.has(id)) return []
        return isAlike ? [`${id} is excused and does not differ`] : [{ id, theirs: request, ours: said }]
      })
    expect(differ).toEqual([])
  })
})
