import type { Kernel } from '../kernel/kernel.ts'
import type { CowCell } from '../kernel/cow.ts'
import type { Paged } from '../kernel/paged.ts'
import type { ApiServer } from '../registries/apiServer.ts'
import type { Context } from '../registries/context.ts'
import {
  DetailedEventRecord,
  EventRecord,
  type EventShape,
  type EventSource,
  type EventSubject,
} from '../registries/eventRecord.ts'

// client-go's tools/record/events_cache.go: the last 4,096 events are remembered, and one source may write 25 events
// about one object at once, then one in five minutes.
const remembered = 4096
const burst = 25
const refillMs = 300_000
const shapeLimit = 20_000

/** Writes Kubernetes Events, counting repeats and keeping one object from flooding the store. */
export class Recorder {
  /** The events told last, each in the place that its content hashes to; then the spam filter's buckets. */
  private readonly recent: Paged
  private readonly buckets: Paged
  private readonly sequence: CowCell<number>
  /** Shapes by reason and then text. A cache: equal shapes need not be one object. */
  private shapes = new Map<string, Map<string, EventShape>>()
  private shapeCount = 0

  constructor(
    private readonly kernel: Kernel,
    private readonly server: ApiServer,
  ) {
    this.recent = kernel.memory.paged('client.events', { objects: 1 })
    this.buckets = kernel.memory.paged('client.eventBuckets', { objects: 2, floats: 2 })
    this.sequence = kernel.memory.cell('client.eventSequence', 0)
    if (this.recent.length === 0) this.recent.length = remembered
    if (this.buckets.length === 0) this.buckets.length = remembered
  }

  record(
    subject: EventSubject,
    type: string,
    reason: string,
    message: string,
    detail: string | undefined,
    source: EventSource,
    times: number,
    context: Context,
  ): void {
    const { uid } = subject.metadata
    const seconds = Math.floor(context.at / 1000)
    const shape = this.shape(subject, type, reason, message)
    const place = (hashUid(uid) + reason.length * 131 + reason.charCodeAt(0) * 7 + message.length) & (remembered - 1)
    const known = this.recent.has(place)
      ? (this.recent.read(place).objects[place & this.recent.mask] as EventRecord | undefined)
      : undefined
    const isRepeat =
      known !== undefined &&
      known.uid === uid &&
      known.detail === detail &&
      sameShape(known.shape, shape) &&
      known.source.component === source.component
    const record = isRepeat ? known.again(seconds, times) : this.first(subject, shape, source, detail, seconds)
    this.recent.write(place).objects[place & this.recent.mask] = record
    // What the spam filter holds back counts all the same: the next that gets through says how often it was.
    if (this.admits(uid, source, context.at)) this.server.putEvent(record, context)
  }

  private first(
    subject: EventSubject,
    shape: EventShape,
    source: EventSource,
    detail: string | undefined,
    seconds: number,
  ): EventRecord {
    const { name, uid, resourceVersion } = subject.metadata
    this.sequence.value = (this.sequence.value + 1) % 1e9
    const version = Number(resourceVersion)
    const sequence = this.sequence.value
    return detail === undefined
      ? new EventRecord(shape, source, name, uid, version, seconds, sequence)
      : new DetailedEventRecord(shape, source, name, uid, version, seconds, sequence, detail)
  }

  /** The token bucket of one source and one object. */
  private admits(uid: string, source: EventSource, now: number): boolean {
    const { buckets } = this
    const place = (hashUid(uid) + source.component.length * 17) & (remembered - 1)
    const page = buckets.write(place)
    const at = place & buckets.mask
    const size = 1 << buckets.bits
    const isOurs = page.objects[at] === uid && page.objects[size + at] === source.component
    const tokens = isOurs ? Math.min(burst, page.floats[at]! + (now - page.floats[size + at]!) / refillMs) : burst
    page.objects[at] = uid
    page.objects[size + at] = source.component
    page.floats[at] = tokens >= 1 ? tokens - 1 : tokens
    page.floats[size + at] = now
    return tokens >= 1
  }

  private shape(subject: EventSubject, type: string, reason: string, text: string): EventShape {
    const { apiVersion, kind, metadata, fieldPath } = subject
    const { namespace } = metadata
    let byText = this.shapes.get(reason)
    if (byText === undefined) this.shapes.set(reason, (byText = new Map()))
    const known = byText.get(text)
    if (
      known !== undefined &&
      known.namespace === namespace &&
      known.kind === kind &&
      known.fieldPath === fieldPath &&
      known.type === type &&
      known.apiVersion === apiVersion
    )
      return known
    const made: EventShape = { apiVersion, kind, namespace, fieldPath, type, reason, text }
    if (++this.shapeCount > shapeLimit) {
      this.shapes = new Map([[reason, (byText = new Map())]])
      this.shapeCount = 1
    }
    byText.set(text, made)
    return made
  }
}

function sameShape(a: EventShape, b: EventShape): boolean {
  if (a === b) return true
  return (
    a.reason === b.reason && a.text === b.text && a.fieldPath === b.fieldPath && a.kind === b.kind && a.type === b.type
  )
}

/** A uid's first eight digits as a number; they are as good as drawn. */
function hashUid(uid: string): number {
  let hash = 0
  for (let index = 0; index < 8; index++) hash = Math.imul(hash, 31) + uid.charCodeAt(index)
  return hash & 0x7fffffff
}
