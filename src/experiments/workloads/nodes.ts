import type { Manifest } from '../../api/manifest.ts'
import type { Node } from '../../api/types/core.ts'
import { expandTemplates, type NodeTemplate } from '../../node/nodeTemplate.ts'

/**
 * The nodes that `createCluster({ nodes })` would have, as manifests: what `inflated` and `partFull` look at. Throws
 * BadRequest that names the template and field.
 */
export function nodeManifests(nodes: number | readonly NodeTemplate[]): readonly Manifest<Node>[] {
  return expandTemplates(nodes).map(({ name, labels, annotations, taints, capacity }) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels, annotations },
    spec: { taints },
    status: { capacity, allocatable: capacity },
  }))
}
