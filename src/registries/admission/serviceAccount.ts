/** What a pod's spec gets from the account it runs as. Mirrors plugin/pkg/admission/serviceaccount/admission.go. */
import { mapKept } from '../../api/mapKept.ts'
import type { Container, LocalObjectReference, PodSpec, Volume, VolumeMount } from '../../api/types/core.ts'
import { copyOf, type Mutable } from '../defaults/mutable.ts'

const volumePrefix = 'kube-api-access-'
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'

const NONE: readonly Container[] = Object.freeze([])

/** What of an account concerns the pods that run as it. */
export interface AccountFacts {
  readonly name: string
  /** Whether its token is mounted where the pod does not say. */
  readonly automount: boolean
  readonly pullSecrets: readonly LocalObjectReference[]
  /** The volume with its token, alone in a list. */
  readonly volumes: readonly [Volume]
  /** Its mount, alone in a list. */
  readonly mounts: readonly [VolumeMount]
}

/** A volume that kubelets fill with a token, the certificate of the API server and the name of the namespace. */
export function tokenVolume(suffix: string): Pick<AccountFacts, 'volumes' | 'mounts'> {
  const name = `${volumePrefix}${suffix}`
  const volume: Volume = {
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
        {
          downwardAPI: {
            items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }],
          },
        },
      ],
    },
  }
  return { volumes: [volume], mounts: [mountOf(name)] }
}

function mountOf(name: string): VolumeMount {
  return { name, readOnly: true, mountPath }
}

/** The spec with the account's name, its token mounted in every container and its secrets to pull images with; the same where it has all. */
export function withAccount(spec: PodSpec, facts: AccountFacts): PodSpec {
  const copy = copyOf(spec)
  const isNamed = spec.serviceAccountName === facts.name
  if (!isNamed) copy.serviceAccountName = copy.serviceAccount = facts.name
  const mounts = (spec.automountServiceAccountToken ?? facts.automount) && mountToken(copy, facts)
  const pulls = (spec.imagePullSecrets ?? []).length === 0 && facts.pullSecrets.length > 0
  if (pulls) copy.imagePullSecrets = facts.pullSecrets
  return mounts || pulls || !isNamed ? copy : spec
}

/** Whether there was something to mount: a container may mount something of its own there. */
function mountToken(spec: Mutable<PodSpec>, facts: AccountFacts): boolean {
  const own = spec.volumes?.find(({ name }) => name?.startsWith(volumePrefix))
  // Lists that are the same for many are one list.
  const mounts = own === undefined ? facts.mounts : [mountOf(own.name)]
  const mounted = (container: Container): Container => {
    const { volumeMounts = [] } = container
    if (volumeMounts.some((other) => other.mountPath === mountPath)) return container
    const copy = copyOf(container)
    copy.volumeMounts = volumeMounts.length === 0 ? mounts : [...volumeMounts, ...mounts]
    return copy
  }
  const { containers = NONE, initContainers } = spec
  const apps = mapKept(containers, mounted)
  const inits = initContainers === undefined ? undefined : mapKept(initContainers, mounted)
  if (apps === containers && inits === initContainers) return false
  spec.containers = apps
  if (inits !== undefined) spec.initContainers = inits
  if (own === undefined) spec.volumes = spec.volumes?.length ? [...spec.volumes, ...facts.volumes] : facts.volumes
  return true
}
