/** The pods of a StatefulSet as it makes them. Mirrors pkg/controller/statefulset/stateful_set_utils.go. */
import { controllerReference } from '../../api/controllerRef.ts'
import type { StatefulSet } from '../../api/types/apps.ts'
import type { Pod, Volume } from '../../api/types/core.ts'
import { claimName, ordinalOf, podName, startOf } from './identity.ts'
import { revisionLabel } from './podState.ts'
import type { Version } from './turn.ts'

const nameLabel = 'statefulset.kubernetes.io/pod-name'
const indexLabel = 'apps.kubernetes.io/pod-index'

/** Which of two templates a pod that is missing is made of: below the partition the current one. */
export function versionOf(set: StatefulSet, ordinal: number, current: Version, update: Version): Version {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {}
  if (type !== 'RollingUpdate') return update
  const kept = rollingUpdate === undefined ? (set.status.currentReplicas ?? 0) : (rollingUpdate.partition ?? 0)
  return ordinal < startOf(set) + kept ? current : update
}

/** A pod by its ordinal, of a template: with a name, a host and volumes of its own. */
export function podOf(set: StatefulSet, ordinal: number, { name: revision, template }: Version): object {
  const name = podName(set, ordinal)
  const { labels, annotations, finalizers } = template.metadata ?? {}
  const { hostname: _host, subdomain: _domain, volumes: own, ...spec } = template.spec
  const { serviceName } = set.spec
  const volumes = volumesOf(set, ordinal, own)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      labels: { ...labels, [revisionLabel]: revision, ...identityLabels(name) },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(set)],
    },
    spec: {
      ...spec,
      hostname: name,
      ...(serviceName ? { subdomain: serviceName } : {}),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  }
}

function identityLabels(name: string): Record<string, string> {
  return { [nameLabel]: name, [indexLabel]: String(ordinalOf(name)) }
}

/** The volumes of claims first; where one of the template has the same name, the claim's stands for it. */
function volumesOf(set: StatefulSet, ordinal: number, own: readonly Volume[] = []): readonly Volume[] {
  const claimed = (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    name: template.metadata.name,
    persistentVolumeClaim: { claimName: claimName(template, set, ordinal) },
  }))
  return [...claimed, ...own.filter(({ name }) => claimed.every((volume) => volume.name !== name))]
}

/** Whether a pod says who it is. */
export function hasIdentity({ metadata }: Pod): boolean {
  return metadata.labels?.[nameLabel] === metadata.name
}

/** Whether a pod has a volume for each of its claims. */
export function hasStorage(set: StatefulSet, { metadata, spec }: Pod): boolean {
  const ordinal = ordinalOf(metadata.name)
  return (set.spec.volumeClaimTemplates ?? []).every((template) => {
    const volume = spec.volumes?.find(({ name }) => name === template.metadata.name)
    return volume?.persistentVolumeClaim?.claimName === claimName(template, set, ordinal)
  })
}

/** The pod as it ought to be; the same one where it is. */
export function withIdentity(set: StatefulSet, pod: Pod): Pod {
  const { metadata, spec } = pod
  const known = hasIdentity(pod)
    ? metadata
    : { ...metadata, labels: { ...metadata.labels, ...identityLabels(metadata.name) } }
  const whole = hasStorage(set, pod)
    ? spec
    : { ...spec, volumes: volumesOf(set, ordinalOf(metadata.name), spec.volumes) }
  return known === metadata && whole === spec ? pod : { ...pod, metadata: known, spec: whole }
}
