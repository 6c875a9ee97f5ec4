/** Containers. Mirrors SetDefaults_Container and its neighbours in pkg/apis/core/v1/defaults.go. */
import { isLatest, parseImage } from '../../api/imageNames.ts'
import { mapKept } from '../../api/mapKept.ts'
import type { Container, ContainerPort, EnvVar } from '../../api/types/core.ts'
import { copyOf, type Mutable } from './mutable.ts'
import { defaultLifecycle, defaultProbe } from './probes.ts'
import { defaultRequirements, withCanonicalDivisor } from './resources.ts'

/** What a container's defaults depend on beside the container: templates are left less complete than pods. */
export interface ContainerScope {
  readonly pod: boolean
  readonly hostNetwork: boolean
}

/** The container with all that Kubernetes fills in; the same one when nothing is missing. */
export function defaultContainer(container: Container, scope: ContainerScope): Container {
  const resources = defaultRequirements(container.resources, scope.pod)
  const ports = container.ports && defaultPorts(container.ports, scope)
  const env = container.env && mapKept(container.env, defaultEnv)
  const livenessProbe = container.livenessProbe && defaultProbe(container.livenessProbe)
  const readinessProbe = container.readinessProbe && defaultProbe(container.readinessProbe)
  const startupProbe = container.startupProbe && defaultProbe(container.startupProbe)
  const lifecycle = container.lifecycle && defaultLifecycle(container.lifecycle)
  if (
    container.terminationMessagePath &&
    container.terminationMessagePolicy &&
    container.imagePullPolicy &&
    resources === container.resources &&
    ports === container.ports &&
    env === container.env &&
    livenessProbe === container.livenessProbe &&
    readinessProbe === container.readinessProbe &&
    startupProbe === container.startupProbe &&
    lifecycle === container.lifecycle
  ) {
    return container
  }
  const copy = copyOf(container)
  copy.resources = resources
  if (ports !== undefined) copy.ports = ports
  if (env !== undefined) copy.env = env
  if (livenessProbe !== undefined) copy.livenessProbe = livenessProbe
  if (readinessProbe !== undefined) copy.readinessProbe = readinessProbe
  if (startupProbe !== undefined) copy.startupProbe = startupProbe
  if (lifecycle !== undefined) copy.lifecycle = lifecycle
  else delete copy.lifecycle
  copy.terminationMessagePath = container.terminationMessagePath || '/dev/termination-log'
  copy.terminationMessagePolicy = container.terminationMessagePolicy || 'File'
  copy.imagePullPolicy = container.imagePullPolicy || pullPolicyFor(container.image ?? '')
  return copy
}

/** `latest`, or no tag at all, means the image may change: pull it every time. A digest never changes, nor does what is no image. */
export function pullPolicyFor(image: string): 'Always' | 'IfNotPresent' {
  return isLatest(image) && parseImage(image).flaw === '' ? 'Always' : 'IfNotPresent'
}

function defaultPorts(ports: readonly ContainerPort[], scope: ContainerScope): readonly ContainerPort[] {
  const onHost = scope.pod && scope.hostNetwork
  let copy: ContainerPort[] | undefined
  for (let i = 0; i < ports.length; i++) {
    const port = ports[i] as ContainerPort
    const needsHostPort = onHost && !port.hostPort
    if (port.protocol && !needsHostPort) continue
    copy ??= ports.slice()
    const next = copyOf(port)
    next.protocol = port.protocol || 'TCP'
    if (needsHostPort) next.hostPort = port.containerPort
    copy[i] = next
  }
  return copy ?? ports
}

function defaultEnv(variable: EnvVar): EnvVar {
  const { fieldRef, fileKeyRef, resourceFieldRef } = variable.valueFrom ?? {}
  const added: Mutable<NonNullable<EnvVar['valueFrom']>> = {}
  if (fieldRef !== undefined && !fieldRef.apiVersion) added.fieldRef = { ...fieldRef, apiVersion: 'v1' }
  if (fileKeyRef !== undefined && fileKeyRef.optional === undefined)
    added.fileKeyRef = { ...fileKeyRef, optional: false }
  const divided = resourceFieldRef && withCanonicalDivisor(resourceFieldRef)
  if (divided !== undefined && divided !== resourceFieldRef) added.resourceFieldRef = divided
  for (const _ in added) return { ...variable, valueFrom: { ...variable.valueFrom, ...added } }
  return variable
}
