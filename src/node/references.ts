/** What a kubelet asks the API for beside pods: the ConfigMaps, Secrets and claims without which they do not start. */
import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Container, Node, PersistentVolumeClaim, PodSpec, Volume } from '../api/types/core.ts'
import { type ClaimedVolume, claimsOf, notMadeFor } from '../api/volumes/claims.ts'
import type { Link } from '../client/link.ts'
import type { Machines } from './machines.ts'
import type { PodRuntime } from './runtimeState.ts'

/** What must be there. What is optional is not asked for at all. */
interface Need {
  /** A container is one of the pod's own, whose resources are asked for. */
  readonly resource: 'configmaps' | 'secrets' | 'container'
  readonly name: string
  /** Keys that it must have. */
  readonly keys: readonly string[]
}

interface VolumeNeeds {
  readonly volume: string
  readonly needs: readonly Need[]
  readonly claimed: ClaimedVolume | undefined
}

/** A volume that cannot be mounted, and what is said of it. */
export interface MissingVolume {
  readonly message: string
}

type Data = Readonly<Record<string, string>>
type Keyed = KubeObject & { readonly data?: Data; readonly binaryData?: Data }

const NONE: readonly never[] = Object.freeze([])
/** Every namespace is given it when it is made, if a moment later, and nothing here reads it: no pod waits for it. */
const rootCertificates = 'kube-root-ca.crt'

export interface References {
  /** The volumes of a pod that cannot be mounted now. Mirrors pkg/volume/configmap, secret and projected. */
  volumes(node: number, pod: PodRuntime): readonly MissingVolume[]
  /** Names of the secrets that a pod would have its images pulled with, and that are not there. */
  pullSecrets(node: number, pod: PodRuntime): readonly string[]
  /** The machine's Node; undefined where it is gone, or cannot be asked for. */
  node(node: number): Node | undefined
  /** Why a container's environment cannot be made now. Mirrors makeEnvironmentVariables of pkg/kubelet/kubelet_pods.go. */
  environment(node: number, pod: PodRuntime, container: Container): string | undefined
}

export function createReferences(machines: Machines, link: (node: string) => Link): References {
  // Pods of one template share their lists. Caches.
  const ofVolumes = new WeakMap<readonly Volume[], readonly VolumeNeeds[]>()
  const ofContainers = new WeakMap<Container, readonly Need[]>()

  /** What a need lacks, in the words of whoever has it; undefined for nothing. */
  const missing = (
    node: number,
    { namespace, spec }: Pick<PodRuntime, 'namespace' | 'spec'>,
    { resource, name, keys }: Need,
    noKey: (key: string) => string,
    has: (found: Keyed, key: string) => boolean,
  ): string | undefined => {
    if (resource === 'container') return hasContainer(spec, name) ? undefined : `container ${name} not found`
    const kind = resource === 'configmaps' ? 'configmap' : 'secret'
    try {
      const found = link(machines.name(node)).peek<Keyed>(resource, namespace, name)
      if (found === undefined) return `${kind} ${JSON.stringify(name)} not found`
      const lacking = keys.find((key) => !has(found, key))
      return lacking === undefined ? undefined : noKey(lacking)
    } catch (error) {
      if (!isStatusError(error)) throw error
      return `failed to sync ${kind} cache: timed out waiting for the condition`
    }
  }

  return {
    node: (node) => nodeOf(link(machines.name(node)), machines.name(node)),
    volumes: (node, pod) => {
      const { volumes } = pod.spec
      if (volumes === undefined) return NONE
      let all = ofVolumes.get(volumes)
      if (all === undefined) ofVolumes.set(volumes, (all = volumeNeeds(volumes)))
      if (all.length === 0) return NONE
      return all.flatMap(({ volume, needs, claimed }) => {
        const fault = claimed && claimFault(link(machines.name(node)), pod, claimed)
        if (fault !== undefined) return [{ message: unprocessed(volume, fault) }]
        const said = needs.flatMap((need) => missing(node, pod, need, noFile(need), hasFile) ?? [])
        if (said.length === 0) return []
        const whole = said.length === 1 ? said[0]! : `[${said.join(', ')}]`
        return [{ message: `MountVolume.SetUp failed for volume "${volume}" : ${whole}` }]
      })
    },
    pullSecrets: (node, pod) => {
      const { imagePullSecrets } = pod.spec
      if (imagePullSecrets === undefined) return NONE
      return imagePullSecrets.flatMap(({ name = '' }) => {
        const said = missing(node, pod, { resource: 'secrets', name, keys: NONE }, () => '', hasValue)
        return said === undefined ? [] : [name]
      })
    },
    environment: (node, pod, container) => {
      if (container.env === undefined && container.envFrom === undefined) return undefined
      let needs = ofContainers.get(container)
      if (needs === undefined) ofContainers.set(container, (needs = environmentNeeds(container)))
      for (const need of needs) {
        const said = missing(node, pod, need, noValue(need, pod.namespace), hasValue)
        if (said !== undefined) return said
      }
      return undefined
    },
  }
}

