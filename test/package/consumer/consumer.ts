// The simplest use, type-checked against the packed declarations with two versions of TypeScript.
import {
  type CommittedChange,
  type Container,
  type Controller,
  createCluster,
  defineController,
  isStatusError,
  type KubeObject,
  type ObjectChange,
  type Pod,
  type PodSpec,
  type RandomStream,
} from 'wavetank'

export function phaseOfOnePod(): string | undefined {
  const cluster = createCluster({ seed: 1, nodes: 1 })
  cluster.pods.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  })
  cluster.advance('10s')
  return cluster.pods.get('web').status.phase
}

export function reasonOfAMissingPod(): string | undefined {
  try {
    createCluster({ seed: 1, nodes: 1 }).pods.get('nobody')
    return undefined
  } catch (error) {
    return isStatusError(error, 'NotFound') ? error.reason : undefined
  }
}

// @ts-expect-error A misspelt option is a type error.
createCluster({ sed: 1 })

// @ts-expect-error What was read cannot be written to.
createCluster().pods.get('web').metadata.name = 'other'

// What calls return and functions are handed has a name.
export const changes = createCluster().history()
export const ofPods = changes.filter(({ object }: CommittedChange) => object.kind === 'Pod')
export const nodeKeys = ({ object }: ObjectChange<Pod>): readonly string[] => [object.spec.nodeName ?? '']
export const imagesOf = ({ containers }: PodSpec): unknown[] => containers.map(({ image }: Container) => image)
export const coin = (random: RandomStream): boolean => random.fraction() < 0.5

// A kind of one's own, and a controller of it.
interface Gadget extends KubeObject {
  readonly spec: { readonly size: number }
}

declare module 'wavetank' {
  interface Kinds {
    readonly 'example.com/v1/Gadget': Gadget
  }
}

export const controller: Controller = defineController({
  name: 'gadgets',
  watches: [{ kind: 'example.com/v1/Gadget' }, { kind: 'v1/Pod', keys: nodeKeys }],
  reconcile(key, { cache, api }) {
    const size: number | undefined = cache.get('example.com/v1/Gadget', key)?.spec.size
    const image: string | undefined = api.find('v1/Pod', key)?.spec.containers[0]?.image
    // @ts-expect-error It does not watch this kind.
    cache.get('v1/Service', key)
    return size === undefined || image === undefined ? undefined : { requeueAfter: '5m' }
  },
})
