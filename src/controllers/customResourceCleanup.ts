/** Takes the objects of a definition away before it goes. Mirrors pkg/controller/finalizer of the apiextensions API server. */
import type { KubeObject } from '../api/meta.ts'
import { withList } from '../api/metaLists.ts'
import type { CustomResourceDefinition } from '../api/types/apiextensions.ts'
import type { ControlLoop, LoopContext } from '../client/controller.ts'
import { isEstablished } from '../registries/custom/compiled.ts'
import { CLEANUP } from '../registries/custom/crdStatus.ts'
import { CRDS } from '../registries/custom/customResourceDefinitions.ts'

/** How often it looks again while objects have finalizers of their own. */
const AGAIN = '1s'

export const customResourceCleanup: ControlLoop = {
  name: 'crd-finalizer-controller',
  watches: [{ kind: 'apiextensions.k8s.io/v1/CustomResourceDefinition' }],
  reconcile(name, { api }) {
    const crd = api.find<CustomResourceDefinition>(CRDS, '', name)
    const finalizers = crd?.metadata.finalizers ?? []
    if (crd?.metadata.deletionTimestamp === undefined || !finalizers.includes(CLEANUP)) return undefined
    if (isEstablished(crd) && !emptied(name, api)) return { requeueAfter: AGAIN }
    const left = finalizers.filter((finalizer) => finalizer !== CLEANUP)
    api.update(CRDS, { ...crd, metadata: withList(crd.metadata, 'finalizers', left) })
    return undefined
  },
}

/** Deletes every object; whether none is left. */
function emptied(key: string, api: LoopContext['api']): boolean {
  const all = (): readonly KubeObject[] => api.list(key, { namespace: undefined }).items as readonly KubeObject[]
  for (const { metadata } of all()) {
    if (metadata.deletionTimestamp === undefined) api.delete(key, metadata.namespace ?? '', metadata.name)
  }
  return all().length === 0
}