function noFile({ resource }: Need): (key: string) => string {
  const whose =
    resource === 'configmaps' ? 'configmap references non-existent config' : 'references non-existent secret'
  return (key) => `${whose} key: ${key}`
}

function noValue({ resource, name }: Need, namespace: string): (key: string) => string {
  const kind = resource === 'configmaps' ? 'ConfigMap' : 'Secret'
  return (key) => `couldn't find key ${key} in ${kind} ${namespace}/${name}`
}

function hasValue({ data }: Keyed, key: string): boolean {
  return data !== undefined && Object.hasOwn(data, key)
}

function hasFile(found: Keyed, key: string): boolean {
  return hasValue(found, key) || (found.binaryData !== undefined && Object.hasOwn(found.binaryData, key))
}

function volumeNeeds(volumes: NonNullable<PodSpec['volumes']>): readonly VolumeNeeds[] {
  const claims = claimsOf({ volumes, containers: NONE })
  const all = volumes.map(({ name, configMap, secret, downwardAPI, projected }) => {
    const named = secret && { name: secret.secretName, items: secret.items, optional: secret.optional }
    const sources = [{ configMap, secret: named, downwardAPI }, ...(projected?.sources ?? [])]
    const needs = sources.flatMap((source) => [
      ...fileNeeds('configmaps', source.configMap),
      ...fileNeeds('secrets', source.secret),
      ...(source.downwardAPI?.items ?? []).flatMap(({ resourceFieldRef }) => containerNeeds(resourceFieldRef)),
    ])
    return { volume: name, needs, claimed: claims.find(({ volume }) => volume === name) }
  })
  const needed = all.filter(({ needs, claimed }) => needs.length > 0 || claimed !== undefined)
  return needed.length === 0 ? NONE : needed
}

function nodeOf(link: Link, name: string): Node | undefined {
  try {
    return link.peek<Node>('nodes', '', name)
  } catch (error) {
    if (!isStatusError(error)) throw error
    return undefined
  }
}

/** Why a claim cannot be mounted. Mirrors createVolumeSpec of pkg/kubelet/volumemanager/populator. */
function claimFault(link: Link, pod: PodRuntime, { claimName, isEphemeral }: ClaimedVolume): string | undefined {
  const { namespace } = pod
  const name = claimName(pod.name)
  const said = (why: string): string => `error processing PVC ${namespace}/${name}: ${why}`
  try {
    const claim = link.peek<PersistentVolumeClaim>('persistentvolumeclaims', namespace, name)
    if (claim === undefined)
      return said(`failed to fetch PVC from API server: persistentvolumeclaims ${JSON.stringify(name)} not found`)
    if (claim.metadata.deletionTimestamp !== undefined) return said('PVC is being deleted')
    if (claim.status.phase !== 'Bound' || !claim.spec.volumeName) return said('PVC is not bound')
    return isEphemeral ? notMadeFor(claim, pod) : undefined
  } catch (error) {
    if (!isStatusError(error)) throw error
    return said(`failed to fetch PVC from API server: ${error.message}`)
  }
}

function unprocessed(volume: string, why: string): string {
  const of = `unmounted volumes=[${volume}], unattached volumes=[], failed to process volumes=[${volume}]`
  return `Unable to attach or mount volumes: ${of}: ${why}`
}

interface FileSource {
  readonly name?: string | undefined
  readonly items?: readonly { readonly key: string }[] | undefined
  readonly optional?: boolean | undefined
}

function fileNeeds(resource: Need['resource'], source: FileSource | undefined): readonly Need[] {
  if (source === undefined || source.optional === true || source.name === rootCertificates) return NONE
  const { name = '', items = [] } = source
  return [{ resource, name, keys: items.map(({ key }) => key) }]
}

/** What `envFrom` takes whole comes first, then the variables one by one. */
function environmentNeeds({ env = [], envFrom = [] }: Container): readonly Need[] {
  const whole = envFrom.flatMap(({ configMapRef, secretRef }) => [
    ...fileNeeds('configmaps', configMapRef),
    ...fileNeeds('secrets', secretRef),
  ])
  const single = env.flatMap(({ valueFrom }) => [
    ...valueNeeds('configmaps', valueFrom?.configMapKeyRef),
    ...valueNeeds('secrets', valueFrom?.secretKeyRef),
    ...containerNeeds(valueFrom?.resourceFieldRef),
  ])
  return [...whole, ...single]
}

interface ValueSource {
  readonly name?: string
  readonly key: string
  readonly optional?: boolean
}

function valueNeeds(resource: Need['resource'], source: ValueSource | undefined): readonly Need[] {
  if (source === undefined || source.optional === true) return NONE
  return [{ resource, name: source.name ?? '', keys: [source.key] }]
}

/** Whose resources are asked for; nobody's but its own where none is named. */
function containerNeeds(source: { readonly containerName?: string } | undefined): readonly Need[] {
  return source?.containerName ? [{ resource: 'container', name: source.containerName, keys: NONE }] : NONE
}

/** Mirrors findContainerInPod of pkg/api/v1/resource. */
function hasContainer({ containers, initContainers = NONE }: PodSpec, asked: string): boolean {
  return [...containers, ...initContainers].some(({ name }) => name === asked)
}
