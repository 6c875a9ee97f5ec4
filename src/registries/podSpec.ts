/** What pods and every template of pods share: the defaults and the rules of a PodSpec. Pure, so results may be kept. */
import { Draft, EMPTY } from './defaults/mutable.ts'
import { mapKept } from '../api/mapKept.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { Container, PodSpec } from '../api/types/core.ts'
import { admitPodSpec } from './admission/podSpec.ts'
import type { Surroundings } from './definition.ts'
import { defaultContainer } from './defaults/containers.ts'
import type { ContainerScope } from './defaults/containers.ts'
import { defaultPodResources } from './defaults/podResources.ts'
import { defaultResourceList } from './defaults/resources.ts'
import { defaultVolume } from './defaults/volumes.ts'
import { checkPodSpec } from './validation/podSpec.ts'

const NONE: readonly FieldError[] = []
const TEMPLATE: ContainerScope = Object.freeze({ pod: false, hostNetwork: false })

/** A pod's spec with all that Kubernetes fills in and admission adds; the same object when nothing is missing. */
export function admittedPodSpec(spec: PodSpec, around: Surroundings): PodSpec {
  const draft = new Draft(spec)
  fillIn(draft, true)
  admitPodSpec(draft, around)
  return draft.value
}

/** A template's spec: as a pod's, but requests, host ports and service links wait until there is a pod. */
export function defaultTemplateSpec(spec: PodSpec): PodSpec {
  const draft = new Draft(spec)
  fillIn(draft, false)
  return draft.value
}

/** Every violation of a defaulted pod's spec; `path` is where the spec stands, such as `spec`. */
export function validatePodSpec(spec: PodSpec, path: string): readonly FieldError[] {
  return validated(spec, path, true)
}

/** Every violation of a defaulted template's spec; `path` such as `spec.template.spec`. */
export function validateTemplateSpec(spec: PodSpec, path: string): readonly FieldError[] {
  return validated(spec, path, false)
}

function validated(spec: PodSpec, path: string, pod: boolean): readonly FieldError[] {
  const errors: FieldError[] = []
  checkPodSpec(spec, path, pod, errors)
  return errors.length === 0 ? NONE : errors
}

/** Mirrors SetDefaults_PodSpec and, for pods, SetDefaults_Pod of pkg/apis/core/v1/defaults.go. */
function fillIn(draft: Draft<PodSpec>, pod: boolean): void {
  const spec = draft.value
  const scope: ContainerScope = { pod, hostNetwork: spec.hostNetwork === true }
  const containers = spec.containers && defaultContainers(spec.containers, scope)
  const initContainers = spec.initContainers && defaultContainers(spec.initContainers, scope)
  const volumes = spec.volumes && mapKept(spec.volumes, defaultVolume)
  const overhead = spec.overhead && defaultResourceList(spec.overhead)
  // A template's containers and those of ephemeral kind are alike in what waits until there is a pod.
  const debugging = spec.ephemeralContainers && defaultContainers(spec.ephemeralContainers, TEMPLATE)
  const within = { containers, ...(initContainers && { initContainers }) }
  const resources = spec.resources && defaultPodResources(spec.resources, within, pod)
  const account = spec.serviceAccountName || spec.serviceAccount
  if (
    containers === spec.containers &&
    initContainers === spec.initContainers &&
    volumes === spec.volumes &&
    overhead === spec.overhead &&
    debugging === spec.ephemeralContainers &&
    resources === spec.resources &&
    spec.schedulingGroup === undefined &&
    spec.serviceAccountName === account &&
    spec.serviceAccount === account &&
    spec.restartPolicy &&
    spec.terminationGracePeriodSeconds !== undefined &&
    !(pod && spec.terminationGracePeriodSeconds < 0) &&
    spec.dnsPolicy &&
    spec.securityContext &&
    spec.schedulerName &&
    (!pod || spec.enableServiceLinks !== undefined)
  ) {
    return
  }
  const copy = draft.own
  copy.containers = containers
  if (initContainers !== undefined) copy.initContainers = initContainers
  if (volumes !== undefined) copy.volumes = volumes
  if (overhead !== undefined) copy.overhead = overhead
  if (debugging !== undefined) copy.ephemeralContainers = debugging
  if (resources !== undefined) copy.resources = resources
  if (account) {
    copy.serviceAccountName = account
    // Its name of long ago, which is still said.
    copy.serviceAccount = account
  }
  // Groups of pods are not enabled.
  delete copy.schedulingGroup
  copy.restartPolicy = spec.restartPolicy || 'Always'
  const grace = spec.terminationGracePeriodSeconds ?? 30
  copy.terminationGracePeriodSeconds = pod && grace < 0 ? 1 : grace
  copy.dnsPolicy = spec.dnsPolicy || 'ClusterFirst'
  copy.securityContext = spec.securityContext ?? EMPTY
  copy.schedulerName = spec.schedulerName || 'default-scheduler'
  if (pod) copy.enableServiceLinks = spec.enableServiceLinks ?? true
}

function defaultContainers(containers: readonly Container[], scope: ContainerScope): readonly Container[] {
  return mapKept(containers, (container) => defaultContainer(container, scope))
}
