import type { FieldError } from '../../src/api/fieldErrors.ts'
import { fieldErrorMessage } from '../../src/api/fieldErrors.ts'
import type { Container, Pod, PodSpec } from '../../src/api/types/core.ts'
import type { KubeObject } from '../../src/api/meta.ts'
import type { Surroundings } from '../../src/registries/definition.ts'
import { pods } from '../../src/registries/pods.ts'
import { systemPriorityClasses } from '../../src/registries/priorityClasses.ts'

const metadata = {
  name: 'web',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2020-01-01T00:00:00Z',
}

/** A cluster that has nothing but what every cluster begins with. */
export const system: Surroundings = {
  find: <T extends KubeObject>(_key: string, _namespace: string, name: string) => classes.get(name) as T | undefined,
  list: <T extends KubeObject>() => [...classes.values()] as unknown as T[],
}
const classes = new Map(systemPriorityClasses.map(({ name, value }) => [name, { metadata: { name }, value }]))

/** A pod as a user writes it: one container, and what is given over it. */
export function podOf(spec: object = {}, container: object = {}): Pod {
  const containers = [{ name: 'web', image: 'nginx:1.27', ...container } as Container]
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec } as PodSpec, status: {} }
}

/** With all that Kubernetes fills in. */
export function defaultedPod(pod: Pod): Pod {
  return pods.defaults({ ...pod, spec: pods.spec!.defaults(pod.spec, system) as PodSpec })
}

/** As it stands in the store: defaulted, its status prepared. */
export function storedPod(spec: object = {}, container: object = {}): Pod {
  const pod = defaultedPod(podOf(spec, container))
  return pods.prepareForCreate?.(pod) ?? pod
}

export function messages(errors: readonly FieldError[]): readonly string[] {
  return errors.map(fieldErrorMessage)
}

/** A spec and a container that are put over a pod, and everything that is said of it. */
export type PodRefusal = readonly [about: string, spec: object, container: object, ...messages: string[]]

/** What is said of a pod when it is created. */
export function complaintsAbout(spec: object, container: object = {}): readonly string[] {
  const pod = defaultedPod(podOf(spec, container))
  return messages([...pods.spec!.validate(pod.spec, 'spec'), ...pods.validate(pod)])
}
