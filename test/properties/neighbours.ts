import fc from 'fast-check'
import type { Cluster } from '../../src/index.ts'

/** Pods with rules about which others are beside them, some of which may take others' places. */
export interface Neighbours {
  readonly do: 'neighbours'
  readonly rule: 'apart' | 'together' | 'even' | 'ratherApart' | 'ratherTogether' | 'ratherEven'
  /** Over which part of the cluster. */
  readonly over: 'kubernetes.io/hostname' | 'topology.kubernetes.io/zone'
  /** Which pods it is about. */
  readonly about: Readonly<Record<string, string>>
  /** Which they are themselves. */
  readonly side: 'x' | 'y'
  readonly cpu: number
  readonly isUrgent: boolean
  readonly count: number
}

export const neighbours: fc.Arbitrary<Neighbours> = fc.record({
  do: fc.constant('neighbours' as const),
  rule: fc.constantFrom('apart', 'together', 'even', 'ratherApart', 'ratherTogether', 'ratherEven'),
  over: fc.constantFrom('kubernetes.io/hostname', 'topology.kubernetes.io/zone'),
  about: fc.constantFrom<Neighbours['about'][]>({ side: 'x' }, { side: 'y' }, { app: 'a' }, { bare: 'yes' }),
  side: fc.constantFrom('x', 'y'),
  cpu: fc.constantFrom(0, 0, 700),
  isUrgent: fc.constantFrom(false, false, true),
  count: fc.constantFrom(1, 2, 4),
})

/** Makes them. Throws what the API refuses. */
export function settleIn(cluster: Cluster, { side, cpu, isUrgent, count, ...one }: Neighbours): void {
  const classes = cluster.priorityClasses
  if (isUrgent && classes.find('urgent') === undefined) classes.create({ metadata: { name: 'urgent' }, value: 1000 })
  const requests = cpu === 0 ? {} : { cpu: `${cpu}m` }
  for (let made = 0; made < count; made++)
    cluster.pods.create({
      metadata: { generateName: 'side-', labels: { side } },
      spec: {
        ...(isUrgent && { priorityClassName: 'urgent' }),
        containers: [{ name: 'main', image: 'web:1', resources: { requests } }],
        ...rules(one),
      },
    })
}

function rules({ rule, over, about }: Pick<Neighbours, 'rule' | 'over' | 'about'>): object {
  const term = { topologyKey: over, labelSelector: { matchLabels: about } }
  const required = { requiredDuringSchedulingIgnoredDuringExecution: [term] }
  const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, podAffinityTerm: term }] }
  switch (rule) {
    case 'apart':
      return { affinity: { podAntiAffinity: required } }
    case 'together':
      return { affinity: { podAffinity: required } }
    case 'ratherApart':
      return { affinity: { podAntiAffinity: preferred } }
    case 'ratherTogether':
      return { affinity: { podAffinity: preferred } }
    default: {
      const whenUnsatisfiable = rule === 'even' ? 'DoNotSchedule' : 'ScheduleAnyway'
      return { topologySpreadConstraints: [{ ...term, maxSkew: 1, whenUnsatisfiable }] }
    }
  }
}
