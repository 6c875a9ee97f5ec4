import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { rfc3339 } from '../api/time.ts'
import type { KubeEvent } from '../api/types/core.ts'
import { formOf, type SavedForm } from '../kernel/saved/form.ts'
import { Compact, type PartSink } from '../store/compact.ts'
import type { Packed } from './definition.ts'
import type { Identity } from './identity.ts'

/** What an event is about. */
export interface EventSubject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Pick<ObjectMeta, 'name' | 'uid'> & {
    readonly namespace?: string
    readonly resourceVersion: string | number
  }
  /** Such as `spec.containers{web}`. */
  readonly fieldPath?: string
}

/** Where an event comes from. */
export interface EventSource {
  /** `kubelet`, `default-scheduler`, `replication-controller`, … */
  readonly component: string
  /** The node, for a kubelet. */
  readonly host?: string
}

/** What many events have in common. In the text a mark stands for the subject's namespace and name, `{detail}` for a detail. */
export interface EventShape {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string | undefined
  readonly fieldPath: string | undefined
  readonly type: string
  readonly reason: string
  readonly text: string
}

/** How the text of an event begins that stands for many. */
export const combinedMark = '(combined from similar events): '

/** Stands for the subject's namespace and name in a text. No message has it otherwise: it cannot be printed. */
export const subjectMark = '\u0001'

/** An Event as our own recorders write it, in a tenth of the space. */
export class EventRecord extends Compact implements Packed {
  constructor(
    readonly shape: EventShape,
    readonly source: EventSource,
    readonly subject: string,
    readonly uid: string,
    /** The subject's resourceVersion. */
    readonly version: number,
    /** Seconds since the Unix epoch of the first occurrence. */
    readonly seconds: number,
    /** Nanoseconds of the name's time: the recorder's count of events, which makes the name unique. */
    readonly sequence: number,
  ) {
    super()
  }

  /** What the text leaves open, such as a node; undefined when it leaves nothing. */
  get detail(): string | undefined {
    return undefined
  }

  /** How often it happened. */
  get count(): number {
    return 1
  }

  /** When it happened last, in seconds since the Unix epoch. */
  get last(): number {
    return this.seconds
  }

  /** When the object was made that tells of it: later than the first occurrence where an earlier object is gone. */
  get made(): number {
    return this.seconds
  }

  /** `pod.17b1f6a3…`: the subject and the nanoseconds since the epoch, as client-go names events. */
  get name(): string {
    return `${this.subject}.${nanoseconds(this.seconds, this.sequence)}`
  }

  get namespace(): string {
    return this.shape.namespace ?? 'default'
  }

  get message(): string {
    const { text, namespace } = this.shape
    const subject = namespace === undefined ? this.subject : `${namespace}/${this.subject}`
    const named = text.replace(subjectMark, () => subject)
    const { detail } = this
    return detail === undefined ? named : named.replaceAll('{detail}', () => detail)
  }

  parts(into: PartSink): void {
    into.shared(this.shape)
    into.shared(this.source)
    // The subject's version tells its uid: the history says which object that revision was of.
    into.text(this.subject)
    into.number(this.version)
    into.number(this.seconds)
    into.number(this.sequence)
    into.optional(this.detail)
    into.number(this.count)
    into.number(this.last)
  }

  /** The same event so many times more; it may say something else by now. */
  again(
    seconds: number,
    times: number,
    shape: EventShape = this.shape,
    detail: string | undefined = this.detail,
  ): EventRecord {
    return new RepeatedEventRecord(this, shape, detail, this.count + times, seconds, this.made)
  }

  /** The same event in an object of its own, made now, since nothing is left of the one before. */
  anew(seconds: number): EventRecord {
    return new RepeatedEventRecord(this, this.shape, this.detail, this.count, this.last, seconds)
  }

