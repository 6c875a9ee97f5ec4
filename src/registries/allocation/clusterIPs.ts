/** Addresses of services. Mirrors pkg/registry/core/service/ipallocator, with the service range that kubeadm sets. */
import { internal, invalid as refused } from '../../api/errors.ts'
import { invalid } from '../../api/fieldErrors.ts'
import { formatIPv4, parseIPv4 } from '../../api/addresses.ts'
import type { Service } from '../../api/types/core.ts'
import { copyOf } from '../defaults/mutable.ts'
import type { Pool } from '../definition.ts'
import { isHeadless } from '../serviceTypes.ts'

/** 10.96.0.0/12, without the network's and the broadcast address. */
const FIRST = (10 * 256 + 96) * 65_536 + 1
const LAST = (10 * 256 + 112) * 65_536 - 2
/** So many at the beginning are left to those who choose an address themselves, as long as others are free. */
const SET_ASIDE = 256

/** What stands for an address in the answer to a dry run: the network's. */
const DRY_RUN_ADDRESS = formatIPv4(FIRST - 1)

/** The address that every cluster gives to the service `kubernetes`. */
export const API_ADDRESS: string = formatIPv4(FIRST)

/** Throws Invalid for an address that is taken or in no range of the cluster, InternalError when none is left. */
export function withClusterIPs(service: Service, previous: Service | undefined, pool: Pool): Service {
  const { spec } = service
  const keepsAddress = previous !== undefined && previous.spec.type !== 'ExternalName'
  if (spec.type === 'ExternalName' || keepsAddress || isHeadless(spec)) return service
  const asked = spec.clusterIP
  const clusterIP = asked ? taken(service, asked, pool) : drawn(pool)
  const copy = copyOf(spec)
  copy.clusterIP = clusterIP
  copy.clusterIPs = [clusterIP]
  return { ...service, spec: copy }
}

function taken({ metadata, spec }: Service, asked: string, pool: Pool): string {
  const address = parseIPv4(asked)
  const why =
    address === undefined || address < FIRST || address > LAST
      ? 'the provided network does not match the current range'
      : pool.isDryRun || pool.isFree(`ip/${formatIPv4(address)}`)
        ? undefined
        : 'provided IP is already allocated'
  if (why === undefined) return formatIPv4(address!)
  const error = invalid('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${asked}: ${why}`)
  throw refused('Service', '', metadata.name ?? '', [error])
}

function drawn(pool: Pool): string {
  if (pool.isDryRun) return DRY_RUN_ADDRESS
  const address = next(pool, FIRST + SET_ASIDE, LAST, 'clusterIP') ?? next(pool, FIRST, FIRST + SET_ASIDE - 1, 'lowIP')
  if (address === undefined) throw internal('failed to allocate a serviceIP: range is full')
  return address
}

/** The first free address from the drawn one on, round to where it began. */
function next(pool: Pool, from: number, to: number, purpose: string): string | undefined {
  const count = to - from + 1
  const start = pool.draw(purpose, count)
  for (let step = 0; step < count; step++) {
    const address = formatIPv4(from + ((start + step) % count))
    if (pool.isFree(`ip/${address}`)) return address
  }
  return undefined
}
