import { controllerReference } from '../api/controllerRef.ts'
import type { ControllerRevision, StatefulSet } from '../api/types/apps.ts'
import { revisionHash } from '../controllers/revisions/revisions.ts'

/**
 * The revisions that stateful sets are of and a dump lacks: what each keeps is the template of its set, where nothing has
 * changed since its controller looked. Without it the pods would be of no revision, and be replaced. They have no uid yet.
 */
export function revisionsMissing(
  sets: readonly StatefulSet[],
  known: readonly ControllerRevision[],
): readonly (Pick<ControllerRevision, 'apiVersion' | 'kind' | 'data' | 'revision'> & {
  readonly metadata: Pick<ControllerRevision['metadata'], 'name' | 'namespace' | 'labels' | 'ownerReferences'>
})[] {
  return sets.flatMap((set) => {
    const { metadata, spec, status } = set
    const { namespace, uid, generation } = metadata
    const { updateRevision = '', observedGeneration } = status
    const its = known.filter(
      ({ metadata: { namespace: where, ownerReferences = [] } }) =>
        where === namespace && ownerReferences.some((owner) => owner.uid === uid),
    )
    const isThere = its.some((one) => one.metadata.name === updateRevision)
    if (isThere || updateRevision === '' || observedGeneration !== generation) return []
    const hash = updateRevision.slice(updateRevision.lastIndexOf('-') + 1)
    return {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: updateRevision,
        namespace: namespace!,
        labels: { ...spec.template.metadata?.labels, [revisionHash]: hash },
        ownerReferences: [controllerReference(set)],
      },
      data: { spec: { template: { ...spec.template, $patch: 'replace' } } },
      revision: Math.max(0, ...its.map(({ revision }) => revision)) + 1,
    } as const
  })
}
