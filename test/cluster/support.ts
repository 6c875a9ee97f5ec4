import {
  type Cluster,
  createCluster,
  type ClusterOptions,
  isStatusError,
  type Manifest,
  type Pod,
  type ReplicationController,
  type StatusError,
} from '../../src/index.ts'

export const podManifest = (
  name: string,
  {
    labels,
    spec = {},
    image = 'web:1',
  }: { labels?: Record<string, string>; spec?: Manifest<Pod['spec']>; image?: string } = {},
): Manifest<Pod> => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...(labels && { labels }) },
  spec: { containers: [{ name: 'main', image }], ...spec },
})

export const controllerManifest = (
  name: string,
  replicas: number,
  more: Manifest<ReplicationController['spec']> = {},
  image = 'web:1',
): Manifest<ReplicationController> => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name },
  spec: {
    replicas,
    selector: { app: name },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
    },
    ...more,
  },
})

/** What was refused, as a StatusError. */
export function refused(act: () => unknown): StatusError {
  try {
    act()
  } catch (error) {
    if (isStatusError(error)) return error
    throw error
  }
  throw new Error('it was not refused')
}

export const names = (list: {
  readonly items: readonly { readonly metadata: { readonly name: string } }[]
}): string[] => list.items.map(({ metadata }) => metadata.name)

/** No nodes and nothing that acts: an API server alone. */
export const bare = (options: ClusterOptions = {}): Cluster => createCluster({ seed: 7, nodes: 0, ...options })
