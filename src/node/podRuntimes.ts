/** Copies of a pod's state with one thing changed: literals of one shape, because there are many of them. */
import type { Container, PodSpec } from '../api/types/core.ts'
import { type ContainerRuntime, type PodRuntime, WAITING, appEnd, initCount } from './runtimeState.ts'

/** The container in a place, init containers first and ephemeral ones last. */
export function containerAt({ spec }: Pick<PodRuntime, 'spec'>, place: number): Container {
  const inits = initCount(spec)
  if (place < inits) return spec.initContainers![place]!
  return spec.containers[place - inits] ?? spec.ephemeralContainers![place - appEnd(spec)]!
}

export function withContainers(pod: PodRuntime, containers: readonly ContainerRuntime[]): PodRuntime {
  const { uid, namespace, name, resourceVersion, spec, attempt, address, stage } = pod
  return { uid, namespace, name, resourceVersion, spec, attempt, address, stage, containers }
}

export function withStage(pod: PodRuntime, stage: number): PodRuntime {
  const { uid, namespace, name, resourceVersion, spec, attempt, address, containers } = pod
  return { uid, namespace, name, resourceVersion, spec, attempt, address, stage, containers }
}

export function withSpec(pod: PodRuntime, spec: PodSpec): PodRuntime {
  const { uid, namespace, name, resourceVersion, attempt, address, stage, containers } = pod
  return { uid, namespace, name, resourceVersion, spec, attempt, address, stage, containers }
}

export function withAddress(pod: PodRuntime, address: number): PodRuntime {
  const { uid, namespace, name, resourceVersion, spec, attempt, stage, containers } = pod
  return { uid, namespace, name, resourceVersion, spec, attempt, address, stage, containers }
}

/** Lists of nothing but waiting containers, one of each length for all pods. */
export function createBlanks(): (length: number) => readonly ContainerRuntime[] {
  const known: (readonly ContainerRuntime[])[] = []
  return (length) => {
    while (known.length <= length) known.push(Object.freeze(known.map(() => WAITING)))
    return known[length]!
  }
}
