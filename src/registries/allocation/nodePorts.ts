/** Ports on every node. Mirrors pkg/registry/core/service/portallocator and its callers in storage/alloc.go. */
import { internal, invalid as refused } from '../../api/errors.ts'
import { invalid } from '../../api/fieldErrors.ts'
import type { Service, ServicePort, ServiceSpec } from '../../api/types/core.ts'
import { copyOf } from '../defaults/mutable.ts'
import type { Pool } from '../definition.ts'
import { hasNodePorts, needsHealthCheckPort, wantsNodePorts } from '../serviceTypes.ts'

/** The ports that services may have on nodes, both inclusive: --service-node-port-range. */
const NODE_PORTS = { first: 30_000, last: 32_767 } as const
/** So many at the beginning are left to those who choose a port themselves, as long as others are free. */
const SET_ASIDE = 86
/** In the answer to a dry run, ports from here on stand for those that would be drawn. */
const DRY_RUN_PORT = 32_769
const TAKEN = 'provided port is already allocated'
const OUTSIDE = `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`

/** Throws Invalid for a port that is taken, InternalError when none is left. */
export function withNodePorts(service: Service, previous: Service | undefined, pool: Pool): Service {
  const { spec } = service
  const ports = new Ports(service, previous?.spec, pool)
  const given = hasNodePorts(spec) ? portsOf(spec, previous, ports) : spec.ports
  const check = healthCheckPort(spec, previous?.spec, ports)
  if (given === spec.ports && check === spec.healthCheckNodePort) return service
  const copy = copyOf(spec)
  if (given !== undefined) copy.ports = given
  if (check !== undefined) copy.healthCheckNodePort = check
  return { ...service, spec: copy }
}

function portsOf(spec: ServiceSpec, previous: Service | undefined, ports: Ports): readonly ServicePort[] | undefined {
  const wanted = spec.ports ?? []
  const chosen = wanted.map(({ nodePort = 0 }, index) =>
    nodePort === 0 ? undefined : ports.take(nodePort, wanted, index),
  )
  if (!wantsNodePorts(spec)) return spec.ports
  // A port for TCP and for UDP, as DNS has, is one on the nodes too; upstream sees to that on create only.
  const shared = new Map<number, number>()
  if (previous === undefined)
    for (const [index, nodePort] of chosen.entries())
      if (nodePort !== undefined && !shared.has(wanted[index]!.port)) shared.set(wanted[index]!.port, nodePort)
  return chosen.includes(undefined)
    ? wanted.map((port, index) => {
        if (chosen[index] !== undefined) return port
        const nodePort = shared.get(port.port) ?? ports.next(`nodePort/${port.port}/${port.protocol ?? 'TCP'}`)
        if (previous === undefined) shared.set(port.port, nodePort)
        return { ...port, nodePort }
      })
    : spec.ports
}

function healthCheckPort(spec: ServiceSpec, previous: ServiceSpec | undefined, ports: Ports): number | undefined {
  const asked = spec.healthCheckNodePort
  if (!needsHealthCheckPort(spec) || (previous !== undefined && needsHealthCheckPort(previous))) return asked
  if (!asked) return ports.next('healthCheckNodePort')
  const why = ports.fault(asked)
  if (why === undefined) return asked
  throw internal(`failed to allocate requested HealthCheck NodePort ${asked}: ${why}`)
}

/** The ports that one request may still have. */
class Ports {
  private readonly mine = new Set<number>()
  private readonly old: ReadonlySet<number>
  private readonly isUpdate: boolean

  constructor(
    private readonly service: Service,
    previous: ServiceSpec | undefined,
    private readonly pool: Pool,
  ) {
    this.isUpdate = previous !== undefined
    this.old = new Set((previous?.ports ?? []).map(({ nodePort = 0 }) => nodePort))
  }

  /** Why a port cannot be had; undefined where it can. */
  fault(port: number): string | undefined {
    if (!this.pool.isDryRun && (port < NODE_PORTS.first || port > NODE_PORTS.last)) return OUTSIDE
    return this.isFree(port) ? undefined : TAKEN
  }

  private isFree(port: number): boolean {
    return !this.mine.has(port) && this.pool.isFree(`port/${port}`)
  }

  /** A port that was asked for. One number may stand for two protocols. */
  take(port: number, wanted: readonly ServicePort[], index: number): number {
    const twin = wanted.findIndex((other) => other.nodePort === port && other.port === wanted[index]!.port)
    const isShared = twin < index || (this.isUpdate && this.mine.has(port))
    const why = this.old.has(port) || isShared ? undefined : this.fault(port)
    if (why !== undefined) {
      const error = invalid(`spec.ports[${index}].nodePort`, port, why)
      throw refused('Service', '', this.service.metadata.name ?? '', [error])
    }
    this.mine.add(port)
    return port
  }

  next(purpose: string): number {
    const port = this.pool.isDryRun ? this.dummy() : this.free(purpose)
    if (port === undefined) throw internal('failed to allocate a nodePort: range is full')
    this.mine.add(port)
    return port
  }

  private dummy(): number {
    return this.mine.size === 0 ? DRY_RUN_PORT : Math.max(...this.mine) + 1
  }

  private free(purpose: string): number | undefined {
    const { first, last } = NODE_PORTS
    return this.drawn(first + SET_ASIDE, last, purpose) ?? this.drawn(first, first + SET_ASIDE - 1, `low/${purpose}`)
  }

  private drawn(from: number, to: number, purpose: string): number | undefined {
    const count = to - from + 1
    const start = this.pool.draw(purpose, count)
    for (let step = 0; step < count; step++) {
      const port = from + ((start + step) % count)
      if (this.isFree(port)) return port
    }
    return undefined
  }
}
