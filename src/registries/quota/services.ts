/** What quotas count of services. Mirrors pkg/quota/v1/evaluator/core/services.go. */
import type { Service } from '../../api/types/core.ts'
import { hasNodePorts, wantsNodePorts } from '../serviceTypes.ts'
import { type Evaluator, whole } from './evaluator.ts'

const NAMES: ReadonlySet<string> = new Set([
  'count/services',
  'services',
  'services.nodeports',
  'services.loadbalancers',
])

export const serviceEvaluator: Evaluator<Service> = Object.freeze<Evaluator<Service>>({
  counts: (name) => NAMES.has(name),
  isAsked: (_next, _previous, subresource) => subresource === undefined,
  isIn: () => false,
  usage: ({ spec }) =>
    new Map([
      ['count/services', whole(1)],
      ['services', whole(1)],
      ['services.nodeports', whole(nodePortsOf(spec))],
      ['services.loadbalancers', whole(spec.type === 'LoadBalancer' ? 1 : 0)],
    ]),
})

/** A load balancer that has none drawn counts those that it names. */
function nodePortsOf(spec: Service['spec']): number {
  const { ports = [] } = spec
  if (!hasNodePorts(spec)) return 0
  return wantsNodePorts(spec) ? ports.length : ports.filter(({ nodePort }) => !!nodePort).length
}
