import { type Cluster, createCluster } from '../src/index.ts'
import type { Bench, BenchContext, Row } from './harness.ts'

const configs = 500
const looks = 20

/** A cluster of a few hundred objects that has lived through so many commits. */
function withHistory(commits: number): Cluster {
  const cluster = createCluster({ nodes: 3, history: 'all' })
  for (let number = 0; number < configs; number++) cluster.configMaps.create({ metadata: { name: `config-${number}` } })
  const { environment, records } = cluster.replayer().parts
  const link = environment.link('bench')
  const resource = records.resource('configmaps')
  for (let number = 0; cluster.revision < commits; number++) {
    const name = `config-${(number * 7919) % configs}`
    link.update('configmaps', {
      ...records.find(resource, 'default', name)!,
      data: { number: String(number) },
    } as never)
  }
  environment.watches.deliver()
  cluster.settle()
  return cluster
}

/** Milliseconds to list everything as it was so many revisions ago, by a view that nobody has looked through yet. */
function look(context: BenchContext, cluster: Cluster, back: number): number {
  const at = cluster.revision - back
  return context.time(() => void cluster.at(at).configMaps.list(), looks)
}

export const bench: Bench = {
  name: 'past',
  run(context) {
    context.progress('past: writing histories of 10,000 and 200,000 commits')
    const [short, long] = [withHistory(10_000), withHistory(200_000)]
    const [near, far, farthest] = [100, 5_000, 100_000].map((back) => look(context, long, back)) as [
      number,
      number,
      number,
    ]
    const rows: Row[] = [
      { name: '500 objects as they were 100 revisions ago', value: near, unit: 'ms' },
      { name: '5,000 revisions ago', value: far, unit: 'ms' },
      { name: '100,000 revisions ago', value: farthest, unit: 'ms' },
      { name: '100,000 against 5,000', value: farthest / far, unit: '×' },
      // The length of the history does not count.
      {
        name: '5,000 back in 200,000 against in 10,000',
        value: far / look(context, short, 5_000),
        unit: '×',
        bar: { atMost: 1.5 },
      },
      {
        name: 'a diff of the last 100 revisions',
        value: context.time(() => void long.diff(long.revision - 100, long.revision), looks),
        unit: 'ms',
      },
    ]
    return rows
  },
}
