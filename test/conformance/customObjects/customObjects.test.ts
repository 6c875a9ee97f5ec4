/** What a kube-apiserver v1.36.0 made of custom objects of all sorts of schemas, most of which fit or nearly do. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Cluster, createCluster, type KubeObject, type ResourceClient } from '../../../src/index.ts'
import { answered, type Json } from '../apiServer/answers.ts'
import { inOrder, isExcused, kept, type Recorded, sentIn } from './answers.ts'
import { type Request, type World, worldOf } from './generate.ts'

const recorded = JSON.parse(
  readFileSync(fileURLToPath(new URL('recorded.json', import.meta.url)), 'utf8'),
) as readonly Recorded[]
const now = /2020-01-01T00:00:10Z/gu

function ask(cluster: Cluster, { kind, object }: World, request: Request | undefined): unknown {
  const client: ResourceClient<KubeObject> = cluster.resource(kind)
  const versioned = (given: Json): never => {
    const { metadata, ...rest } = given as { metadata: object }
    const { resourceVersion } = client.get('a').metadata
    return { ...rest, metadata: { ...metadata, resourceVersion } } as never
  }
  if (request === undefined) return client.create(object as never)
  if ('create' in request) return client.create(request.create as never)
  if ('update' in request) return client.update(versioned(request.update))
  if ('status' in request) return client.updateStatus(versioned(request.status))
  if ('merge' in request) return client.patch('a', request.merge as object, { type: 'merge' })
  if ('json' in request) return client.patch('a', request.json as object, { type: 'json' })
  return client.patch('a', request.apply as object, { type: 'apply', fieldManager: 'other', force: request.force })
}

test.each(recorded.map((said, number) => [number, said] as const))('of world %i', (number, { definition, answers }) => {
  const world = worldOf(number)
  const cluster = createCluster({ nodes: 0 })
  cluster.advance('10s')
  const made = answered(() => cluster.customResourceDefinitions.create(world.definition as never), now)
  expect('refused' in made ? made.refused : undefined).toEqual(definition)
  const differ = answers.flatMap((theirs, i) => {
    const request = inOrder(world)[i]
    const on = request === undefined ? cluster : cluster.fork()
    const answer = kept(
      answered(() => ask(on, world, request), now),
      sentIn(request, world),
    )
    // Here nobody manages an object until somebody is to know.
    const ours = JSON.parse(JSON.stringify(answer).replaceAll('before-first-apply', 'test')) as typeof answer
    if (JSON.stringify(ours) === JSON.stringify(theirs) || isExcused(theirs, ours)) return []
    return [{ request, theirs, ours }]
  })
  expect(differ).toEqual([])
})
