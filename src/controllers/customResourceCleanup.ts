/**
 * Takes the objects of a definition away before it goes, and gives its names to who was refused them. Mirrors
 * pkg/controller/finalizer and the rest of pkg/controller/status of the apiextensions API server.
 */
import type { KubeObject } from '../api/meta.ts'
import { withList } from '../api/metaLists.ts'
import { rfc3339 } from '../api/time.ts'
import type { CustomResourceDefinition } from '../api/types/apiextensions.ts'
import type { ControlLoop, LoopContext } from '../client/controller.ts'
import { hasNames, isEstablished } from '../registries/custom/compiled.ts'
import { CLEANUP, statusOf } from '../registries/custom/crdStatus.ts'
import { CRDS } from '../registries/custom/customResourceDefinitions.ts'

/** How often it looks again while objects have finalizers of their own. */
const AGAIN = '1s'

export const customResourceCleanup: ControlLoop = {
  name: 'crd-finalizer-controller',
  watches: [{ kind: 'apiextensions.k8s.io/v1/CustomResourceDefinition' }],
  reconcile(name, context) {
    const { api } = context
    const crd = api.find<CustomResourceDefinition>(CRDS, '', name)
    if (crd === undefined) offerNames(name, context)
    else if (!hasNames(crd)) claimNames(crd, context)
    const finalizers = crd?.metadata.finalizers ?? []
    if (crd?.metadata.deletionTimestamp === undefined || !finalizers.includes(CLEANUP)) return undefined
    if (isEstablished(crd) && !emptied(name, api)) return { requeueAfter: AGAIN }
    const left = finalizers.filter((finalizer) => finalizer !== CLEANUP)
    api.update(CRDS, { ...crd, metadata: withList(crd.metadata, 'finalizers', left) })
    return undefined
  },
}

/** A definition is gone. */
function offerNames(gone: string, context: LoopContext): void {
  const group = gone.slice(gone.indexOf('.') + 1)
  for (const crd of definitions(context)) if (crd.spec.group === group && !hasNames(crd)) claimNames(crd, context)
}

/** What was refused its names may have them by now. */
function claimNames(crd: CustomResourceDefinition, context: LoopContext): void {
  const status = statusOf(crd, definitions(context), rfc3339(context.now))
  if (hasNames({ ...crd, status })) context.api.updateStatus(CRDS, { ...crd, status })
}

function definitions({ api }: LoopContext): readonly CustomResourceDefinition[] {
  return api.list(CRDS, { namespace: undefined }).items as readonly CustomResourceDefinition[]
}

/** Deletes every object; whether none is left. */
function emptied(key: string, api: LoopContext['api']): boolean {
  const all = (): readonly KubeObject[] => api.list(key, { namespace: undefined }).items as readonly KubeObject[]
  for (const { metadata } of all()) {
    if (metadata.deletionTimestamp === undefined) api.delete(key, metadata.namespace ?? '', metadata.name)
  }
  return all().length === 0
}
