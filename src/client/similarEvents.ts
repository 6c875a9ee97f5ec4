import type { EventRecord, EventShape } from '../registries/eventRecord.ts'

// client-go's tools/record/events_cache.go: the tenth message, none later than ten minutes after the one before, is
// combined with those that follow it.
const most = 9
const quietSeconds = 600
const remembered = 16

/** What an event says. */
type Saying = Pick<EventRecord, 'detail'> & { readonly text: string }

/** Events about one object, for one reason, that say different things. Plain data, never changed. */
export interface SimilarEvents {
  /** The last of each, at most 16. */
  readonly told: readonly EventRecord[]
  /** What was said since it was quiet for ten minutes, at most nine of it. */
  readonly said: readonly Saying[]
  /** When something was said last, in seconds since the Unix epoch. */
  readonly last: number
  /** The event that stands for whatever else is said. */
  readonly combined: EventRecord | undefined
  /** Of what the combined event's shape was made. */
  readonly combinedFrom: EventShape | undefined
}

/** What was told before anything similar was. */
export function similarTo(only: EventRecord): SimilarEvents {
  const said = [{ text: only.shape.text, detail: only.detail }]
  return { told: [only], said, last: only.last, combined: undefined, combinedFrom: undefined }
}

/** Whether so much has been said that one more message is combined with others. */
export function isFull(
  { said, last }: SimilarEvents,
  { text }: EventShape,
  detail: string | undefined,
  seconds: number,
): boolean {
  if (said.length < most || seconds - last > quietSeconds) return false
  return !says(said, text, detail)
}

/** The event that says this, if one of those remembered does. */
export function toldOf(
  { told }: SimilarEvents,
  shape: EventShape,
  detail: string | undefined,
): EventRecord | undefined {
  return told.find((one) => isSame(one, shape, detail))
}

/** Whether it says the same of the same part. */
export function isSame(
  { shape: known, detail: said }: EventRecord,
  shape: EventShape,
  detail: string | undefined,
): boolean {
  if (said !== detail) return false
  return known === shape || (known.text === shape.text && known.fieldPath === shape.fieldPath)
}

/** With an event that is not combined: `known`, once more or for the first time. */
export function withEvent(
  { told, said, last, combined, combinedFrom }: SimilarEvents,
  record: EventRecord,
  known: EventRecord | undefined,
  seconds: number,
): SimilarEvents {
  const { shape, detail } = record
  const before = seconds - last > quietSeconds ? [] : said
  return {
    told:
      known === undefined ? [...told.slice(1 - remembered), record] : told.map((one) => (one === known ? record : one)),
    said: says(before, shape.text, detail) ? before : [...before, { text: shape.text, detail }],
    last: seconds,
    combined,
    combinedFrom,
  }
}

/** With the combined event, whose shape was made of `from`. */
export function withCombined(
  { told, said }: SimilarEvents,
  combined: EventRecord,
  combinedFrom: EventShape,
  seconds: number,
): SimilarEvents {
  return { told, said, last: seconds, combined, combinedFrom }
}

function says(said: readonly Saying[], text: string, detail: string | undefined): boolean {
  return said.some((one) => one.detail === detail && one.text === text)
}
