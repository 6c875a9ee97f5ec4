import { uidMark } from '../api/uidMark.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { CowCell } from '../kernel/cow.ts'
import type { ApiServer } from '../registries/apiServer.ts'
import type { Context } from '../registries/context.ts'
import {
  combinedMark,
  DetailedEventRecord,
  EventRecord,
  type EventShape,
  type EventSource,
  type EventSubject,
} from '../registries/eventRecord.ts'
import { ObjectsTold, type Told } from './objectsTold.ts'
import { isFull, isSame, type SimilarEvents, similarTo, toldOf, withCombined, withEvent } from './similarEvents.ts'

/** client-go remembers 4,096 in each process. What stands for many of them, the kubelets, has more room when it needs it. */
const rooms = { one: { least: 4096, most: 4096 }, many: { least: 4096, most: 1_048_576 } } as const
const shapeLimit = 20_000

/**
 * Writes Kubernetes Events as client-go's EventCorrelator does: counting repeats, combining what is similar, and keeping
 * one object from flooding the store. Mirrors staging/src/k8s.io/client-go/tools/record/events_cache.go.
 */
export class Recorder {
  private readonly sequence: CowCell<number>
  /** By component. They keep nothing but tables. */
  private readonly components = new Map<string, ObjectsTold>()
  /** Who recorded last; '' for nobody. */
  private component = ''
  private objects: ObjectsTold | undefined
  /** Shapes by reason and then text. A cache: equal shapes need not be one object. */
  private shapes = new Map<string, Map<string, EventShape>>()
  private shapeCount = 0

  constructor(
    private readonly kernel: Kernel,
    private readonly server: ApiServer,
  ) {
    this.sequence = kernel.memory.cell('client.eventSequence', 0)
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
    const objects = this.objectsOf(source)
    objects.look(uidMark(uid), uid)
    // What the spam filter holds back counts all the same: the next that gets through says how often it was.
    const isAdmitted = objects.admits(context.at)
    const all = objects.told
    const index = indexOf(all, type, reason)
    const known = index === -1 ? undefined : all[index]
    let told: Told
    if (known === undefined) {
      told = this.first(subject, shape, source, detail, seconds, times)
      if (isAdmitted) told = this.server.putEvent(told, context)
    } else if (known instanceof EventRecord && isSame(known, shape, detail)) {
      told = known.again(seconds, times)
      if (isAdmitted) told = this.server.putEvent(told, context)
    } else {
      const similar = known instanceof EventRecord ? similarTo(known) : known
      const isCombined = isFull(similar, shape, detail, seconds)
      const before = isCombined ? similar.combined : toldOf(similar, shape, detail)
      const says = isCombined ? this.combinedShape(similar, subject, shape) : shape
      let record =
        before === undefined
          ? this.first(subject, says, source, detail, seconds, times)
          : before.again(seconds, times, says, detail)
      if (isAdmitted) record = this.server.putEvent(record, context)
      told = isCombined ? withCombined(similar, record, shape, seconds) : withEvent(similar, record, before, seconds)
    }
    objects.keep(index, told)
  }

  private objectsOf(source: EventSource): ObjectsTold {
    const { component } = source
    if (this.component === component) return this.objects!
    this.component = component
    return (this.objects = this.components.get(component) ?? this.tableOf(source))
  }

  private tableOf({ component, host }: EventSource): ObjectsTold {
    // Who says where it runs is one of many.
    const room = host === undefined ? rooms.one : rooms.many
    const made = new ObjectsTold(this.kernel.memory, `client.events.${component}`, room)
    this.components.set(component, made)
    return made
  }

  private first(
    subject: EventSubject,
    shape: EventShape,
    source: EventSource,
    detail: string | undefined,
    seconds: number,
    times: number,
  ): EventRecord {
    const { name, uid, resourceVersion } = subject.metadata
    this.sequence.value = (this.sequence.value + 1) % 1e9
    const version = Number(resourceVersion)
    const sequence = this.sequence.value
    const record =
      detail === undefined
        ? new EventRecord(shape, source, name, uid, version, seconds, sequence)
        : new DetailedEventRecord(shape, source, name, uid, version, seconds, sequence, detail)
    return times > 1 ? record.again(seconds, times - 1) : record
  }

  /** The shape of the one event for all that is similar: it says what was said last. */
  private combinedShape(known: SimilarEvents, subject: EventSubject, shape: EventShape): EventShape {
    const { combined: before, combinedFrom } = known
    if (before !== undefined && combinedFrom === shape) return before.shape
    return this.shape(subject, shape.type, shape.reason, combinedMark + shape.text)
  }

  private shape(
    { apiVersion, kind, metadata, fieldPath }: EventSubject,
    type: string,
    reason: string,
    text: string,
  ): EventShape {
    const { namespace } = metadata
    let byText = this.shapes.get(reason)
    if (byText === undefined) this.shapes.set(reason, (byText = new Map()))
    const known = byText.get(text)
    // Texts are compared as such, and none with what is undefined: that is sooner.
    if (
      known !== undefined &&
      (known.namespace ?? '') === (namespace ?? '') &&
      known.kind === kind &&
      (known.fieldPath ?? '') === (fieldPath ?? '') &&
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

/** Where something was told for a reason, among all that was told of an object; -1 for nowhere. */
function indexOf(all: readonly Told[], type: string, reason: string): number {
  for (let index = 0; index < all.length; index++) {
    const told = all[index]!
    const { shape } = told instanceof EventRecord ? told : told.told[0]!
    if (shape.reason === reason && shape.type === type) return index
  }
  return -1
}
