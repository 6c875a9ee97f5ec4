import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  balanced,
  bestFit,
  createCluster,
  defineController,
  loadCluster,
  localOptimum,
  mostAllocated,
} from '../../src/index.ts'
import type { Facts } from '../../src/cli/facts.ts'
import type { RunResult } from '../../scripts/lib/run.ts'
import { controllerYaml, useWavetank } from './wavetank.ts'

const wavetank = useWavetank()
const path = (name: string): string => join(wavetank.folder, name)
const read = (name: string): string => readFileSync(path(name), 'utf8')
let printed = ''

beforeAll(() => {
  const file = wavetank.file('web.yaml', controllerYaml('web', 4, '{ cpu: 3 }'))
  const options = ['--for', '2m', '--seed', '3', '--crash', 'node-1@110s']
  printed = wavetank.run(['run', file, ...options, '--save', 'web.save', '--journal', 'web.journal']).stdout
})

describe('wavetank run --save', () => {
  test('writes what loadCluster reads', () => {
    const [, hash] = /history hash +([0-9a-f]{64})/.exec(printed) ?? []
    expect(loadCluster(read('web.save')).historyHash()).toBe(hash)
  })

  test('to where nothing can be written is refused before anything is done', () => {
    expect(wavetank.run(['run', 'web.yaml', '--save', 'nowhere/web.save'])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: the saved cluster cannot be written: ENOENT/) as string,
    })
  })
})

describe('wavetank inspect', () => {
  test('tells what is in a saved cluster: where it is, what there is, what is not ready and what comes next', () => {
    const { status, stdout, stderr } = wavetank.run(['inspect', 'web.save'])
    const { revision } = loadCluster(read('web.save'))
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const lines = stdout.split('\n')
    expect(lines.slice(0, 4)).toEqual([
      'file           saved cluster, version 1',
      'seed           3',
      'time           2020-01-01T00:02:00Z',
      `revision       ${revision}`,
    ])
    expect(stdout).toMatch(/^history hash {3}[0-9a-f]{64}$/m)
    expect(stdout).toMatch(/^nodes {10}3, \d ready$/m)
    expect(stdout).toMatch(/^pods {11}1 Pending, 3 Running$/m)
    expect(stdout).toMatch(/^objects {8}4 ConfigMap, .*3 Node, 4 Pod, .*1 ReplicationController/m)
    expect(stdout).toMatch(/^calls {10}1 create, 1 fault$/m)
    expect(stdout).toMatch(
      /^not ready:\n {2}replicationcontroller\/web: .*\n(?: {2}.*\n)* {2}pod\/web-\w{5}: Unschedulable: 0\/3/m,
    )
    expect(stdout).toMatch(/^next:\n(?: {2}in \w+ {2}[\w-]+: .* \((?:timer|work)\)\n)+/m)
  })

  test('tells the same of a journal, which it lives through', () => {
    const [saved, journal] = ['web.save', 'web.journal'].map((file) => wavetank.run(['inspect', file]).stdout)
    expect(journal).toBe(saved!.replace('saved cluster, version 1', 'journal, version 1'))
  })

  test('prints one JSON object for a program', () => {
    const facts = JSON.parse(wavetank.run(['inspect', 'web.save', '--json']).stdout) as Facts & { what: string }
    const { time, seed, revision, historyHash } = loadCluster(read('web.save'))
    expect(facts).toMatchObject({ what: 'saved cluster', version: 1, seed, time, revision, oldest: 0, work: 0 })
    expect(facts.hash).toBe(historyHash.call(loadCluster(read('web.save'))))
    expect(facts.pods).toEqual([
      { name: 'Pending', count: 1 },
      { name: 'Running', count: 3 },
    ])
    expect(facts.next.map(({ at }) => at)).toEqual(facts.next.map(({ at }) => at).sort((a, b) => a - b))
  })

  test.each([
    ['what is not there', 'nowhere', /^error: the path "nowhere" does not exist\n$/],
    ['a manifest', 'web.yaml', /^error: web\.yaml: neither a saved cluster nor a journal: not JSON: /],
  ])('%s is refused', (_, file, said) => {
    expect(wavetank.run(['inspect', file])).toMatchObject({ status: 1, stdout: '' })
    expect(wavetank.run(['inspect', file]).stderr).toMatch(said)
  })

  test.each([
    ['a truncated file', (text: string) => text.slice(0, -200), /truncated: its end/],
    ['an altered file', (text: string) => text.replace('"seed":3', '"seed":4'), /altered: its content/],
    ['a file that was laid out', (text: string) => JSON.stringify(JSON.parse(text), null, 1), /altered: its lines/],
    ['a newer file', (text: string) => text.replace('"version":1', '"version":2'), /of version 2: this version/],
    ['other JSON', () => '[1]', /^error: other: neither a saved cluster nor a journal: its format is neither/],
    ['a journal that diverges', () => read('web.journal').replace('web:1', 'web:2'), /the replayed history differs/],
  ])('%s is refused with the reason', (_, change, said) => {
    writeFileSync(path('other'), change(read('web.save')))
    const { status, stdout, stderr } = wavetank.run(['inspect', 'other'])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(said)
  })
})

