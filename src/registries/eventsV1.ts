/**
 * Events as events.k8s.io has them: the same records under other field names, with stricter rules for whoever writes
 * through it. Mirrors pkg/apis/events/v1/conversion.go and pkg/apis/core/validation/events.go.
 */
import { immutable, invalid, required } from '../api/fieldErrors.ts'
import type { FieldError } from '../api/fieldErrors.ts'
import { internally, type InternalForm } from '../api/internalForm.ts'
import type { KubeEvent } from '../api/types/core.ts'
import type { EventsV1Event } from '../api/types/events.ts'
import { EMPTY } from './defaults/mutable.ts'
import { fill } from './defineResource.ts'
import type { ResourceDefinition } from './definition.ts'
import { equal } from './equal.ts'
import { eventErrors, events } from './events.ts'

/** What a field is called in the core group, and here. */
const names = Object.freeze([
  ['action', 'action'],
  ['count', 'deprecatedCount'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['source', 'deprecatedSource'],
  ['eventTime', 'eventTime'],
  ['message', 'note'],
  ['reason', 'reason'],
  ['involvedObject', 'regarding'],
  ['related', 'related'],
  ['reportingComponent', 'reportingController'],
  ['reportingInstance', 'reportingInstance'],
  ['series', 'series'],
  ['type', 'type'],
] as const)

export const eventsV1: ResourceDefinition<EventsV1Event> = {
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  verbs: events.verbs,
  nameRule: 'subdomain',
  defaults: (event) => fill(event, { regarding: EMPTY, deprecatedSource: EMPTY }),
  validate: (event, previous) => [
    ...eventErrors(coreOf(event), 'reportingController'),
    ...(previous === undefined ? looseErrors(event) : []),
  ],
  validateUpdate,
  fields: {
    'regarding.kind': regarding('kind'),
    'regarding.namespace': regarding('namespace'),
    'regarding.name': regarding('name'),
    'regarding.uid': regarding('uid'),
    'regarding.apiVersion': regarding('apiVersion'),
    'regarding.resourceVersion': regarding('resourceVersion'),
    'regarding.fieldPath': regarding('fieldPath'),
    reason: (event) => event.reason ?? '',
    reportingController: (event) => event.reportingController ?? '',
    type: (event) => event.type ?? '',
  },
  uniqueNames: true,
  propagation: 'Unsupported',
  expires: true,
  columns: events.columns.map(({ cell, ...column }) => ({ ...column, cell: (event, now) => cell(coreOf(event), now) })),
  viewOf: 'events',
  view: { shown: (record) => shown(record as KubeEvent), recorded: (object) => coreOf(object) },
}

function shown(record: KubeEvent): EventsV1Event {
  const fields = names.flatMap(([core, here]) => {
    // An Event of the core group has no eventTime; here the field is always there.
    const value = core === 'eventTime' ? (record.eventTime ?? null) : record[core]
    return value === undefined || value === '' ? [] : [[here, value]]
  })
  const { metadata } = record
  return { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata, ...Object.fromEntries(fields) } as EventsV1Event
}

function coreOf(event: EventsV1Event): KubeEvent {
  const fields = names.flatMap(([core, here]): [string, unknown][] => {
    const value = core === 'involvedObject' ? (event.regarding ?? {}) : event[here]
    return value === undefined || value === null ? [] : [[core, value]]
  })
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return { apiVersion: 'v1', kind: 'Event', metadata: event.metadata, ...Object.fromEntries(fields) } as KubeEvent
}

/** What is asked of a new Event, beside what any Event must be. Upstream says it in the core group's names. */
function looseErrors(event: EventsV1Event): readonly FieldError[] {
  const errors: FieldError[] = [...seriesErrors(event)]
  if (!event.eventTime) errors.push(required('eventTime'))
  if (event.type !== 'Normal' && event.type !== 'Warning')
    errors.push(invalid('type', '', `has invalid value: ${event.type ?? ''}`))
  const { deprecatedFirstTimestamp, deprecatedLastTimestamp, deprecatedCount, deprecatedSource = {} } = event
  const unset = 'needs to be unset'
  if (deprecatedFirstTimestamp) errors.push(invalid('firstTimestamp', '', unset))
  if (deprecatedLastTimestamp) errors.push(invalid('lastTimestamp', '', unset))
  if (deprecatedCount) errors.push(invalid('count', '', unset))
  if (deprecatedSource.component || deprecatedSource.host) errors.push(invalid('source', '', unset))
  return errors
}

function seriesErrors({ series }: EventsV1Event): readonly FieldError[] {
  if (series === undefined) return []
  const errors: FieldError[] = []
  if ((series.count ?? 0) < 2) errors.push(invalid('series.count', '', 'should be at least 2'))
  if (!series.lastObservedTime) errors.push(required('series.lastObservedTime'))
  return errors
}

/** Only its series, and its metadata, may change. */
function validateUpdate(next: EventsV1Event, previous: EventsV1Event): readonly FieldError[] {
  const [now, before] = [coreOf(next), coreOf(previous)]
  const errors: FieldError[] = equal(next.series, previous.series) ? [] : [...seriesErrors(next)]
  for (const [core] of names) {
    if (core === 'series' || equal(now[core] || undefined, before[core] || undefined)) continue
    errors.push(immutable(core === 'reportingComponent' ? 'reportingController' : core, goValue(core, now[core])))
  }
  return errors
}

const REFERENCE: InternalForm = {
  Kind: '',
  Namespace: '',
  Name: '',
  UID: '',
  APIVersion: '',
  ResourceVersion: '',
  FieldPath: '',
}
const STRUCTS: Readonly<Record<string, InternalForm>> = {
  involvedObject: REFERENCE,
  related: REFERENCE,
  source: { Component: '', Host: '' },
}

/** A value as Go writes it: of a struct every field, by its own name there. */
function goValue(field: string, value: unknown): unknown {
  const form = STRUCTS[field]
  if (form === undefined)
    return value ?? (field === 'count' ? 0 : field.endsWith('Time') || field.endsWith('Timestamp') ? null : '')
  return value && internally(value, form)
}

function regarding(field: keyof KubeEvent['involvedObject']): (event: EventsV1Event) => string {
  return (event) => event.regarding?.[field] ?? ''
}
