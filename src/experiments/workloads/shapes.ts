/** What the pods of a workload ask for. */
import { checkFields, refuse } from '../../api/fields.ts'
import type { Manifest } from '../../api/manifest.ts'
import { sortedKeys } from '../../api/order.ts'
import type { Container, Pod, PodSpec } from '../../api/types/core.ts'
import type { RandomStream } from '../../kernel/random.ts'
import { isScalarResource } from '../../api/podRequests.ts'
import { amount, positive } from './checks.ts'

/** One sort of pod. */
export interface PodShape {
  /** How often it is drawn, beside the weights of the others. 1 unless given. */
  readonly weight?: number
  /** Cores that it asks for, as a quantity; nothing unless given. */
  readonly cpu?: string | number
  /** Bytes that it asks for, as a quantity; nothing unless given. */
  readonly memory?: string | number
  /** Other countable resources that it asks for, such as `nvidia.com/gpu`; their limits are the same, as they must be. */
  readonly extended?: Readonly<Record<string, string | number>>
  readonly labels?: Readonly<Record<string, string>>
  /** The cluster must have the class. A bare number is no priority of a pod's: Kubernetes takes it from the class. */
  readonly priorityClassName?: string
  /**
   * Whatever else: a pod that the rest is written into. Its first container asks for what is said above; without a
   * container it gets one, `main`. Its name is not used: each pod gets one of its own.
   */
  readonly pod?: Manifest<Pod>
}

/** A pod but for its name; what does not differ from pod to pod is shared. */
export interface PodTemplate {
  readonly named: (name: string, nodeName?: string) => Manifest<Pod>
  readonly spec: Manifest<PodSpec>
}

/** Draws one of several. */
export type Mixture = (stream: RandomStream) => PodTemplate

const FIELDS: readonly string[] = ['weight', 'cpu', 'memory', 'extended', 'labels', 'priorityClassName', 'pod']
const IMAGE = 'registry.k8s.io/pause:3.10'

/** One shape, or several by their weights; a single one draws nothing. Throws BadRequest that names the place. */
export function mixtureOf(sizes: PodShape | readonly PodShape[], path: string): Mixture {
  const weighted = weightedTemplates(sizes, path)
  const whole = weighted.reduce((sum, { weight }) => sum + weight, 0)
  if (weighted.length === 1) return () => weighted[0]!.template
  return (stream) => {
    let left = stream.fraction() * whole
    for (const { weight, template } of weighted) if ((left -= weight) < 0) return template
    // Rounding may leave a little.
    return weighted.at(-1)!.template
  }
}

export interface WeightedTemplate {
  readonly weight: number
  readonly template: PodTemplate
}

export function weightedTemplates(sizes: PodShape | readonly PodShape[], path: string): readonly WeightedTemplate[] {
  if (!Array.isArray(sizes)) return [weightedTemplate(sizes as PodShape, path)]
  if (sizes.length === 0) throw refuse(path, sizes, 'at least one shape')
  return (sizes as readonly PodShape[]).map((shape, index) => weightedTemplate(shape, `${path}[${index}]`))
}

function weightedTemplate(shape: PodShape, path: string): WeightedTemplate {
  checkFields(shape, path, 'the shape of a pod', FIELDS)
  const weight = shape.weight === undefined ? 1 : positive(shape.weight, `${path}.weight`, 1e9)
  return { weight, template: templateOf(shape, path) }
}

function templateOf(shape: PodShape, path: string): PodTemplate {
  if (shape.pod !== undefined) checkPod(shape.pod, `${path}.pod`)
  const { namespace, labels, annotations } = shape.pod?.metadata ?? {}
  const metadata = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined && shape.labels === undefined ? {} : { labels: { ...labels, ...shape.labels } }),
    ...(annotations === undefined ? {} : { annotations }),
  }
  const spec = specOf(shape, path)
  const made = (name: string, own: Manifest<PodSpec>): Manifest<Pod> => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: own,
  })
  return { spec, named: (name, nodeName) => made(name, nodeName === undefined ? spec : { ...spec, nodeName }) }
}

function checkPod(pod: Manifest<Pod>, path: string): void {
  checkFields(pod, path, 'a Pod', ['apiVersion', 'kind', 'metadata', 'spec', 'status'])
  const { apiVersion = 'v1', kind = 'Pod' } = pod
  if (apiVersion !== 'v1' || kind !== 'Pod') throw refuse(path, `${apiVersion} ${kind}`, 'a v1 Pod')
  const containers: unknown = pod.spec?.containers
  if (containers !== undefined && !Array.isArray(containers))
    throw refuse(`${path}.spec.containers`, containers, 'a list of containers')
}

function specOf(shape: PodShape, path: string): Manifest<PodSpec> {
  const { priorityClassName } = shape
  const [first, ...others] = shape.pod?.spec?.containers ?? []
  return {
    ...shape.pod?.spec,
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
    containers: [withRequests(first ?? { name: 'main', image: IMAGE }, shape, path), ...others],
  }
}

function withRequests(container: Manifest<Container>, shape: PodShape, path: string): Manifest<Container> {
  const { resources = {} } = container
  const requests: Record<string, string | number | undefined> = { ...resources.requests }
  const limits: Record<string, string | number | undefined> = { ...resources.limits }
  if (shape.cpu !== undefined) requests['cpu'] = amount(shape.cpu, `${path}.cpu`)
  if (shape.memory !== undefined) requests['memory'] = amount(shape.memory, `${path}.memory`)
  for (const name of sortedKeys(shape.extended)) {
    if (!isScalarResource(name))
      throw refuse(`${path}.extended`, name, 'the name of an extended resource, such as "nvidia.com/gpu"')
    requests[name] = limits[name] = amount(shape.extended?.[name], `${path}.extended[${name}]`)
  }
  const stated = {
    ...(Object.keys(requests).length === 0 ? {} : { requests }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  }
  return Object.keys(stated).length === 0 ? container : { ...container, resources: { ...resources, ...stated } }
}
