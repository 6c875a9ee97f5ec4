/** The events of an object. Mirrors searchEvents and DescribeEvents of k8s.io/kubectl/pkg/describe/describe.go. */
import type { KubeObject } from '../../api/meta.ts'
import { byCodeUnit } from '../../api/order.ts'
import { formatFieldSelector } from '../../api/fieldSelectors.ts'
import type { KubeEvent } from '../../api/types/core.ts'
import type { Around } from './around.ts'
import { ago, field, type Lines, section } from './lines.ts'

const MIRROR = 'kubernetes.io/config.mirror'

export function eventLines(object: KubeObject, around: Around): Lines {
  const events = eventsOf(object, around)
  if (events.length === 0) return [field('Events', '<none>')]
  const rows = events.map((event) =>
    [
      event.type ?? '',
      event.reason ?? '',
      when(event, around.now),
      event.source?.component || (event.reportingComponent ?? ''),
      messageOf(event),
    ].join('\t'),
  )
  return section('Events', ['Type\tReason\tAge\tFrom\tMessage', '----\t------\t----\t----\t-------', ...rows])
}

/** Oldest first, by when they happened last. */
function eventsOf(object: KubeObject, around: Around): readonly KubeEvent[] {
  const { uid, name, annotations } = object.metadata
  const found =
    object.kind === 'Pod'
      ? // Whatever kind an event says: of a static pod's mirror, those of the pod behind it.
        search(object, around, annotations?.[MIRROR] ?? uid)
      : object.kind === 'Node' || object.kind === 'Minion'
        ? // Kubelets give a node's name for its uid.
          [...search(object, around, uid), ...search(object, around, name)]
        : search(object, around, uid)
  return [...found].sort((a, b) => byCodeUnit(a.lastTimestamp ?? '', b.lastTimestamp ?? ''))
}

function search({ kind, metadata }: KubeObject, around: Around, uid: string): readonly KubeEvent[] {
  const { name, namespace } = metadata
  const wanted = [
    ['involvedObject.name', name],
    ['involvedObject.namespace', namespace ?? ''],
    ...(kind === 'Pod' ? [] : [['involvedObject.kind', kind] as const]),
    ['involvedObject.uid', uid],
  ] as const
  const fieldSelector = formatFieldSelector(wanted.map(([asked, value]) => ({ field: asked, equal: true, value })))
  return around.list<KubeEvent>('v1/Event', { namespace, fieldSelector })
}

function when({ eventTime, firstTimestamp, lastTimestamp, series, count }: KubeEvent, now: number): string {
  const first = ago(eventTime ?? firstTimestamp, now)
  if (series !== undefined) return `${ago(series.lastObservedTime, now)} (x${series.count ?? 0} over ${first})`
  return (count ?? 0) > 1 ? `${ago(lastTimestamp, now)} (x${count} over ${first})` : first
}

function messageOf({ message = '', involvedObject: { fieldPath } }: KubeEvent): string {
  return fieldPath ? `${fieldPath}: ${message.trim()}` : message.trim()
}
