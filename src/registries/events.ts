/** Events. Mirrors pkg/registry/core/event/strategy.go and legacyValidateEvent of pkg/apis/core/validation/events.go. */
import { invalid, required } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import type { KubeEvent, ObjectReference } from '../api/types/core.ts'
import { nameColumn, since } from './columns/common.ts'
import { EMPTY } from './defaults/mutable.ts'
import { fill } from './defineResource.ts'
import type { ResourceDefinition } from './definition.ts'
import { checkQualifiedName } from './validation/common.ts'
import type { Errors } from './validation/common.ts'

export const events: ResourceDefinition<KubeEvent> = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'],
  nameRule: 'path',
  anyFinalizer: true,
  metadataLast: true,
  defaults: (event) => fill(event, { involvedObject: EMPTY, source: EMPTY }),
  validate: (event) => eventErrors(event, 'reportingComponent'),
  validateUpdate: () => [],
  fields: {
    'involvedObject.kind': involved('kind'),
    'involvedObject.namespace': involved('namespace'),
    'involvedObject.name': involved('name'),
    'involvedObject.uid': involved('uid'),
    'involvedObject.apiVersion': involved('apiVersion'),
    'involvedObject.resourceVersion': involved('resourceVersion'),
    'involvedObject.fieldPath': involved('fieldPath'),
    reason: (event) => event.reason ?? '',
    reportingComponent: (event) => event.reportingComponent ?? '',
    source: (event) => event.source?.component || (event.reportingComponent ?? ''),
    type: (event) => event.type ?? '',
  },
  uniqueNames: true,
  propagation: 'Unsupported',
  expires: true,
  columns: [
    { name: 'Last Seen', cell: lastSeen },
    { name: 'Type', cell: (event) => event.type ?? '' },
    { name: 'Reason', cell: (event) => event.reason ?? '' },
    { name: 'Object', cell: target },
    { name: 'Subobject', priority: 1, cell: (event) => event.involvedObject.fieldPath ?? '' },
    { name: 'Source', priority: 1, cell: sourceCell },
    { name: 'Message', cell: (event) => (event.message ?? '').trim() },
    { name: 'First Seen', priority: 1, cell: firstSeen },
    {
      name: 'Count',
      priority: 1,
      cell: ({ series, count }) => String(series === undefined ? count || 1 : (series.count ?? 0)),
    },
    { ...nameColumn<KubeEvent>(), priority: 1 },
  ],
}

/** Old events need only agree on the namespace; those with an eventTime must say who reports what. */
export function eventErrors(event: KubeEvent, controller: string): readonly FieldError[] {
  const errors: FieldError[] = []
  const namespace = event.metadata.namespace ?? ''
  const about = event.involvedObject?.namespace ?? ''
  const modern = event.eventTime !== undefined && event.eventTime !== null
  const clusterWide = namespace === 'default' || namespace === (modern ? 'kube-system' : '')
  const agrees = about === '' ? clusterWide : modern || about === namespace
  if (!agrees) errors.push(invalid('involvedObject.namespace', about, 'does not match event.namespace'))
  if (modern) checkModern(event, controller, errors)
  return errors
}

/** `controller` is what the version of the request calls the one who reports. */
function checkModern(event: KubeEvent, controller: string, errors: Errors): void {
  if (!event.reportingComponent) errors.push(required(controller))
  checkQualifiedName(errors, controller, event.reportingComponent ?? '')
  for (const [field, value] of [
    ['reportingInstance', event.reportingInstance],
    ['action', event.action],
    ['reason', event.reason],
  ] as const) {
    if (!value) errors.push(required(field))
    else if (value.length > 128) errors.push(invalid(field, '', 'can have at most 128 characters'))
  }
  if ((event.message ?? '').length > 1024) errors.push(invalid('message', '', 'can have at most 1024 characters'))
}

function involved(field: keyof ObjectReference): (event: KubeEvent) => string {
  return (event) => event.involvedObject[field] ?? ''
}

function firstSeen(event: KubeEvent, now: number): string {
  return since(event.firstTimestamp ?? event.eventTime ?? undefined, now)
}

function lastSeen(event: KubeEvent, now: number): string {
  if (event.series !== undefined) return since(event.series.lastObservedTime, now)
  return event.lastTimestamp ? since(event.lastTimestamp, now) : firstSeen(event, now)
}

function target(event: KubeEvent): string {
  const kind = (event.involvedObject.kind ?? '').toLowerCase()
  return event.involvedObject.name ? `${kind}/${event.involvedObject.name}` : kind
}

function sourceCell(event: KubeEvent): string {
  const component = event.source?.component || (event.reportingComponent ?? '')
  const host = event.source?.host || (event.reportingInstance ?? '')
  return host === '' ? component : `${component}, ${host}`
}