describe('definitions', () => {
  const source = `{ name: 'noter', watches: [{ kind: 'v1/Secret' }], reconcile(key, { api }) {
    api.create('v1/ConfigMap', { metadata: { generateName: 'note-' }, data: { key } })
  } }`
  let result: RunResult

  beforeAll(() => {
    wavetank.file('noter.mjs', `export const controllers = [${source}, { name: 'unused' }]\n`)
    wavetank.file('whole.mjs', `export default { controllers: [${source}] }\n`)
    wavetank.file('none.mjs', 'export const noter = 1\n')
    wavetank.file('throws.mjs', 'throw null')
    const noter = defineController({
      name: 'noter',
      watches: [{ kind: 'v1/Secret' }],
      reconcile: (key, { api }) =>
        void api.create('v1/ConfigMap', { metadata: { generateName: 'note-' }, data: { key } }),
    })
    const cluster = createCluster({ nodes: 1, controllers: [noter] })
    cluster.secrets.create({ metadata: { name: 's' } })
    cluster.settle()
    writeFileSync(path('noted.save'), cluster.save())
    writeFileSync(path('noted.journal'), JSON.stringify(cluster.journal))
  })

  test('are not needed to look at a saved cluster, and named', () => {
    result = wavetank.run(['inspect', 'noted.save'])
    expect(result).toMatchObject({ status: 0, stderr: '' })
    expect(result.stdout).toMatch(/^definitions {4}controller noter$/m)
  })

  test('of schedulers are named too, unless they are built in', () => {
    const strategy = { ...localOptimum({ feasible: 1 }), name: 'first' }
    const profiles = [{ name: 'packed', plugins: [{ name: 'Even', score: () => 1 }] }]
    const policy = { ...mostAllocated(), name: 'full' }
    const schedulers = [
      { strategy, policy, profiles },
      { name: 'plain', strategy: bestFit(), policy: balanced() },
    ]
    writeFileSync(path('mine.save'), createCluster({ nodes: 1, schedulers }).save())
    const { stdout } = wavetank.run(['inspect', 'mine.save'])
    expect(stdout).toMatch(/^definitions {4}strategy first, policy full, plugin Even$/m)
  })

  test.each(['noter.mjs', 'whole.mjs'])('come from a module for a journal: %s', (module) => {
    const journal = wavetank.run(['inspect', 'noted.journal', '--with', module])
    expect(journal).toMatchObject({ status: 0, stderr: '' })
    expect(journal.stdout).toBe(result.stdout.replace('saved cluster', 'journal'))
    expect(wavetank.run(['replay', 'noted.journal', '--with', module])).toMatchObject({ status: 0, stderr: '' })
  })

  test('that are missing are asked for', () => {
    for (const command of ['inspect', 'replay']) {
      const { status, stderr } = wavetank.run([command, 'noted.journal'])
      expect(status).toBe(1)
      expect(stderr).toContain('the journal needs a definition of controller "noter"; pass it in controllers')
    }
  })

  test.each([
    ['none.mjs', 'error: none.mjs exports none of controllers, plugins, strategies, policies\n'],
    ['nowhere.mjs', 'error: nowhere.mjs cannot be imported: Cannot find module'],
    ['throws.mjs', 'error: throws.mjs cannot be imported: null\n'],
  ])('cannot come from %s', (module, said) => {
    const { status, stderr } = wavetank.run(['inspect', 'noted.journal', '--with', module])
    expect(status).toBe(1)
    expect(stderr).toContain(said)
  })
})
