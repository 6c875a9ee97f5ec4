import type { Arrival, Workload } from 'wavetank/experiments'

export interface Wanted {
  readonly at?: number
  readonly cpu?: string
  readonly memory?: string
  readonly lifetimeMs?: number
  readonly spec?: object
}

/** Pods named pod-0, pod-1, … as they are listed; the same for every seed. */
export function listed(pods: readonly Wanted[], name = 'listed'): Workload {
  const arrivals = pods.map(({ at = 0, lifetimeMs, ...rest }, index): Arrival => {
    return { at, pod: podOf(`pod-${index}`, rest), ...(lifetimeMs === undefined ? {} : { lifetimeMs }) }
  })
  return { name, arrivals: () => arrivals }
}

export function podOf(name: string, { cpu, memory, spec = {} }: Wanted): Arrival['pod'] {
  const requests = { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) }
  const containers = [{ name: 'main', image: 'main:1', resources: { requests } }]
  return { metadata: { name }, spec: { containers, ...spec } }
}

export function equal(count: number, wanted: Wanted): readonly Wanted[] {
  return Array.from({ length: count }, () => wanted)
}

/** Pods of sizes that the seed draws, every 100 ms one. */
export function drawn(count: number): Workload {
  return {
    name: `${count} drawn pods`,
    *arrivals(seed) {
      let state = seed * 7919 + 1
      for (let index = 0; index < count; index++) {
        state = (state * 48271) % 2147483647
        const wanted = { cpu: `${100 + (state % 16) * 100}m`, memory: `${128 + (state % 7) * 256}Mi` }
        const lifetimeMs = state % 3 === 0 ? undefined : 1000 + (state % 10_000)
        yield { at: index * 100, pod: podOf(`pod-${index}`, wanted), lifetimeMs }
      }
    },
  }
}
