// `npx tsx examples/zone-outage.ts`: one of three zones goes dark. What is evicted, when, and what if it were two?
import { type Cluster, createCluster } from '../src/index.ts'

const zones = ['a', 'b', 'c'] as const

const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 6,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1', resources: { requests: { cpu: '1' } } }] },
    },
  },
}

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } } // prettier-ignore

/** Three zones of two machines, and six pods spread over them. */
export function story(): Cluster {
  const cluster = createCluster({ nodes: zones.map((zone) => ({ name: zone, zone, count: 2, cpu: 4 })) })
  cluster.apply([web, service])
  cluster.settle()
  return cluster
}

/** How it stands: pods by zone and by what becomes of them, and who still gets requests. */
export function standing(cluster: Cluster): string {
  const { items } = cluster.pods.list({ labelSelector: 'app=web' })
  const byZone = zones.map((zone) => {
    const here = items.filter(({ spec }) => spec.nodeName?.startsWith(`${zone}-`))
    const leaving = here.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length
    return `${zone}: ${here.length - leaving}${leaving === 0 ? '' : ` and ${leaving} leaving`}`
  })
  const pending = items.filter(({ spec }) => spec.nodeName === undefined).length
  const addresses = cluster.endpoints.get('web').subsets?.flatMap((subset) => subset.addresses ?? []).length ?? 0
  return `${byZone.join(', ')}; ${pending} pending; ${addresses} addresses`
}

/** Tells the story of an outage of some zones. */
export function outage(cluster: Cluster, failing: readonly string[], print: (text: string) => void): void {
  const began = cluster.now
  const say = (): void => print(`${String((cluster.now - began) / 1000).padStart(4)} s  ${standing(cluster)}`)
  say()
  const faults = failing.map((zone) => cluster.faults.failZone(zone))
  for (const time of ['45s', '15s', '4m', '1m', '4m']) {
    cluster.advance(time)
    say()
  }
  for (const fault of faults) fault.heal()
  cluster.advance('1m')
  say()
}

if (process.argv[1]?.endsWith('zone-outage.ts') === true) {
  const cluster = story()
  const [one, all] = [cluster.fork(), cluster.fork()]
  console.log('# One zone fails, and comes back after ten minutes')
  outage(one, ['a'], console.log)
  console.log('# All zones fail: nobody is evicted, for it may be the network')
  outage(all, zones, console.log)
}
