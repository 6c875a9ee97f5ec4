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
  const found = [...search(object, around)]
  return found.sort((a, b) => byCodeUnit(a.lastTimestamp ?? '', b.lastTimestamp ?? ''))
}

function search({ apiVersion, kind, metadata }: KubeObject, around: Around): readonly KubeEvent[] {
  const { name, namespace, uid, annotations } = metadata
  const about = (uids: readonly string[], wantedKind?: string): readonly KubeEvent[] => {
    const wanted = { name, namespace: namespace ?? '', ...(wantedKind && { kind: wantedKind }) }
    const fieldSelector = formatFieldSelector(
      Object.entries(wanted).map(([field, value]) => ({ field: `involvedObject.${field}`, equal: true, value })),
    )
    const found = around.list<KubeEvent>('v1/Event', { namespace, fieldSelector })
    return uids.flatMap((wantedUid) => found.filter(({ involvedObject }) => involvedObject.uid === wantedUid))
  }
  switch (`${apiVersion}/${kind}`) {
    case 'v1/Pod':
      // Whatever kind an event says: of a static pod's mirror, those of the pod behind it.
      return about([annotations?.[MIRROR] ?? uid])
    case 'v1/Node':
    case 'v1/Minion':
      // Kubelets give a node's name for its uid.
      return about([uid, name], 'Node')
    default:
      return about([uid], kind)
  }
}

function when({ eventTime, firstTimestamp, lastTimestamp, series, count }: KubeEvent, now: number): string {
  const first = ago(eventTime ?? firstTimestamp, now)
  if (series !== undefined) return `${ago(series.lastObservedTime, now)} (x${series.count ?? 0} over ${first})`
  return (count ?? 0) > 1 ? `${ago(lastTimestamp, now)} (x${count} over ${first})` : first
}

function messageOf({ message = '', involvedObject: { fieldPath } }: KubeEvent): string {
  return fieldPath ? `${fieldPath}: ${message.trim()}` : message.trim()
}
