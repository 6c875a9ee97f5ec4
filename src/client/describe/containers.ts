/** Containers with their states. Mirrors describeContainers of k8s.io/kubectl/pkg/describe/describe.go. */
import type { KubeObject } from '../../api/meta.ts'
import { byCodeUnit, sortedKeys } from '../../api/order.ts'
import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  ResourceRequirements,
  SecurityContext,
  VolumeMount,
} from '../../api/types/core.ts'
import { environmentLines } from './environment.ts'
import { field, indented, type Lines, moment, optional, quantity, section, yesNo } from './lines.ts'
import { probeText } from './probes.ts'

interface Containers {
  readonly title: string
  readonly containers: readonly Container[] | undefined
  readonly statuses?: readonly ContainerStatus[] | undefined
  /** Two spaces in a template, which is one further in. */
  readonly space: string
  /** The pod they are of; undefined in a template. */
  readonly pod?: KubeObject
}

export function containerLines({ title, containers = [], statuses = [], space, pod }: Containers): Lines {
  if (containers.length === 0) return [`${space}${title}: <none>`]
  const inner = space === '' ? '' : ' '
  return [
    `${space}${title}:`,
    ...containers.flatMap((container) => {
      const status = statuses.findLast(({ name }) => name === container.name)
      return [`  ${inner}${container.name}:`, ...indented(linesOf(container, status, pod), 2)]
    }),
  ]
}

function linesOf(container: Container, status: ContainerStatus | undefined, pod: KubeObject | undefined): Lines {
  const { image, ports, command, args, resources, securityContext } = container
  return [
    ...(status === undefined ? [] : [field('Container ID', status.containerID)]),
    field('Image', image),
    ...(status === undefined ? [] : [field('Image ID', status.imageID)]),
    portsLine('Port', ports, ({ containerPort }) => containerPort),
    portsLine('Host Port', ports, ({ hostPort = 0 }) => hostPort),
    ...seccompLines(securityContext, '  LocalhostProfile'),
    ...words('Command', command),
    ...words('Args', args),
    ...(status === undefined ? [] : stateLines(status)),
    ...resourceLines(resources),
    ...probeLines(container),
    ...environmentLines(container, pod),
    ...mountLines(container),
  ]
}

function portsLine(
  title: string,
  ports: readonly ContainerPort[] = [],
  numberOf: (port: ContainerPort) => number,
): string {
  const texts = ports.map((port) => {
    const { protocol = '', name = '' } = port
    return `${numberOf(port)}/${protocol}${name === '' ? '' : ` (${name})`}`
  })
  return texts.length > 1 ? field(`${title}s`, texts.join(', ')) : field(title, texts[0] ?? '<none>')
}

export function seccompLines(
  context: Pick<SecurityContext, 'seccompProfile'> | undefined,
  profileTitle: string,
): Lines {
  const profile = context?.seccompProfile
  if (profile === undefined) return []
  const local = profile.type === 'Localhost' ? [field(profileTitle, profile.localhostProfile)] : []
  return [field('SeccompProfile', profile.type), ...local]
}

function words(title: string, list: readonly string[] = []): Lines {
  return list.length === 0
    ? []
    : section(
        title,
        list.flatMap((word) => word.split('\n')),
      )
}

function stateLines({ state, lastState, ready, restartCount }: ContainerStatus): Lines {
  return [
    ...oneState('State', state ?? {}),
    ...(lastState?.terminated === undefined ? [] : oneState('Last State', lastState)),
    field('Ready', yesNo(ready)),
    field('Restart Count', restartCount),
  ]
}

function oneState(title: string, { running, waiting, terminated }: ContainerState): Lines {
  if (running !== undefined)
    return [field(title, 'Running'), ...indented([field('Started', moment(running.startedAt))])]
  if (waiting !== undefined || terminated === undefined)
    return [field(title, 'Waiting'), ...indented(optional('Reason', waiting?.reason))]
  const { reason, message, exitCode, signal = 0, startedAt, finishedAt } = terminated
  return [
    field(title, 'Terminated'),
    ...indented([
      ...optional('Reason', reason),
      ...optional('Message', message),
      field('Exit Code', exitCode),
      ...(signal > 0 ? [field('Signal', signal)] : []),
      field('Started', moment(startedAt)),
      field('Finished', moment(finishedAt)),
    ]),
  ]
}

export function resourceLines(resources: ResourceRequirements | undefined): Lines {
  return [...amounts('Limits', resources?.limits), ...amounts('Requests', resources?.requests)]
}

function amounts(title: string, list: ResourceRequirements['limits']): Lines {
  const names = sortedKeys(list)
  return names.length === 0
    ? []
    : section(
        title,
        names.map((name) => field(name, quantity(list![name]))),
      )
}

function probeLines({ livenessProbe, readinessProbe, startupProbe }: Container): Lines {
  return [
    ...(livenessProbe === undefined ? [] : [field('Liveness', probeText(livenessProbe))]),
    ...(readinessProbe === undefined ? [] : [field('Readiness', probeText(readinessProbe))]),
    ...(startupProbe === undefined ? [] : [field('Startup', probeText(startupProbe))]),
  ]
}

function mountLines({ volumeMounts = [], volumeDevices = [] }: Container): Lines {
  // Upstream says <none> of the devices where there are no mounts.
  const none = volumeMounts.length === 0 ? '\t<none>' : ''
  const mounts = [...volumeMounts].sort((a, b) => byCodeUnit(a.mountPath, b.mountPath)).map(mountText)
  const devices = [...volumeDevices]
    .sort((a, b) => byCodeUnit(a.devicePath, b.devicePath))
    .map(({ devicePath, name }) => `${devicePath} from ${name}`)
  return [
    `Mounts:${none}`,
    ...indented(mounts),
    ...(devices.length === 0 ? [] : [`Devices:${none}`, ...indented(devices)]),
  ]
}

function mountText({ mountPath, name, readOnly, subPath = '' }: VolumeMount): string {
  const path = subPath === '' ? '' : `,path=${JSON.stringify(subPath)}`
  return `${mountPath} from ${name} (${readOnly === true ? 'ro' : 'rw'}${path})`
}
