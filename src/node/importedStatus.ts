import { createContainerIds } from './containerIds.ts'
import { sameSize } from './sizes.ts'
import type { ContainerStatus, PodStatus } from '../api/types/core.ts'

/** A container as another cluster's kubelet reported it. */
export interface ImportedContainer {
  readonly status: ContainerStatus
}

/** The containers of a pod that another cluster ran, init containers among them. */
export type ImportedPod = readonly ImportedContainer[]

/**
 * A status in which a pod's containers keep what cannot be known here of what was made elsewhere: the ids of images and
 * containers, users, mounts. What was made since is as everywhere.
 */
export function withImported(status: PodStatus, imported: ImportedPod): PodStatus {
  const { initContainerStatuses: inits, containerStatuses, ephemeralContainerStatuses: debugging } = status
  return {
    ...status,
    ...(inits !== undefined && { initContainerStatuses: inits.map((one) => overlaid(one, imported)) }),
    ...(containerStatuses !== undefined && {
      containerStatuses: containerStatuses.map((one) => overlaid(one, imported)),
    }),
    ...(debugging !== undefined && { ephemeralContainerStatuses: debugging.map((one) => overlaid(one, imported)) }),
  }
}

/** The ids of containers: those that were made elsewhere have the ones that they had there. */
export function createKnownIds(
  of: (uid: string) => ImportedPod | undefined,
): (uid: string, name: string, attempt: number) => string {
  const made = createContainerIds()
  return (uid, name, attempt) => importedId(of(uid), name, attempt) ?? made(uid, name, attempt)
}

/** The id that a container had elsewhere; undefined for one that was made since. */
function importedId(imported: ImportedPod | undefined, name: string, attempt: number): string | undefined {
  const known = imported?.find(({ status }) => status.name === name && status.restartCount === attempt)
  return known?.status.containerID || undefined
}

function overlaid(status: ContainerStatus, imported: ImportedPod): ContainerStatus {
  const known = imported.find((one) => one.status.name === status.name)?.status
  if (known === undefined || !known.containerID || !status.containerID) return status
  if (known.restartCount !== status.restartCount) {
    const isSame = status.image === known.image
    return isSame
      ? { ...status, imageID: known.imageID, ...(known.user !== undefined && { user: known.user }) }
      : status
  }
  const { state = {}, lastState = {}, ready, started, allocatedResources, resources } = status
  const said = { ...known, state, lastState, ready, ...(started !== undefined && { started }) }
  if (known.resources === undefined || sameSize(known.resources, resources)) return said
  // Of one that is resized it is known what it has.
  return { ...said, ...(allocatedResources !== undefined && { allocatedResources }), ...(resources && { resources }) }
}
