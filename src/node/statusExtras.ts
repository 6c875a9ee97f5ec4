/** What statuses repeat of the spec: who a container runs as, what it has mounted, what a pod was given. */
import { amountsOf, containerAmounts, type Amounts, type Side } from '../api/containerAmounts.ts'
import { formatQuantity } from '../api/quantity.ts'
import type {
  Container,
  ContainerUser,
  PodSpec,
  ResourceRequirements,
  VolumeMount,
  VolumeMountStatus,
} from '../api/types/core.ts'

type ResourceList = Readonly<Record<string, string>>

export interface PodResources {
  /** undefined for a pod that requests nothing. */
  readonly allocated: ResourceList | undefined
  readonly resources: ResourceRequirements
}

export interface StatusExtras {
  /** undefined where the image says who it is: a container that must not be root, without a number. */
  user(spec: PodSpec, container: Container): ContainerUser | undefined
  mounts(container: Container): readonly VolumeMountStatus[] | undefined
  resources(spec: PodSpec): PodResources
}

const ROOT: ContainerUser = Object.freeze({
  linux: Object.freeze({ uid: 0, gid: 0, supplementalGroups: Object.freeze([0]) }),
})

/** Containers and specs are shared by many pods, so that each is looked at once. A cache. */
export function createStatusExtras(): StatusExtras {
  const mounts = new WeakMap<readonly VolumeMount[], readonly VolumeMountStatus[]>()
  const resources = new WeakMap<PodSpec, PodResources>()
  return {
    user: userOf,
    mounts: ({ volumeMounts }) => {
      if (volumeMounts === undefined || volumeMounts.length === 0) return undefined
      let made = mounts.get(volumeMounts)
      if (made === undefined) mounts.set(volumeMounts, (made = volumeMounts.map(mountStatus)))
      return made
    },
    resources: (spec) => {
      let made = resources.get(spec)
      if (made === undefined) resources.set(spec, (made = podResources(spec)))
      return made
    },
  }
}

function userOf({ securityContext: pod }: PodSpec, { securityContext: own }: Container): ContainerUser | undefined {
  const uid = own?.runAsUser ?? pod?.runAsUser
  if (uid === undefined && (own?.runAsNonRoot ?? pod?.runAsNonRoot) === true) return undefined
  const gid = own?.runAsGroup ?? pod?.runAsGroup ?? 0
  const { supplementalGroups = [], fsGroup } = pod ?? {}
  if ((uid ?? 0) === 0 && gid === 0 && supplementalGroups.length === 0 && fsGroup === undefined) return ROOT
  const groups = [gid, ...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])]
  return { linux: { uid: uid ?? 0, gid, supplementalGroups: [...new Set(groups)] } }
}

function mountStatus({ name, mountPath, readOnly, recursiveReadOnly }: VolumeMount): VolumeMountStatus {
  if (readOnly !== true) return { name, mountPath }
  const isRecursive = recursiveReadOnly === 'Enabled' || recursiveReadOnly === 'IfPossible'
  return { name, mountPath, readOnly, recursiveReadOnly: isRecursive ? 'Enabled' : 'Disabled' }
}

/** Mirrors AggregateContainerRequests and -Limits of staging/src/k8s.io/component-helpers/resource/helpers.go. */
function podResources(spec: PodSpec): PodResources {
  const requests = listOf(aggregate(spec, 'requests'))
  const limits = listOf(aggregate(spec, 'limits'))
  const resources = { ...(limits !== undefined && { limits }), ...(requests !== undefined && { requests }) }
  return { allocated: requests, resources }
}

function aggregate(spec: PodSpec, which: Side): Amounts {
  const total = containerAmounts(spec, which)
  for (const [name, amount] of amountsOf(spec.resources?.[which])) total.set(name, amount)
  return total
}

function listOf(amounts: Amounts): ResourceList | undefined {
  if (amounts.size === 0) return undefined
  return Object.fromEntries([...amounts].map(([name, amount]) => [name, formatQuantity(amount)]))
}
