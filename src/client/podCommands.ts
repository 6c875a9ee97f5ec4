/** What kubectl does with a pod's containers. */
import { callOptions } from '../api/callOptions.ts'
import type { WriteOptions } from '../api/dryRun.ts'
import { badRequest } from '../api/errors.ts'
import type { Container, ContainerStatus, Pod } from '../api/types/core.ts'
import type { DeleteOptions } from '../registries/context.ts'
import type { Outside } from './outside.ts'
import type { Namespaced } from './reader.ts'
import type { ResourceClient } from './resourceClient.ts'
import { targetOf } from './targets.ts'

export interface LogOptions extends Namespaced {
  /** One of the pod's containers; the first, or the one its annotation names as default, unless given. */
  readonly container?: string | undefined
  /** The log of the run before. */
  readonly previous?: boolean | undefined
  /** Only the last so many lines; 0 or more. */
  readonly tailLines?: number | undefined
}

export interface PodCommands {
  /**
   * `kubectl logs`: what a container has printed in its present or last run, as its behaviour says. Throws NotFound for a
   * pod that is not there, BadRequest for a container that has not run, ServiceUnavailable while its node is down.
   */
  log(name: string, options?: LogOptions): string
  /**
   * Asks for the pod's deletion as long as its disruption budget allows it. Throws TooManyRequests where it does not,
   * InternalError for a pod of several budgets, NotFound. Returns the pod as it was left.
   */
  evict(name: string, options?: Namespaced & DeleteOptions & WriteOptions): Pod
}

/** The lines that containers of an image print on a node. Throws for a node whose kubelet does not answer. */
export type LogSource = (node: string, image: string) => readonly string[]

const logOptions: readonly string[] = Object.freeze(['container', 'previous', 'tailLines', 'namespace'])
const defaultContainer = 'kubectl.kubernetes.io/default-container'

export function createPodCommands(client: ResourceClient<Pod>, outside: Outside, linesOf: LogSource): PodCommands {
  const resource = outside.resource('v1/Pod')
  return {
    evict(name, options) {
      const { namespace, dryRun, ...rest } = outside.attempt(() => callOptions('evict', options))
      const asked = outside.attempt(() => targetOf(resource, name, namespace))
      return outside.write('evict', asked, rest, { dryRun }) as Pod
    },
    log(name, options) {
      const asked = outside.attempt(() => callOptions('log', options, logOptions))
      const { container, previous = false, tailLines = Infinity, ...where } = asked
      const pod = client.get(name, where)
      return outside.attempt(() => {
        if (!(tailLines === Infinity || (Number.isInteger(tailLines) && tailLines >= 0)))
          throw badRequest(`tailLines: Invalid value: ${String(tailLines)}: must be greater than or equal to 0`)
        const chosen = chosenContainer(pod, container)
        const { nodeName = '' } = pod.spec
        if (nodeName === '') throw badRequest(`pod ${name} does not have a host assigned`)
        checkHasRun(pod, chosen.name, previous)
        const lines = linesOf(nodeName, chosen.image ?? '')
        const shown = tailLines === Infinity ? lines : lines.slice(Math.max(0, lines.length - tailLines))
        return shown.map((line) => `${line}\n`).join('')
      })
    },
  }
}

function chosenContainer({ metadata, spec }: Pod, asked: string | undefined): Container {
  const all: readonly Container[] = [
    ...spec.containers,
    ...(spec.initContainers ?? []),
    ...((spec.ephemeralContainers ?? []) as readonly Container[]),
  ]
  const name = asked ?? metadata.annotations?.[defaultContainer] ?? all[0]!.name
  const found = all.find((container) => container.name === name)
  if (found === undefined) throw badRequest(`container ${name} is not valid for pod ${metadata.name}`)
  return found
}

/** Mirrors validateContainerLogStatus of pkg/kubelet/kubelet_pods.go. */
function checkHasRun({ metadata, status }: Pod, container: string, previous: boolean): void {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status
  const all = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses]
  const found = all.find(({ name }) => name === container)
  const where = `container ${JSON.stringify(container)} in pod ${JSON.stringify(metadata.name)}`
  if (found?.lastState?.terminated !== undefined) return
  if (previous) throw badRequest(`previous terminated ${where} not found`)
  if (found?.state?.running !== undefined || found?.state?.terminated?.containerID !== undefined) return
  throw badRequest(`${where} is waiting to start${reasonOf(found)}`)
}

function reasonOf(status: ContainerStatus | undefined): string {
  const reason = status?.state?.waiting?.reason
  if (reason === undefined) return ' - no logs yet'
  if (reason === 'ErrImagePull') return ": image can't be pulled"
  return reason === 'ImagePullBackOff' ? ': trying and failing to pull image' : `: ${reason}`
}
