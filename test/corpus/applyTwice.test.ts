import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readManifests } from '../../src/client/manifests.ts'
import { type Applied, type Cluster, createCluster, isStatusError } from '../../src/index.ts'
import { corpus, hasCorpus } from '../support/system.ts'

/** What a text says, where it can be read and applied; anything may be wrong with other people's manifests. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (isStatusError(error)) return undefined
    throw error
  }
}

function texts(): string[] {
  const folder = join(corpus, 'manifests')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/u.test(file))
  return files
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .filter((text) => text.length < 10_000)
}

/** Every namespace that is named stands ready. */
function prepared(all: readonly string[]): Cluster {
  const cluster = createCluster({ seed: 7, nodes: 0 })
  const objects = all.flatMap((text) => attempt(() => readManifests(text)) ?? [])
  const names = new Set(objects.flatMap(({ metadata }) => metadata?.namespace ?? []))
  for (const name of names) attempt(() => cluster.namespaces.create({ metadata: { name } }))
  return cluster
}

const isNamed = ({ object }: Applied): boolean => object.metadata.generateName === undefined

test.skipIf(!hasCorpus()).each([
  ['apply', {}],
  ['apply on the server', { serverSide: true }],
])('%s of other people’s manifests again changes nothing', (_, options) => {
  const all = texts()
  const base = prepared(all)
  let count = 0
  for (const text of all) {
    const cluster = base.fork()
    const apply = (): readonly Applied[] => cluster.apply(text, { ...options, unsupported: 'skip' }).applied
    const first = attempt(apply)
    if (first === undefined || !first.every(isNamed)) continue
    const { revision } = cluster
    expect(apply().filter(({ result }) => result !== 'unchanged')).toEqual([])
    expect(cluster.revision).toBe(revision)
    count++
  }
  expect(count).toBeGreaterThan(500)
})
