/** Ports of containers. Mirrors validateContainerPorts and AccumulateUniqueHostPorts of core validation. */
import { duplicate, invalid, required } from '../../api/fieldErrors.ts'
import { portNameErrors, portNumberErrors } from '../../api/names.ts'
import type { Container, ContainerPort } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { PROTOCOLS, checkChoice, complain } from './common.ts'

export function checkContainerPorts(ports: readonly ContainerPort[] | undefined, path: string, errors: Errors): void {
  if (ports === undefined) return
  const names: string[] = []
  for (let i = 0; i < ports.length; i++) {
    const port = ports[i] as ContainerPort
    const at = `${path}[${i}]`
    if (port.name) checkName(port.name, names, at, errors)
    if (!port.containerPort) errors.push(required(`${at}.containerPort`))
    else complain(errors, `${at}.containerPort`, port.containerPort, portNumberErrors(port.containerPort))
    if (port.hostPort) complain(errors, `${at}.hostPort`, port.hostPort, portNumberErrors(port.hostPort))
    if (port.protocol !== 'TCP') checkChoice(errors, `${at}.protocol`, port.protocol, PROTOCOLS)
  }
}

/** No two containers of a pod may want the same port of the machine. */
export function checkHostPorts(containers: readonly Container[], path: string, errors: Errors): void {
  let seen: Set<string> | undefined
  for (let c = 0; c < containers.length; c++) {
    const ports = containers[c]?.ports
    if (ports === undefined) continue
    for (let p = 0; p < ports.length; p++) {
      const port = ports[p] as ContainerPort
      if (!port.hostPort) continue
      const key = `${port.protocol ?? 'TCP'}/${port.hostIP ?? ''}/${port.hostPort}`
      seen ??= new Set()
      if (seen.has(key)) errors.push(duplicate(`${path}[${c}].ports[${p}].hostPort`, key))
      seen.add(key)
    }
  }
}

/** On the host's network a container's port is the machine's port; a template may leave it to the pod. */
export function checkHostNetworkPorts(
  containers: readonly Container[],
  path: string,
  pod: boolean,
  errors: Errors,
): void {
  for (let c = 0; c < containers.length; c++) {
    const ports = containers[c]?.ports ?? []
    for (let p = 0; p < ports.length; p++) {
      const { hostPort = 0, containerPort } = ports[p] as ContainerPort
      if ((!pod && hostPort === 0) || hostPort === containerPort) continue
      const at = `${path}[${c}].ports[${p}].hostPort`
      errors.push(invalid(at, hostPort, 'must match `containerPort` when `hostNetwork` is true'))
    }
  }
}

function checkName(name: string, names: string[], at: string, errors: Errors): void {
  const said = portNameErrors(name)
  if (said.length > 0) complain(errors, `${at}.name`, name, said)
  else if (names.includes(name)) errors.push(duplicate(`${at}.name`, name))
  else names.push(name)
}