  unpack(revision: number, identity: Identity): KubeObject {
    const { shape, source, seconds, last, made, name } = this
    const first = rfc3339(seconds * 1000)
    const event: KubeEvent = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name,
        namespace: this.namespace,
        // Not drawn: a fork with another seed must read the events from before it as they were.
        uid: identity.derivedUid(made === seconds ? `${this.uid}/${name}` : `${this.uid}/${name}/${made}`),
        resourceVersion: String(revision),
        creationTimestamp: made === seconds ? first : rfc3339(made * 1000),
      },
      // In the order that an event handed in comes out in.
      count: this.count,
      firstTimestamp: first,
      involvedObject: this.reference(),
      lastTimestamp: last === seconds ? first : rfc3339(last * 1000),
      message: this.message,
      reason: shape.reason,
      // client-go's EventAggregate leaves it out.
      reportingComponent: shape.text.startsWith(combinedMark) ? '' : source.component,
      reportingInstance: shape.text.startsWith(combinedMark) ? '' : (source.host ?? ''),
      source,
      type: shape.type,
    }
    return event
  }

  private reference(): KubeEvent['involvedObject'] {
    const { apiVersion, kind, namespace, fieldPath } = this.shape
    const where = fieldPath === undefined ? { apiVersion } : { apiVersion, fieldPath }
    const whose = namespace === undefined ? { kind, name: this.subject } : { kind, name: this.subject, namespace }
    return { ...where, ...whose, resourceVersion: String(this.version), uid: this.uid }
  }
}

/** An event whose text leaves something open. */
export class DetailedEventRecord extends EventRecord {
  constructor(
    shape: EventShape,
    source: EventSource,
    subject: string,
    uid: string,
    version: number,
    seconds: number,
    sequence: number,
    private readonly said: string,
  ) {
    super(shape, source, subject, uid, version, seconds, sequence)
  }

  override get detail(): string {
    return this.said
  }
}

/** An event that happened more than once; few do, so that the others need no room for it. */
class RepeatedEventRecord extends EventRecord {
  constructor(
    { source, subject, uid, version, seconds, sequence }: EventRecord,
    shape: EventShape,
    private readonly said: string | undefined,
    private readonly times: number,
    private readonly latest: number,
    private readonly from: number,
  ) {
    super(shape, source, subject, uid, version, seconds, sequence)
  }

  override get made(): number {
    return this.from
  }

  override parts(into: PartSink): void {
    super.parts(into)
    into.number(this.from)
  }

  override get detail(): string | undefined {
    return this.said
  }

  override get count(): number {
    return this.times
  }

  override get last(): number {
    return this.latest
  }
}

/** Of a record that says nothing more, and of others what they add. */
function recordParts(record: EventRecord): readonly unknown[] {
  const { shape, source, subject, uid, version, seconds, sequence } = record
  return [shape, source, subject, uid, version, seconds, sequence]
}

type RecordParts = ConstructorParameters<typeof EventRecord>

/** How records are saved. */
export const eventForms: readonly SavedForm[] = [
  formOf({
    name: 'event',
    type: EventRecord,
    parts: recordParts,
    make: (parts) => new EventRecord(...(parts as RecordParts)),
  }),
  formOf({
    name: 'detailedEvent',
    type: DetailedEventRecord,
    parts: (record) => [...recordParts(record), record.detail],
    make: (parts) => new DetailedEventRecord(...(parts as ConstructorParameters<typeof DetailedEventRecord>)),
  }),
  formOf({
    name: 'repeatedEvent',
    type: RepeatedEventRecord,
    parts: (record) => [...recordParts(record), record.detail, record.count, record.last, record.made],
    make: (parts) => {
      const record = new EventRecord(...(parts.slice(0, 7) as RecordParts))
      const [detail, count, last, made] = parts.slice(7) as [string | undefined, number, number, number]
      return new RepeatedEventRecord(record, record.shape, detail, count, last, made)
    },
  }),
]

/** Seconds and nanoseconds since the Unix epoch as one hexadecimal number of nanoseconds; exact beyond 2^53. */
function nanoseconds(seconds: number, nanos: number): string {
  const total = seconds * 1e9
  let high = Math.floor(total / 0x1_0000_0000)
  let low = total - high * 0x1_0000_0000 + nanos
  if (low >= 0x1_0000_0000) {
    high++
    low -= 0x1_0000_0000
  }
  return high.toString(16) + digits(low)
}

/** Eight hexadecimal digits, as one flat string. */
function digits(value: number): string {
  const high = Math.floor(value / 0x1_0000)
  return String.fromCharCode(
    digit(high >>> 12),
    digit(high >>> 8),
    digit(high >>> 4),
    digit(high),
    digit(value >>> 12),
    digit(value >>> 8),
    digit(value >>> 4),
    digit(value),
  )
}

function digit(bits: number): number {
  const value = bits & 15
  return value < 10 ? 48 + value : 87 + value
}
