import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/lib/run.ts'
import { progressLine } from '../../src/cli/experiment.ts'
import { useWavetank } from './wavetank.ts'

const wavetank = useWavetank()

const small = `
name: Small
nodes: [{ count: 4, cpu: 4, memory: 8Gi }]
workload:
  generated: { count: 20, arrivals: { every: 1s }, lifetimes: 30s, sizes: { cpu: 500m, memory: 1Gi } }
schedulers:
  best fit:
  two: localOptimum:2
  packed: { policy: mostAllocated, strategy: { name: randomizedBest, among: 2 } }
seeds: 2
metrics: [placed, nodesExamined]
`

describe('wavetank experiment', () => {
  test('runs what a YAML file describes', () => {
    const { status, stdout, stderr } = wavetank.run(['experiment', wavetank.file('small.yaml', small)])
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toBe(
      [
        'Small: pod; means over 2 seeds ± 95 % confidence, without ± where it was the same for every seed',
        '',
        '               best fit      two   packed',
        '-------------  --------  -------  -------',
        'placed          20 pods  20 pods  20 pods',
        'nodesExamined   4 nodes  2 nodes  4 nodes',
        '',
        'Differences on the same seeds ± 95 % confidence; * where zero lies outside. What never differs is left out.',
        '',
        'less best fit         two   packed',
        '-------------  ----------  -------',
        'nodesExamined  −2 nodes *  0 nodes',
        '',
      ].join('\n'),
    )
  })

  test('writes JSON, CSV and a page, and the same ones again', () => {
    const file = wavetank.file('small.yaml', small.replace(/metrics:.*/u, ''))
    const files = ['--json', 'a.json', '--csv', 'a.csv', '--html', 'a.html']
    const written = (): string[] => {
      const { status, stderr } = wavetank.run([
        'experiment',
        file,
        '--seeds',
        '3',
        '--no-wall-clock',
        '--markdown',
        ...files,
      ])
      expect(stderr).toBe('')
      expect(status).toBe(0)
      return ['a.json', 'a.csv', 'a.html'].map((name) => readFileSync(join(wavetank.folder, name), 'utf8'))
    }
    const first = written()
    expect(JSON.parse(first[0]!)).toMatchObject({
      format: 'wavetank-experiment',
      seeds: [1, 2, 3],
      schedulers: ['best fit', 'two', 'packed'],
    })
    expect(first[1]!.split('\r\n')).toHaveLength(1 + 9 + 1)
    expect(first[2]).toMatch(/^<!doctype html>/)
    expect(written()).toEqual(first)
  })

  test('measures by the clock of the machine unless told not to', () => {
    const file = wavetank.file('clock.yaml', small.replace('[placed, nodesExamined]', '[podsPerSecond]'))
    expect(wavetank.run(['experiment', file]).stdout).toMatch(/podsPerSecond +[\d,]+/)
    expect(wavetank.run(['experiment', file, '--no-wall-clock']).stderr).toContain(
      'metrics: podsPerSecond depends on this machine: leave out --no-wall-clock',
    )
  })

  test('loads the solver that a metric needs', () => {
    const file = wavetank.file(
      'solved.yaml',
      small.replace('[placed, nodesExamined]', '[optimalNodes]').replace(' lifetimes: 30s,', ''),
    )
    // Twenty pods of half a core and 1Gi on nodes of 4 cores and 8Gi.
    expect(wavetank.run(['experiment', file]).stdout).toMatch(/optimalNodes +3 nodes/)
  })

  test('reads nodes and pods from files beside it', () => {
    const node = (name: string): string =>
      `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\nstatus: { allocatable: { cpu: '2', memory: 4Gi, pods: '10' } }\n`
    wavetank.file('nodes.yaml', `${node('a')}---\n${node('b')}`)
    wavetank.file(
      'pods.yaml',
      'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: i }] }\n',
    )
    const file = wavetank.file(
      'files.yaml',
      'nodes: nodes.yaml\nworkload: { manifests: pods.yaml }\nschedulers: { one: {} }\nseeds: [7]\nmetrics: [placed, nodesExamined]\n',
    )
    const { stdout, stderr } = wavetank.run(['experiment', file])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/placed +1 pods\nnodesExamined +2 nodes/)
  })

  test('runs what a module exports', () => {
    const module = `
      const arrivals = () => [{ at: 0, pod: { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } } }]
      export const experiment = { cluster: { nodes: 2 }, workload: { name: 'one', arrivals }, schedulers: { a: {} }, seeds: 1, metrics: ['placed'] }`
    const { status, stdout } = wavetank.run(['experiment', wavetank.file('one.mjs', module)])
    expect(status).toBe(0)
    expect(stdout).toMatch(/placed +1 pods/)
    const empty = wavetank.run(['experiment', wavetank.file('none.mjs', 'export const x = 1')])
    expect([empty.status, empty.stderr]).toEqual([1, expect.stringContaining('none.mjs exports no experiment')])
  })

  test.each([
    ['an unknown field', small.replace('seeds', 'seed'), 'experiment.seed: unknown; did you mean "seeds"?'],
    [
      'an unknown strategy',
      small.replace('localOptimum:2', 'bestfit'),
      'schedulers.two.strategy: Expected bestFit, indexed (the same, sooner), localOptimum:N',
    ],
    ['an unknown policy', small.replace('mostAllocated', 'most'), 'schedulers.packed.policy: policy "most": unknown'],
    [
      'a strategy out of range',
      small.replace('among: 2', 'among: 0'),
      'schedulers.packed.strategy: randomizedBest: among must be',
    ],
    [
      'an unknown option of a scheduler',
      small.replace('policy:', 'polcy:'),
      'schedulers.packed.polcy: unknown; did you mean "policy"?',
    ],
    ['no nodes', small.replace(/nodes:.*/u, ''), 'nodes: Required value: the workload brings none'],
    [
      'nodes in the wrong place',
      small.replace(/nodes:(.*)/u, 'cluster: { nodes: $1 }'),
      'cluster.nodes: said outside of cluster: see nodes, seeds, schedulers',
    ],
    ['nodes that are none', small.replace(/nodes:.*/u, 'nodes: true'), 'nodes: expected a number, templates'],
    ['no workload', small.replace(/workload:\n.*/u, ''), 'workload: expected an object, got nothing'],
    [
      'two workloads',
      small.replace('  generated:', '  simkube: x.json\n  generated:'),
      'workload: expected exactly one of generated, openb, manifests, simkube; got generated and simkube',
    ],
    ['a workload without sizes', small.replace(/, sizes: \{.*?\}/u, ''), 'generated.sizes'],
    ['a file that is not there', small.replace(/nodes:.*/u, 'nodes: none.yaml'), 'the path "none.yaml" does not exist'],
    ['an unknown metric', small.replace('[placed', '[place'), 'metrics[0]: "place": unknown; did you mean "placed"?'],
    [
      'nodes that join under names that are taken',
      `${small}joins: [{ at: 1s, nodes: 1 }]`,
      'joins[0]: nodes "node-0" already exists',
    ],
    [
      'a template among nodes that join later that says a wrong thing',
      `${small}joins: [{ at: 1m, nodes: [{ count: 1 }, { cpu: lots }] }]`,
      'joins[0]: nodes[1].cpu: ',
    ],
    ['nodes that join at no time', `${small}joins: [{ nodes: 1 }]`, 'joins[0].at: Required value'],
    ['nodes that join at no moment', `${small}joins: [{ at: noon, nodes: 1 }]`, 'joins[0].at: invalid duration "noon"'],
    ['no YAML', 'a: [', 'small.yaml'],
    ['two experiments', `${small}---${small}`, 'expected one experiment, got 2 documents'],
  ])('%s is refused, with the file’s name', (_, text, message) => {
    const { status, stdout, stderr } = wavetank.run(['experiment', wavetank.file('small.yaml', text)])
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^error: /)
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/\n +at /)
  })

  test('a workload that brings nodes leaves no room for others', () => {
    wavetank.file(
      'both.yaml',
      "apiVersion: v1\nkind: Node\nmetadata: { name: a }\nstatus: { capacity: { cpu: '1', memory: 1Gi, pods: '9' } }\n",
    )
    const text = small.replace(/workload:\n.*/u, 'workload: { manifests: both.yaml }')
    const { stderr } = wavetank.run(['experiment', wavetank.file('small.yaml', text)])
    expect(stderr).toContain('nodes: workload.manifests brings its own 1 nodes; leave one of them out')
  })

  test('shows how far it is', () => {
    const line = progressLine({ run: 3, runs: 4, arrived: 50, expected: 100, scheduler: 'a', seed: 1, atMs: 0 })
    expect(line).toBe('███████████████░░░░░░░░░ 62 %  run 3 of 4: a, seed 1, 50 of 100 pods')
  })
})

test('examples/hot-new-node.yaml shows that best fit sends every pod to the fresh node, and what helps', () => {
  const { status, stderr } = wavetank.run([
    'experiment',
    join(root, 'examples/hot-new-node.yaml'),
    ...['--seeds', '2', '--no-wall-clock', '--json', 'hot.json'],
  ])
  expect(stderr).toBe('')
  expect(status).toBe(0)
  const { summaries } = JSON.parse(readFileSync(join(wavetank.folder, 'hot.json'), 'utf8')) as {
    summaries: { scheduler: string; values: { key: string; mean: number }[] }[]
  }
  const hottest = summaries.map(({ values }) => values.find(({ key }) => key === 'hottestNode')!.mean)
  expect(summaries.map(({ scheduler }) => scheduler)).toEqual(['best fit', 'local optimum of 10', 'one of the best 8'])
  expect(hottest[0]).toBe(1)
  expect(hottest[1]).toBeLessThan(0.4)
  expect(hottest[2]).toBeLessThan(0.3)
})
