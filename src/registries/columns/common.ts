/** Cells that many tables share. Mirrors pkg/printers/internalversion/printers.go. */
import { formatDuration } from '../../api/duration.ts'
import type { KubeObject } from '../../api/meta.ts'
import { sortedSet } from '../../api/order.ts'
import { parseTime } from '../../api/time.ts'
import type { Container } from '../../api/types/core.ts'
import type { Column } from '../definition.ts'

export function nameColumn<T extends KubeObject>(): Column<T> {
  return { name: 'Name', cell: (object) => object.metadata.name }
}

export function ageColumn<T extends KubeObject>(): Column<T> {
  return { name: 'Age', cell: (object, now) => since(object.metadata.creationTimestamp, now) }
}

/** How long ago, or `<unknown>` for a time that is not there. */
export function since(time: string | undefined, now: number): string {
  const at = time === undefined ? undefined : parseTime(time)
  return at === undefined ? '<unknown>' : formatDuration(now - at)
}

export function containerNames(containers: readonly Container[] | undefined): string {
  return (containers ?? []).map(({ name }) => name).join(',')
}

export function containerImages(containers: readonly Container[] | undefined): string {
  return (containers ?? []).map(({ image }) => image ?? '').join(',')
}

/** Where a load balancer answers: each address once, in order. */
export function loadBalancerAddresses({ loadBalancer }: Balanced): readonly string[] {
  const addresses = (loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '')
  return sortedSet(addresses.filter((address) => address !== ''))
}

interface Balanced {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] }
}

/** When it was made, for the kinds whose table shows that instead of an age. */
export function createdAtColumn<T extends KubeObject>(): Column<T> {
  return { name: 'Created At', cell: (object) => object.metadata.creationTimestamp }
}
